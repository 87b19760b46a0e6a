"""The proposals' side of a ledger: looking at them, cutting off what is too much, deleting what is nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from geometry.arrays import BoolArray, FloatArray, IntArray
from quality.effort.costs import ReviewRules
from quality.effort.drawing import runs, shown_places
from quality.effort.ledger import Row, Tally
from quality.effort.scene import Band, BoxTable, ReviewMode
from quality.effort.work import work


class ProposalSide:
    """The proposals of one scene.

    Attributes:
        table: Their boxes, M rows.
        bands: (M,) of ``Band``, as they count for the way of reviewing.
        main_owner: (T,) for each track the true track it covers most, or -1.
        is_wrong: (M,) whether a box is not right as it stands; all without a partner are wrong.
        tally: What was counted.
    """

    def __init__(
        self,
        table: BoxTable,
        bands: IntArray,
        owner: IntArray,
        is_on_truth: BoolArray,
        is_excused: BoolArray,
        rules: ReviewRules,
        review: ReviewMode,
    ) -> None:
        """Take the columns (M,): ``owner`` is the true track that a row is matched with, or -1."""
        self.table, self.bands = table, bands
        self._owner, self._is_on_truth, self._is_excused = owner, is_on_truth, is_excused
        self._rules, self._review = rules, review
        self._rows_of = table.rows_by_track(np.ones(len(bands), dtype=np.bool_))
        self.main_owner = np.array([_most_frequent(owner[rows]) for rows in self._rows_of], dtype=np.int64)
        self.is_wrong = np.ones(len(bands), dtype=np.bool_)
        self.tally = Tally(proposals=len(table.names), proposed_frames=len(np.unique(table.frame)))

    def count(self, objects: Mapping[int, Row], missed: Collection[int]) -> list[Row]:
        """Write each proposal's cost to its object's row; rows of those that are no counted object's.

        Args:
            objects: By true track.
            missed: True tracks that are labelled by hand: what lies on them is deleted there.
        """
        alone = []
        for track, rows in enumerate(self._rows_of):
            main = int(self.main_owner[track])
            row = objects[main] if main >= 0 else Row(is_truth=False)
            self._count_track(row, rows, is_deleted=main in missed)
            if main < 0:
                row.redo = row.fix
                alone.append(row)
        return alone

    def _count_track(self, row: Row, rows: IntArray, *, is_deleted: bool) -> None:
        bands = self.bands[rows]
        self._count_redone(row, bands)
        rows = rows[(bands != Band.REDO) & ~self._is_excused[rows]]
        if not len(rows):
            return
        accepted, is_owned = self.bands[rows] == Band.ACCEPT, self._owner[rows] >= 0
        self._tally_bands(rows, accepted, is_owned)
        false = _surplus(is_owned, accepted)
        self._look(row, int((~accepted).sum()), int(accepted.sum()), is_false=self._is_false(rows))
        if self._is_false(rows):
            self.tally += Tally(false_tracks=1, false_tracks_accepted=int(accepted.any()))
            self._correct(row, work(delete=1), is_seen=not accepted.all())
        elif not is_deleted:
            self._correct(row, work(trim=false[0]), is_seen=True)
            self._correct(row, work(trim=false[1]), is_seen=False)

    def _count_redone(self, row: Row, bands: IntArray) -> None:
        """A track, or a part of it, that the machine gives up: its strip is opened and it is deleted."""
        is_redone = bands == Band.REDO
        if is_redone.any():
            row.looked = row.looked + work(strip=1, delete=int(is_redone.all()), trim=int(not is_redone.all()))

    def _look(self, row: Row, checked: int, accepted: int, *, is_false: bool) -> None:
        """Box by box: all, but of a false track only the first. By strips: each step-th and the last."""
        if self._review == "boxes":
            row.looked = row.looked + work(review_box=1 if is_false else checked)
            return
        if checked:
            row.looked = row.looked + work(strip=1, thumbnail=self._pictures(checked))
        if accepted:
            row.audit = row.audit + work(strip=int(not checked), thumbnail=self._pictures(accepted))

    def _correct(self, row: Row, done: FloatArray, *, is_seen: bool) -> None:
        if is_seen:
            row.fix = row.fix + done
        else:
            row.audit = row.audit + done

    def _pictures(self, boxes: int) -> int:
        return len(shown_places(boxes, self._rules.strip_step))

    def _is_false(self, rows: IntArray) -> bool:
        track = self.table.track[rows[0]]
        return not self._is_on_truth[self._rows_of[track]].any()

    def _tally_bands(self, rows: IntArray, accepted: BoolArray, is_owned: BoolArray) -> None:
        bad = self.is_wrong[rows]
        checked = bad[~accepted]
        if self._review != "boxes":
            shown = np.zeros(len(checked), dtype=np.bool_)
            shown[shown_places(len(checked), self._rules.strip_step)] = True
            hidden = sum(end - first for first, end in runs(checked) if not shown[first:end].any())
            self.tally += Tally(unseen_boxes=hidden)
        if accepted.any():
            self.tally += Tally(
                accept_tracks=1,
                accept_wrong_tracks=int(bad[accepted].any()),
                accept_boxes=int(accepted.sum()),
                accept_wrong_boxes=int(bad[accepted].sum()),
                accept_surplus_boxes=int((accepted & ~is_owned).sum()),
            )


def _surplus(is_owned: BoolArray, accepted: BoolArray) -> tuple[int, int]:
    """Runs of boxes without a partner on a track: those that are seen, and those of the accept band alone."""
    found = [bool(accepted[first:end].all()) for first, end in runs(~is_owned)]
    return found.count(False), found.count(True)


def _most_frequent(owners: IntArray) -> int:
    names, counts = np.unique(owners[owners >= 0], return_counts=True)
    return int(names[counts.argmax()]) if len(names) else -1
