"""The cloud of points: a struct of arrays with its frame of reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geometry import SE3
from geometry.arrays import BoolArray, ByteArray, Float32Array, FloatArray, check_shape, frozen_array

CHANNELS: dict[str, tuple[tuple[int | None, ...], type[np.generic]]] = {
    "intensity": ((None,), np.float32),
    "time_offset_ns": ((None,), np.int32),
    "ring": ((None,), np.uint16),
    "rgb": ((None, 3), np.uint8),
}
"""Shape and type of every channel a cloud may have beside its coordinates."""

FAR_M = 4096.0
"""A cloud whose middle lies farther out gets an origin of its own: within 8 192 m float32 is exact to 0.25 mm."""
BLOCK_POINTS = 8192


@dataclass(frozen=True, eq=False)
class PointCloud:
    """N points with the channels that their sensor has.

    Attributes:
        xyz: (N, 3) metres from ``origin_m`` along the axes of ``frame``; every number finite.
        frame: The frame of reference: a sensor's name, ``ego`` or ``world``.
        intensity: (N,) as the file has it, or None.
        time_offset_ns: (N,) after the sweep's timestamp, or None.
        ring: (N,) the laser, counted from 0, or None.
        rgb: (N, 3) colour, or None.
        dropped_count: Points that the reader left out because a coordinate was not a number.
        origin_m: (3,) float64, the place in ``frame`` that ``xyz`` counts from. Zero for sensors and vehicles; map
            coordinates of millions of metres keep their millimetres this way.
    """

    xyz: Float32Array
    frame: str
    intensity: Float32Array | None = None
    time_offset_ns: NDArray[np.int32] | None = None
    ring: NDArray[np.uint16] | None = None
    rgb: ByteArray | None = None
    dropped_count: int = 0
    origin_m: FloatArray = field(default_factory=lambda: np.zeros(3))

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on a wrong shape or on coordinates that are not finite."""
        xyz = _checked("xyz", self.xyz, (None, 3), np.float32)
        flat = xyz.reshape(-1)
        # A sum of squares is finite only if all its numbers are, and costs a tenth of looking at each.
        with np.errstate(over="ignore", invalid="ignore"):
            total = np.dot(flat, flat)
        if not np.isfinite(total) and not np.isfinite(flat).all():
            raise ValueError("xyz must be finite, got NaN or infinity")
        object.__setattr__(self, "xyz", xyz)
        object.__setattr__(self, "origin_m", frozen_array("origin_m", self.origin_m, (3,)))
        for name, (shape, dtype) in CHANNELS.items():
            if (channel := getattr(self, name)) is not None:
                array = _checked(name, channel, shape, dtype)
                if len(array) != len(xyz):
                    raise ValueError(f"{name} must have one entry a point ({len(xyz)}), got {len(array)}")
                object.__setattr__(self, name, array)

    @classmethod
    def empty(cls, frame: str) -> PointCloud:
        """A cloud without points."""
        return cls(np.zeros((0, 3), dtype=np.float32), frame)

    @classmethod
    def from_positions(cls, positions_m: FloatArray, frame: str, **channels: Any) -> PointCloud:
        """A cloud of float64 positions (N, 3) in ``frame``; far out, they count from their middle in whole metres."""
        origin_m = _origin(_middle(positions_m))
        return cls((positions_m - origin_m).astype(np.float32), frame, origin_m=origin_m, **channels)

    @classmethod
    def concatenate(cls, clouds: Sequence[PointCloud]) -> PointCloud:
        """Several clouds of one frame as one; a channel is kept where all of them have it.

        Raises:
            ValueError: No cloud given, or their frames of reference differ.
        """
        frames = {cloud.frame for cloud in clouds}
        if len(frames) != 1:
            raise ValueError(f"clouds must share one frame of reference, got {sorted(frames)}")
        if len(clouds) == 1:
            return clouds[0]
        channels: dict[str, Any] = {}
        for name in CHANNELS:
            parts = [getattr(cloud, name) for cloud in clouds]
            channels[name] = None if any(part is None for part in parts) else np.concatenate(parts)
        channels["dropped_count"] = sum(cloud.dropped_count for cloud in clouds)
        if all(np.array_equal(cloud.origin_m, clouds[0].origin_m) for cloud in clouds):
            xyz = np.concatenate([cloud.xyz for cloud in clouds])
            return cls(xyz, clouds[0].frame, origin_m=clouds[0].origin_m, **channels)
        return cls.from_positions(np.concatenate([cloud.positions_m for cloud in clouds]), clouds[0].frame, **channels)

    def __len__(self) -> int:
        """The number of points."""
        return len(self.xyz)

    @property
    def positions_m(self) -> FloatArray:
        """(N, 3) the points in ``frame`` as float64, ``origin_m`` added."""
        return np.asarray(self.xyz + self.origin_m)

    def select(self, mask: BoolArray | NDArray[np.integer[Any]]) -> PointCloud:
        """The points under a mask (N,) or at indices, with all their channels."""
        channels = {name: getattr(self, name)[mask] for name in CHANNELS if getattr(self, name) is not None}
        return replace(self, xyz=self.xyz[mask], **channels)

    def transform(self, dst_from_src: SE3, frame: str) -> PointCloud:
        """The same points in another frame of reference; computed in float64, kept in float32."""
        origin_m = _origin(dst_from_src.apply(self.origin_m + _middle(self.xyz)))
        # The far parts cancel before they meet the small ones.
        moved_from_xyz = SE3(dst_from_src.rotation, dst_from_src.apply(self.origin_m) - origin_m)
        moved = np.empty_like(self.xyz)
        # In blocks, because memory that is new to the process costs more than the arithmetic.
        for start in range(0, len(moved), BLOCK_POINTS):
            block = slice(start, start + BLOCK_POINTS)
            moved[block] = moved_from_xyz.apply(self.xyz[block])
        return replace(self, xyz=moved, frame=frame, origin_m=origin_m)


def _middle(points: Float32Array | FloatArray) -> FloatArray:
    # Column by column, which is many times faster than sum(axis=0).
    return np.array([points[:, axis].sum(dtype=np.float64) for axis in range(3)]) / max(len(points), 1)


def _origin(middle_m: FloatArray) -> FloatArray:
    return np.zeros(3) if np.abs(middle_m).max() < FAR_M else np.round(middle_m)


def _checked(name: str, value: Any, shape: tuple[int | None, ...], dtype: type[np.generic]) -> NDArray[Any]:
    array = np.ascontiguousarray(value, dtype=dtype).view()
    check_shape(name, array, shape)
    array.setflags(write=False)
    return array
