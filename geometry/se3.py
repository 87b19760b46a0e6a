"""Rigid transforms between frames of reference, always named ``dst_from_src``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from geometry.arrays import FloatArray, frozen_array
from geometry.rotation import (
    ORTHONORMAL_TOLERANCE,
    nearest_rotation,
    quat_wxyz_from_rotation,
    rotation_from_quat_wxyz,
    rotation_from_yaw,
    yaw_from_rotation,
)

BLOCK_ROWS = 8192
"""A larger product wakes all of BLAS's threads, which wait for each other longer than they work."""


@dataclass(frozen=True, eq=False)
class SE3:
    """A rigid transform: ``points_dst = dst_from_src @ points_src``.

    Attributes:
        rotation: (3, 3) orthonormal, right-handed.
        translation: (3,) metres, in the destination frame.
    """

    rotation: FloatArray
    translation: FloatArray

    def __post_init__(self) -> None:
        """Check shapes, finiteness and orthonormality; raise ``ValueError`` otherwise."""
        rotation = frozen_array("rotation", self.rotation, (3, 3))
        error, volume = _shape_of(rotation.tolist())
        if error > ORTHONORMAL_TOLERANCE or volume < 0:
            raise ValueError(f"rotation must be orthonormal and right-handed, is off by {error:.3g}")
        object.__setattr__(self, "rotation", rotation)
        object.__setattr__(self, "translation", frozen_array("translation", self.translation, (3,)))

    @classmethod
    def identity(cls) -> SE3:
        """The transform that changes nothing."""
        return cls(np.eye(3), np.zeros(3))

    @classmethod
    def from_matrix(cls, matrix: ArrayLike, tolerance: float = 1e-3) -> SE3:
        """Read a (3, 4) or (4, 4) matrix whose rotation may be rounded, and take the nearest rotation.

        Raises:
            ValueError: Wrong shape, or the rotation is off by more than ``tolerance``.
        """
        array = np.asarray(matrix, dtype=np.float64)
        if array.shape not in ((3, 4), (4, 4)):
            raise ValueError(f"matrix must have shape (3, 4) or (4, 4), got {array.shape}")
        return cls(nearest_rotation(array[:3, :3], tolerance), array[:3, 3])

    @classmethod
    def from_quat_wxyz(cls, quat_wxyz: ArrayLike, translation: ArrayLike) -> SE3:
        """From a unit quaternion (w first) and a translation in metres."""
        return cls(
            rotation_from_quat_wxyz(quat_wxyz),
            np.asarray(translation, dtype=np.float64),
        )

    @classmethod
    def from_yaw(cls, yaw_rad: float, translation: ArrayLike) -> SE3:
        """A turn by ``yaw_rad`` about +z, then a translation in metres."""
        return cls(rotation_from_yaw(yaw_rad), np.asarray(translation, dtype=np.float64))

    @property
    def quat_wxyz(self) -> FloatArray:
        """Unit quaternion (4,), w first and not negative."""
        return quat_wxyz_from_rotation(self.rotation)

    @property
    def yaw_rad(self) -> float:
        """Heading of the source's x axis in the destination's xy plane, in [-π, π)."""
        return yaw_from_rotation(self.rotation)

    @property
    def matrix(self) -> FloatArray:
        """The (4, 4) homogeneous matrix."""
        matrix = np.eye(4)
        matrix[:3, :3] = self.rotation
        matrix[:3, 3] = self.translation
        return matrix

    def inverse(self) -> SE3:
        """``src_from_dst``."""
        return self._inverse

    @cached_property
    def _inverse(self) -> SE3:
        # A frame's pose is turned round for each box of the frame.
        return SE3(self.rotation.T, -self.rotation.T @ self.translation)

    def apply(self, points_src: ArrayLike) -> FloatArray:
        """Transform points (..., 3) from the source frame to the destination frame."""
        points = np.asarray(points_src, dtype=np.float64)
        rows = points.reshape(-1, points.shape[-1])
        moved = np.empty(rows.shape)
        for start in range(0, len(rows), BLOCK_ROWS):
            block = slice(start, start + BLOCK_ROWS)
            np.matmul(rows[block], self.rotation.T, out=moved[block])
            moved[block] += self.translation
        return moved.reshape(points.shape)

    @overload
    def __matmul__(self, other: SE3) -> SE3: ...

    @overload
    def __matmul__(self, other: FloatArray) -> FloatArray: ...

    def __matmul__(self, other: SE3 | FloatArray) -> SE3 | FloatArray:
        """Compose with a transform, or apply to points (..., 3)."""
        if isinstance(other, SE3):
            return SE3(
                self.rotation @ other.rotation,
                self.rotation @ other.translation + self.translation,
            )
        return self.apply(other)

    def __eq__(self, other: object) -> bool:
        """Equal to the last bit."""
        if not isinstance(other, SE3):
            return NotImplemented
        same_rotation = np.array_equal(self.rotation, other.rotation)
        return same_rotation and np.array_equal(self.translation, other.translation)

    def __hash__(self) -> int:
        """Hash of the numbers."""
        return hash((self.rotation.tobytes(), self.translation.tobytes()))

    def is_close(self, other: SE3, *, translation_m: float = 1e-9, rotation_rad: float = 1e-9) -> bool:
        """Whether both differ by at most the given distance and angle."""
        difference = self.rotation.T @ other.rotation
        # The skew part is sin(angle) and, unlike arccos of the trace, keeps its digits near identity.
        sine = np.linalg.norm(difference - difference.T) / np.sqrt(8.0)
        angle = np.arctan2(sine, (np.trace(difference) - 1.0) / 2.0)
        distance = np.linalg.norm(self.translation - other.translation)
        return bool(angle <= rotation_rad and distance <= translation_m)


def _shape_of(rows: list[list[float]]) -> tuple[float, float]:
    """How far three rows are from orthonormal, and the volume they span, negative where they are left-handed.

    Written out: labels make a hundred thousand transforms, and NumPy takes three times as long for nine numbers.
    """
    (a, b, c), (d, e, f), (g, h, i) = rows
    lengths = (a * a + b * b + c * c - 1.0, d * d + e * e + f * f - 1.0, g * g + h * h + i * i - 1.0)
    slants = (a * d + b * e + c * f, a * g + b * h + c * i, d * g + e * h + f * i)
    volume = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    return max(map(abs, lengths + slants)), volume
