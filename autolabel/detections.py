"""What is seen in one frame by itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geometry.arrays import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Detections:
    """Boxes of one frame.

    Attributes:
        boxes_ego: (N, 7) centre x, y, z, length, width, height, yaw in ``ego``.
        classes: (N,) numbers of their classes.
        scores: (N,) 0 … 1.
        headings: (N,) 0.5 … 1, how sure it is that front and rear are not swapped.
    """

    boxes_ego: FloatArray
    classes: IntArray
    scores: FloatArray
    headings: FloatArray

    def __post_init__(self) -> None:
        """Raise ``ValueError`` where columns do not belong together."""
        count = len(self.boxes_ego)
        if self.boxes_ego.shape != (count, 7):
            raise ValueError(f"boxes_ego must be (N, 7), got {self.boxes_ego.shape}")
        for name in ("classes", "scores", "headings"):
            if getattr(self, name).shape != (count,):
                raise ValueError(f"{name} must be ({count},), got {getattr(self, name).shape}")

    def __len__(self) -> int:
        """The number of boxes."""
        return len(self.scores)

    @classmethod
    def none(cls) -> Detections:
        """An empty frame."""
        return cls(np.zeros((0, 7)), np.zeros(0, np.int64), np.zeros(0), np.zeros(0))
