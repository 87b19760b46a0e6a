"""The cloud of points: a struct of arrays with its frame of reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geometry import SE3
from geometry.arrays import BoolArray, ByteArray, Float32Array, check_shape

CHANNELS: dict[str, tuple[tuple[int | None, ...], type[np.generic]]] = {
    "intensity": ((None,), np.float32),
    "time_offset_ns": ((None,), np.int32),
    "ring": ((None,), np.uint16),
    "rgb": ((None, 3), np.uint8),
}
"""Shape and type of every channel a cloud may have beside its coordinates."""


@dataclass(frozen=True, eq=False)
class PointCloud:
    """N points with the channels that their sensor has.

    Attributes:
        xyz: (N, 3) metres, in ``frame``; every number finite.
        frame: The frame of reference: a sensor's name, ``ego`` or ``world``.
        intensity: (N,) as the file has it, or None.
        time_offset_ns: (N,) after the sweep's timestamp, or None.
        ring: (N,) the laser, counted from 0, or None.
        rgb: (N, 3) colour, or None.
        dropped_count: Points that the reader left out because a coordinate was not a number.
    """

    xyz: Float32Array
    frame: str
    intensity: Float32Array | None = None
    time_offset_ns: NDArray[np.int32] | None = None
    ring: NDArray[np.uint16] | None = None
    rgb: ByteArray | None = None
    dropped_count: int = 0

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on a wrong shape or on coordinates that are not finite."""
        xyz = _checked("xyz", self.xyz, (None, 3), np.float32)
        # A sum is finite only if all its numbers are, and costs less than looking at each.
        if len(xyz) and not np.isfinite(xyz.sum(dtype=np.float64)):
            raise ValueError("xyz must be finite, got NaN or infinity")
        object.__setattr__(self, "xyz", xyz)
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
        return cls(
            np.concatenate([cloud.xyz for cloud in clouds]),
            clouds[0].frame,
            dropped_count=sum(cloud.dropped_count for cloud in clouds),
            **channels,
        )

    def __len__(self) -> int:
        """The number of points."""
        return len(self.xyz)

    def select(self, mask: BoolArray | NDArray[np.integer[Any]]) -> PointCloud:
        """The points under a mask (N,) or at indices, with all their channels."""
        channels = {name: getattr(self, name)[mask] for name in CHANNELS if getattr(self, name) is not None}
        return replace(self, xyz=self.xyz[mask], **channels)

    def transform(self, dst_from_src: SE3, frame: str) -> PointCloud:
        """The same points in another frame of reference; computed in float64, kept in float32."""
        return replace(self, xyz=dst_from_src.apply(self.xyz).astype(np.float32), frame=frame)


def _checked(name: str, value: Any, shape: tuple[int | None, ...], dtype: type[np.generic]) -> NDArray[Any]:
    array = np.ascontiguousarray(value, dtype=dtype).view()
    check_shape(name, array, shape)
    array.setflags(write=False)
    return array
