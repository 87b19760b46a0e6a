"""HOTA: how well objects are found, kept apart over time, and placed, in one number.

Source: Luiten et al., HOTA: A Higher Order Metric for Evaluating Multi-Object Tracking, 2021.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from geometry.arrays import FloatArray
from quality.metrics.track_frames import TrackSequence

ALPHAS = np.arange(1, 20) / 20.0
"""The overlaps 0.05, 0.10, … 0.95 over which HOTA is averaged."""
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Hota:
    """Sums over frames, each (19,): one for every alpha.

    Attributes:
        right: Matches.
        missed: Objects without a match.
        false: Predictions without a match.
        association: Σ over the matches of how well their two tracks belong together.
        association_recall: Σ of the part of the truth's track that the predicted one holds.
        association_precision: Σ of the part of the predicted track that lies on the truth's.
        overlap: Σ of the overlap of the matches.
    """

    right: FloatArray
    missed: FloatArray
    false: FloatArray
    association: FloatArray
    association_recall: FloatArray
    association_precision: FloatArray
    overlap: FloatArray

    @classmethod
    def of(cls, sequence: TrackSequence) -> Hota:
        """Measure one sequence."""
        counts, likely = _global_alignment(sequence)
        shape = (len(ALPHAS), sequence.truth_tracks, sequence.prediction_tracks)
        matches = np.zeros(shape)
        overlap, right = np.zeros(len(ALPHAS)), np.zeros(len(ALPHAS))
        for frame in sequence.frames:
            gain = likely[frame.truth[:, None], frame.prediction] * frame.overlap
            row, column = linear_sum_assignment(gain, maximize=True)
            value = frame.overlap[row, column]
            is_match = value >= ALPHAS[:, None] - ROUNDING
            matches[:, frame.truth[row], frame.prediction[column]] += is_match
            right += is_match.sum(axis=1)
            overlap += (is_match * value).sum(axis=1)
        of_truth, of_prediction = counts
        together = of_truth[:, None] + of_prediction - matches
        return cls(
            right,
            of_truth.sum() - right,
            of_prediction.sum() - right,
            (matches * matches / np.maximum(together, 1)).sum(axis=(1, 2)),
            (matches * matches / np.maximum(of_truth[:, None], 1)).sum(axis=(1, 2)),
            (matches * matches / np.maximum(of_prediction, 1)).sum(axis=(1, 2)),
            overlap,
        )

    @classmethod
    def total(cls, parts: Sequence[Hota]) -> Hota:
        """All sequences together."""
        names = cls.__dataclass_fields__
        return cls(*(np.sum([getattr(part, name) for part in parts], axis=0) for name in names))

    def scores(self) -> dict[str, float]:
        """Percent, averaged over the alphas."""
        found = self.right / np.maximum(self.right + self.missed + self.false, 1)
        association = self.association / np.maximum(self.right, 1)
        placed = np.where(self.right > 0, self.overlap / np.maximum(self.right, 1), 1.0)
        values = {
            "HOTA": np.sqrt(found * association),
            "DetA": found,
            "AssA": association,
            "DetRe": self.right / np.maximum(self.right + self.missed, 1),
            "DetPr": self.right / np.maximum(self.right + self.false, 1),
            "AssRe": self.association_recall / np.maximum(self.right, 1),
            "AssPr": self.association_precision / np.maximum(self.right, 1),
            "LocA": placed,
        }
        return {name: 100.0 * float(value.mean()) for name, value in values.items()}


def _global_alignment(sequence: TrackSequence) -> tuple[tuple[FloatArray, FloatArray], FloatArray]:
    """Frames of each track, and (N, M) how likely two tracks are the same, from all frames; it guides the matching."""
    of_truth, of_prediction = np.zeros(sequence.truth_tracks), np.zeros(sequence.prediction_tracks)
    together = np.zeros((sequence.truth_tracks, sequence.prediction_tracks))
    for frame in sequence.frames:
        rivals = frame.overlap.sum(axis=1, keepdims=True) + frame.overlap.sum(axis=0) - frame.overlap
        share = np.divide(frame.overlap, rivals, out=np.zeros_like(rivals), where=rivals > ROUNDING)
        together[frame.truth[:, None], frame.prediction] += share
        of_truth[frame.truth] += 1
        of_prediction[frame.prediction] += 1
    likely = together / np.maximum(of_truth[:, None] + of_prediction - together, ROUNDING)
    return (of_truth, of_prediction), likely
