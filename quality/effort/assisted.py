"""From a scene to its ledger: proposals are matched, and for each object what is left to do is counted."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from geometry.arrays import BoolArray, FloatArray, IntArray
from quality.effort.corrections import Proposed, corrections, flipped, wrong
from quality.effort.costs import CostSheet
from quality.effort.drawing import TrueTrack, drawn, gaps_drawn
from quality.effort.ledger import Ledger, Motion, Row, Tally
from quality.effort.matching import match_boxes
from quality.effort.proposal_rows import ProposalSide
from quality.effort.scene import Band, BoxTable, EffortScene, ReviewMode
from quality.effort.work import work

MOVING_MS = 0.5
"""Poses and labels of what stands waver; what is slower than this on its whole way is taken to stand."""


def scene_ledger(scene: EffortScene, sheet: CostSheet, review: ReviewMode) -> Ledger:
    """Count what has to be done in one scene.

    Args:
        scene: The truth and the proposals.
        sheet: Tolerances and rules; prices are only asked for when a ledger is priced.
        review: How proposals are looked at.
    """
    return _SceneCount(scene, sheet, review).ledger()


def _bands_for(bands: IntArray, review: ReviewMode) -> IntArray:
    """(M,) box by box, bands do not matter; with all strips, what would be accepted is checked."""
    if review == "boxes":
        return np.full_like(bands, Band.CHECK)
    return np.where(bands == Band.ACCEPT, Band.CHECK, bands) if review == "all_strips" else bands


class _SceneCount:
    """The state of counting one scene."""

    def __init__(self, scene: EffortScene, sheet: CostSheet, review: ReviewMode) -> None:
        self._scene, self._sheet = scene, sheet
        self._truth = BoxTable.of(scene.truth, scene.is_seed)
        proposals = BoxTable.of(scene.proposals, scene.is_seed)
        bands = _bands_for(proposals.bands, review)
        used = np.flatnonzero(bands != Band.REDO)
        matches = match_boxes(self._truth, proposals.take(used), scene.is_ignored)
        self._partner = np.full(len(self._truth.frame), -1)
        self._partner[matches.truth] = used[matches.proposal]
        on_truth, excused = np.zeros((2, len(bands)), dtype=np.bool_)
        on_truth[used], excused[used] = matches.is_on_truth, matches.is_excused
        owner = np.full(len(bands), -1)
        owner[used[matches.proposal]] = self._truth.track[matches.truth]
        self._side = ProposalSide(proposals, bands, owner, on_truth, excused, sheet.review, review)
        self._rows_of = self._truth.rows_by_track(np.ones(len(self._truth.frame), dtype=np.bool_))
        self._rows: dict[int, Row] = {}
        self._missed: set[int] = set()
        self._flips: defaultdict[tuple[str, Motion], tuple[int, int]] = defaultdict(lambda: (0, 0))
        self._merges = self._splits = 0

    def ledger(self) -> Ledger:
        for track, rows in enumerate(self._truth.rows_by_track(self._truth.is_scored)):
            if len(rows):
                self._count_object(track, rows)
        false = self._side.count(self._rows, self._missed)
        return Ledger.of([*self._rows.values(), *false], self._tally() + self._side.tally, dict(self._flips))

    def _count_object(self, track: int, rows: IntArray) -> None:
        category = self._truth.categories[track]
        frames = self._truth.frame[rows]
        tolerance = self._sheet.tolerances.of(category)
        true = TrueTrack.of(frames, self._scene.times_s[frames], self._truth.boxes[rows], tolerance, self._sheet)
        row = self._rows[track] = Row(is_truth=True, by_hand=drawn(true))
        partner = self._partner[rows]
        is_covered = partner >= 0
        is_accepted = is_covered.copy()
        is_accepted[is_covered] = self._side.bands[partner[is_covered]] == Band.ACCEPT
        proposed = self._proposed(partner[is_covered], frames[is_covered], category)
        self._note(track, category, true.part(is_covered), proposed, partner[is_covered])
        least = max(1.0, self._sheet.review.missed_share * len(rows))
        if not is_accepted.any() and is_covered.sum() < least:
            self._missed.add(track)
            row.fix = row.by_hand + work(delete=len(np.unique(proposed.track)))
            row.redo = row.fix
            return
        accepted = is_accepted[is_covered]
        self._count_checked(row, true, is_covered, is_accepted, proposed.part(~accepted))
        row.audit = corrections(true.part(is_accepted), proposed.part(accepted))
        self._count_identities(row, track, proposed, accepted)

    def _count_checked(
        self, row: Row, true: TrueTrack, is_covered: BoolArray, is_accepted: BoolArray, proposed: Proposed
    ) -> None:
        """What is done on frames that are not in the accept band."""
        row.fix = corrections(true.part(is_covered & ~is_accepted), proposed) + gaps_drawn(true, is_covered)
        anew = drawn(true.part(~is_accepted), from_nothing=not is_accepted.any())
        row.redo = anew + work(delete=len(np.unique(proposed.track)))

    def _count_identities(self, row: Row, track: int, proposed: Proposed, accepted: BoolArray) -> None:
        """Proposals that are one object are merged, those that are several are cut; whoever looks at one sees it."""
        fragments = np.unique(proposed.track)
        shared = sum(int(self._side.main_owner[fragment] != track) for fragment in fragments)
        self._merges += len(fragments) - 1
        self._splits += shared
        together = work(merge=len(fragments) - 1, trim=shared)
        if accepted.all():
            row.audit = row.audit + together
        else:
            row.fix = row.fix + together

    def _proposed(self, partner: IntArray, frames: IntArray, category: str) -> Proposed:
        table = self._side.table
        tracks = table.track[partner]
        names = np.array([table.categories[track] != category for track in tracks.tolist()], dtype=np.bool_)
        return Proposed(table.boxes[partner], tracks, names, self._scene.lidar_base[frames])

    def _note(self, track: int, category: str, true: TrueTrack, proposed: Proposed, partner: IntArray) -> None:
        """Keep which boxes are wrong, and which headings are swapped."""
        self._side.is_wrong[partner] = wrong(true, proposed)
        every = self._rows_of[track]
        key = (category, self._motion(self._truth.frame[every], self._truth.boxes[every][:, :2]))
        swapped, boxes = self._flips[key]
        self._flips[key] = (swapped + int(flipped(true, proposed).sum()), boxes + len(true))

    def _motion(self, frames: IntArray, xy: FloatArray) -> Motion:
        if not self._scene.in_world:
            return "unknown"
        way_m, lasts_s = float(np.hypot(*(xy[-1] - xy[0]))), float(np.ptp(self._scene.times_s[frames]))
        reach_m = float(np.hypot(*np.ptp(xy, axis=0)))
        return "moving" if reach_m > self._sheet.keys.moves_m and way_m > MOVING_MS * lasts_s else "parked"

    def _tally(self) -> Tally:
        covered = self._partner[self._truth.is_scored]
        covered = covered[covered >= 0]
        untouched = sum(not row.fix.any() and not row.audit.any() for row in self._rows.values())
        return Tally(
            frames=len(self._scene),
            boxes=int(self._truth.is_scored.sum()),
            covered_boxes=len(covered),
            right_boxes=int((~self._side.is_wrong[covered]).sum()),
            objects=len(self._rows),
            missed_objects=len(self._missed),
            untouched_objects=untouched,
            id_merges=self._merges,
            id_splits=self._splits,
        )
