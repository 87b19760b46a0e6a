"""Many upright boxes as columns of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from geometry.arrays import FloatArray, IntArray, check_shape, frozen_array
from geometry.box import Box


@dataclass(frozen=True, eq=False)
class BoxColumns:
    """N upright boxes in one frame of reference, for work on many at once; heavy work takes these instead of ``Box``.

    Attributes:
        center: (N, 3) geometric centres.
        half_lwh: (N, 3) half the size along x, y, z of each box.
        cos_yaw: (N,) cosine of the heading about +z.
        sin_yaw: (N,) sine of the heading.
    """

    center: FloatArray
    half_lwh: FloatArray
    cos_yaw: FloatArray
    sin_yaw: FloatArray

    @classmethod
    def from_arrays(cls, center: ArrayLike, size_lwh_m: ArrayLike, yaw_rad: ArrayLike) -> BoxColumns:
        """Centres (N, 3), sizes (N, 3) and headings (N,).

        Raises:
            ValueError: A shape differs, a number is not finite, or a size is not above zero.
        """
        center = frozen_array("center", center, (None, 3))
        size = frozen_array("size_lwh_m", size_lwh_m, (None, 3))
        yaw = frozen_array("yaw_rad", yaw_rad, (None,))
        check_shape("size_lwh_m", size, (len(center), 3))
        check_shape("yaw_rad", yaw, (len(center),))
        if (size <= 0).any():
            raise ValueError(f"size_lwh_m must be above zero, got {size.min()}")
        return cls(center, size / 2.0, np.cos(yaw), np.sin(yaw))

    @classmethod
    def from_boxes(cls, boxes: Sequence[Box]) -> BoxColumns:
        """Gather N boxes, all in one frame of reference; of their rotation only the yaw is kept."""
        rotation = np.array([box.frame_from_object.rotation for box in boxes]).reshape(-1, 3, 3)
        center = np.array([box.frame_from_object.translation for box in boxes]).reshape(-1, 3)
        size = np.array([box.size_lwh_m for box in boxes]).reshape(-1, 3)
        cos, sin = rotation[:, 0, 0], rotation[:, 1, 0]
        flat = np.hypot(cos, sin)
        is_upright = flat > 0  # a box that points straight up has yaw 0
        flat = np.where(is_upright, flat, 1.0)
        return cls(center, size / 2.0, np.where(is_upright, cos / flat, 1.0), sin / flat)

    def __len__(self) -> int:
        return len(self.center)

    def take(self, index: IntArray) -> BoxColumns:
        """The boxes at these places (K,)."""
        return BoxColumns(self.center[index], self.half_lwh[index], self.cos_yaw[index], self.sin_yaw[index])

    def table(self) -> FloatArray:
        """(8, N) x, y, z, cosine, sine, half length, half width, half height: each row close together in memory."""
        return np.ascontiguousarray(np.vstack([self.center.T, self.cos_yaw, self.sin_yaw, self.half_lwh.T]))
