"""Identity metrics: how much of every object's life one predicted track holds.

Source: Ristani et al., Performance Measures and a Data Set for Multi-Target, Multi-Camera Tracking, 2016.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from quality.metrics.track_frames import SAME_OBJECT, TrackSequence


@dataclass(frozen=True)
class Identity:
    """Boxes under the one-to-one choice of tracks that makes the most of them right."""

    right: int
    missed: int
    false: int

    @classmethod
    def of(cls, sequence: TrackSequence) -> Identity:
        """Measure one sequence."""
        together = np.zeros((sequence.truth_tracks, sequence.prediction_tracks))
        for frame in sequence.frames:
            together[frame.truth[:, None], frame.prediction] += frame.overlap >= SAME_OBJECT
        right = int(together[linear_sum_assignment(together, maximize=True)].sum())
        objects = sum(len(frame.truth) for frame in sequence.frames)
        predictions = sum(len(frame.prediction) for frame in sequence.frames)
        return cls(right, objects - right, predictions - right)

    @classmethod
    def total(cls, parts: Sequence[Identity]) -> Identity:
        """All sequences together; a track of one sequence is none of another."""
        return cls(*(sum(getattr(part, name) for part in parts) for name in cls.__dataclass_fields__))

    def scores(self) -> dict[str, float | int]:
        """Percent and counts."""
        right = float(self.right)
        return {
            "IDF1": 100.0 * right / max(1.0, right + (self.missed + self.false) / 2),
            "IDR": 100.0 * right / max(1.0, right + self.missed),
            "IDP": 100.0 * right / max(1.0, right + self.false),
            "IDTP": self.right,
            "IDFN": self.missed,
            "IDFP": self.false,
        }
