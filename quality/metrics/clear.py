"""CLEAR: MOTA, MOTP, identity switches, fragments, and tracks mostly found or lost.

Source: Bernardin and Stiefelhagen, Evaluating Multiple Object Tracking Performance: The CLEAR MOT Metrics, 2008;
mostly tracked and lost: Li, Huang and Nevatia, Learning to Associate, 2009.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from geometry.arrays import IntArray
from quality.metrics.track_frames import SAME_OBJECT, TrackFrame, TrackSequence

MOSTLY_TRACKED, MOSTLY_LOST = 0.8, 0.2
LOYALTY = 1000.0
"""More than all overlaps of a frame: who was matched in the frame before stays matched where that is possible."""
ROUNDING = 1e-12


@dataclass(frozen=True)
class Clear:
    """Counts over frames.

    Attributes:
        right: Matches.
        missed: Objects without a match.
        false: Predictions without a match.
        switches: Times that an object was matched by another track than the last time.
        fragments: Times that an object was matched again after a gap.
        mostly_tracked: Tracks of the truth matched in more than four fifths of their frames.
        mostly_lost: Those matched in less than a fifth.
        tracks: Tracks of the truth.
        overlap: Σ of the overlap of the matches.
    """

    right: int
    missed: int
    false: int
    switches: int
    fragments: int
    mostly_tracked: int
    mostly_lost: int
    tracks: int
    overlap: float

    @classmethod
    def of(cls, sequence: TrackSequence) -> Clear:
        """Measure one sequence."""
        last = np.full(sequence.truth_tracks, -1)  # who matched it, ever
        before = np.full(sequence.truth_tracks, -1)  # who matched it in the frame before
        seen, matched, runs = (np.zeros(sequence.truth_tracks, dtype=np.int64) for _ in range(3))
        false = switches = 0
        overlap = 0.0
        for frame in sequence.frames:
            row, column = _match(frame, before)
            truth, prediction = frame.truth[row], frame.prediction[column]
            switches += int(((last[truth] >= 0) & (last[truth] != prediction)).sum())
            runs[truth] += before[truth] < 0
            if len(frame.truth) and len(frame.prediction):  # as in TrackEval, a frame without either is no gap
                before[:] = -1
            before[truth] = last[truth] = prediction
            seen[frame.truth] += 1
            matched[truth] += 1
            false += len(frame.prediction) - len(prediction)
            overlap += float(frame.overlap[row, column].sum())
        part = matched / np.maximum(seen, 1)
        return cls(
            right=int(matched.sum()),
            missed=int((seen - matched).sum()),
            false=false,
            switches=switches,
            fragments=int(np.maximum(runs - 1, 0).sum()),
            mostly_tracked=int((part > MOSTLY_TRACKED).sum()),
            mostly_lost=int((part < MOSTLY_LOST).sum()),
            tracks=sequence.truth_tracks,
            overlap=overlap,
        )

    @classmethod
    def total(cls, parts: Sequence[Clear]) -> Clear:
        """All sequences together."""
        return cls(*(sum(getattr(part, name) for part in parts) for name in cls.__dataclass_fields__))

    def scores(self) -> dict[str, float | int]:
        """Percent where a rate, else counts."""
        objects = max(1, self.right + self.missed)
        return {
            "MOTA": 100.0 * (self.right - self.false - self.switches) / objects,
            "MOTP": 100.0 * self.overlap / max(1, self.right),
            "TP": self.right,
            "FN": self.missed,
            "FP": self.false,
            "IDSW": self.switches,
            "Frag": self.fragments,
            "MT": self.mostly_tracked,
            "PT": self.tracks - self.mostly_tracked - self.mostly_lost,
            "ML": self.mostly_lost,
        }


def _match(frame: TrackFrame, before: IntArray) -> tuple[IntArray, IntArray]:
    """Rows and columns of the frame's table that belong together."""
    stays = before[frame.truth][:, None] == frame.prediction
    is_same = frame.overlap >= SAME_OBJECT - ROUNDING
    row, column = linear_sum_assignment((frame.overlap + LOYALTY * stays) * is_same, maximize=True)
    chosen = is_same[row, column]
    return row[chosen], column[chosen]
