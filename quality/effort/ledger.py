"""What has to be done, object by object, as counts: with proposals and without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Literal

import numpy as np

from geometry.arrays import BoolArray, FloatArray
from quality.effort.costs import ReviewRules, UnitCosts
from quality.effort.work import BASELINES, UNIT_INDEX, Baseline, no_work, work

Motion = Literal["moving", "parked", "unknown"]


@dataclass
class Row:
    """One object, or one false track.

    Attributes:
        is_truth: Whether it is an object.
        by_hand: (B, U) work without proposals, by baseline.
        looked: (U,) looking at what is proposed for it.
        fix: (B, U) putting that right, what is missing being labelled in each baseline's way, or else
        redo: (B, U) deleting it and labelling the object anew; people do what is quicker.
        audit: (U,) looking at and correcting what is in the accept band, if the lot falls on it.
    """

    is_truth: bool
    by_hand: FloatArray = field(default_factory=no_work)
    looked: FloatArray = field(default_factory=work)
    fix: FloatArray = field(default_factory=no_work)
    redo: FloatArray = field(default_factory=no_work)
    audit: FloatArray = field(default_factory=work)


@dataclass(frozen=True)
class Tally:
    """Counts over scenes.

    Attributes:
        frames: Frames to label.
        proposed_frames: Those in which something is proposed.
        boxes: True boxes that count.
        covered_boxes: Those with a proposal.
        right_boxes: Those whose proposal is right as it stands.
        objects: True tracks with a box that counts.
        missed_objects: Those that are labelled by hand, as nothing or too little is proposed.
        untouched_objects: Those with nothing to be corrected or added.
        proposals: Proposed tracks.
        false_tracks: Those on nothing.
        false_tracks_accepted: Those of them with boxes in the accept band.
        id_merges: How often two proposals are one object.
        id_splits: How often one proposal is two objects.
        accept_tracks: Proposed tracks with boxes in the accept band.
        accept_wrong_tracks: Those with a box there that is wrong.
        accept_boxes: Boxes in the accept band.
        accept_wrong_boxes: Those that are wrong.
        accept_surplus_boxes: Those that are on nothing.
        unseen_boxes: Wrong boxes of the check band that no picture of their strip shows.
    """

    frames: int = 0
    proposed_frames: int = 0
    boxes: int = 0
    covered_boxes: int = 0
    right_boxes: int = 0
    objects: int = 0
    missed_objects: int = 0
    untouched_objects: int = 0
    proposals: int = 0
    false_tracks: int = 0
    false_tracks_accepted: int = 0
    id_merges: int = 0
    id_splits: int = 0
    accept_tracks: int = 0
    accept_wrong_tracks: int = 0
    accept_boxes: int = 0
    accept_wrong_boxes: int = 0
    accept_surplus_boxes: int = 0
    unseen_boxes: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(*(getattr(self, item.name) + getattr(other, item.name) for item in fields(Tally)))


FlipCounts = Mapping[tuple[str, Motion], tuple[int, int]]
"""By category and motion: boxes with front and rear swapped, and boxes with a proposal."""


@dataclass(frozen=True, eq=False)
class Ledger:
    """R objects and false tracks of any number of scenes.

    Attributes:
        is_truth: (R,) as in ``Row``, and so are
        by_hand: (R, B, U),
        looked: (R, U),
        fix: (R, B, U),
        redo: (R, B, U) and
        audit: (R, U).
        tally: Counts.
        flips: Swapped headings.
    """

    is_truth: BoolArray
    by_hand: FloatArray
    looked: FloatArray
    fix: FloatArray
    redo: FloatArray
    audit: FloatArray
    tally: Tally
    flips: FlipCounts

    @classmethod
    def of(cls, rows: Sequence[Row], tally: Tally, flips: FlipCounts) -> Ledger:
        """Stack rows."""
        count = len(rows)
        columns = {
            name: np.array([getattr(row, name) for row in rows]).reshape(count, *example.shape)
            for name, example in vars(Row(is_truth=False)).items()
            if name != "is_truth"
        }
        return cls(np.array([row.is_truth for row in rows], dtype=np.bool_), tally=tally, flips=flips, **columns)

    @classmethod
    def joined(cls, ledgers: Sequence[Ledger]) -> Ledger:
        """Several scenes together.

        Raises:
            ValueError: There is none.
        """
        if not ledgers:
            raise ValueError("expected at least one scene, got none")
        names = ("is_truth", "by_hand", "looked", "fix", "redo", "audit")
        columns = {name: np.concatenate([getattr(ledger, name) for ledger in ledgers]) for name in names}
        flips: dict[tuple[str, Motion], tuple[int, int]] = {}
        for ledger in ledgers:
            for key, (swapped, boxes) in ledger.flips.items():
                before = flips.get(key, (0, 0))
                flips[key] = (before[0] + swapped, before[1] + boxes)
        return cls(tally=sum((ledger.tally for ledger in ledgers), Tally()), flips=flips, **columns)

    def assisted_work(self, costs: UnitCosts, review: ReviewRules, rest: Baseline) -> FloatArray:
        """(R, U) what is done with proposals, what they leave out being labelled in the way of ``rest``.

        What is corrected in the accept band is multiplied by the part of it that the lot falls on: the mean over draws.
        """
        index, seconds = BASELINES.index(rest), costs.seconds()
        fix, redo = self.fix[:, index], self.redo[:, index]
        quicker = np.where((fix @ seconds <= redo @ seconds)[:, None], fix, redo)
        return np.asarray(self.looked + quicker + review.audited_part(self.tally.accept_tracks) * self.audit)

    def work_by_hand(self, baseline: Baseline) -> FloatArray:
        """(R, U) what is done without proposals."""
        return np.asarray(self.by_hand[:, BASELINES.index(baseline)])

    def scanned(self, baseline: Baseline, *, by_hand: bool) -> FloatArray:
        """(U,) looking frames over for what nobody labelled.

        Who labels keys does so in every frame. Who draws or copies boxes in every frame has it in the price of the
        boxes, but for frames in which the boxes are proposals.
        """
        frames = np.zeros(len(UNIT_INDEX))
        if baseline.startswith("key_frames"):
            frames[UNIT_INDEX["scan_frame"]] = self.tally.frames
        elif not by_hand:
            frames[UNIT_INDEX["scan_frame"]] = self.tally.proposed_frames
        return frames
