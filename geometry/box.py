"""The oriented 3D box."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from geometry.arrays import BoolArray, FloatArray, frozen_array
from geometry.rotation import tilt_from_rotation
from geometry.se3 import SE3

CORNER_SIGNS = np.array(
    [
        [1, 1, -1],
        [1, -1, -1],
        [-1, -1, -1],
        [-1, 1, -1],
        [1, 1, 1],
        [1, -1, 1],
        [-1, -1, 1],
        [-1, 1, 1],
    ],
    dtype=np.float64,
)
"""(8, 3) corner order, in units of half the size::

        7 ------- 4        z
       /|        /|        |  x (front, along the length)
      6 ------- 5 |        | /
      | 3 ------|-0   y ---+
      |/        |/
      2 ------- 1          0, 1, 4, 5 are the front face
"""

EDGES = np.array(
    [
        [0, 1],
        [1, 2],
        [2, 3],
        [3, 0],
        [4, 5],
        [5, 6],
        [6, 7],
        [7, 4],
        [0, 4],
        [1, 5],
        [2, 6],
        [3, 7],
    ],
    dtype=np.int64,
)
"""(12, 2) corner indices: four at the bottom, four at the top, four upright."""


@dataclass(frozen=True, eq=False)
class Box:
    """A box with its full rotation; yaw is only a view of it.

    Attributes:
        frame_from_object: Where the box is; the object frame sits at its centre, x along its length.
        size_lwh_m: (3,) length (x), width (y), height (z), each above zero.
    """

    frame_from_object: SE3
    size_lwh_m: FloatArray

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on a size that is not three numbers above zero."""
        size = frozen_array("size_lwh_m", self.size_lwh_m, (3,))
        if (size <= 0).any():
            raise ValueError(f"size_lwh_m must be above zero, got {size.tolist()}")
        object.__setattr__(self, "size_lwh_m", size)

    @classmethod
    def from_yaw(cls, center: ArrayLike, size_lwh_m: ArrayLike, yaw_rad: float) -> Box:
        """An upright box."""
        return cls(SE3.from_yaw(yaw_rad, center), np.asarray(size_lwh_m, dtype=np.float64))

    @property
    def center(self) -> FloatArray:
        """(3,) the geometric centre, in the box's frame of reference."""
        return self.frame_from_object.translation

    @property
    def yaw_rad(self) -> float:
        """Heading about +z, 0 along +x, in [-π, π)."""
        return self.frame_from_object.yaw_rad

    @property
    def tilt_rad(self) -> float:
        """Angle between the box's up and the frame's +z."""
        return tilt_from_rotation(self.frame_from_object.rotation)

    @property
    def volume_m3(self) -> float:
        """Length times width times height."""
        return float(self.size_lwh_m.prod())

    def corners(self) -> FloatArray:
        """(8, 3) corners in the order of ``CORNER_SIGNS``, in the box's frame of reference."""
        return self.frame_from_object.apply(CORNER_SIGNS * (self.size_lwh_m / 2.0))

    def transform(self, dst_from_frame: SE3) -> Box:
        """The same box seen from another frame of reference."""
        return Box(dst_from_frame @ self.frame_from_object, self.size_lwh_m)

    def contains(self, points: ArrayLike, margin_m: float = 0.0) -> BoolArray:
        """(N,) which of the points (N, 3), in the box's frame of reference, lie inside or within the margin."""
        points_object = self.frame_from_object.inverse().apply(points)
        return np.asarray((np.abs(points_object) <= self.size_lwh_m / 2.0 + margin_m).all(axis=-1))

    def __eq__(self, other: object) -> bool:
        """Equal to the last bit."""
        if not isinstance(other, Box):
            return NotImplemented
        return self.frame_from_object == other.frame_from_object and np.array_equal(self.size_lwh_m, other.size_lwh_m)

    def __hash__(self) -> int:
        """Hash of the numbers."""
        return hash((self.frame_from_object, self.size_lwh_m.tobytes()))
