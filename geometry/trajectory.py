"""Where the ego vehicle was, at any time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geometry.arrays import IntArray
from geometry.rotation import share_of_rotation
from geometry.se3 import SE3


@dataclass(frozen=True, eq=False)
class Trajectory:
    """Ego poses over time.

    Attributes:
        timestamps_ns: (N,) strictly rising, N ≥ 1.
        poses: N transforms ``world_from_ego``, one a timestamp.
    """

    timestamps_ns: IntArray
    poses: tuple[SE3, ...]

    def __post_init__(self) -> None:
        """Raise ``ValueError`` unless there is one pose a timestamp and time only rises."""
        stamps = np.array(self.timestamps_ns, dtype=np.int64)
        if stamps.ndim != 1 or len(stamps) == 0 or len(stamps) != len(self.poses):
            raise ValueError(f"timestamps_ns must have one entry a pose, got {stamps.shape} for {len(self.poses)}")
        if (np.diff(stamps) <= 0).any():
            raise ValueError("timestamps_ns must rise strictly")
        stamps.setflags(write=False)
        object.__setattr__(self, "timestamps_ns", stamps)
        object.__setattr__(self, "poses", tuple(self.poses))

    @classmethod
    def from_poses(cls, timestamps_ns: Sequence[int], poses: Sequence[SE3]) -> Trajectory:
        """From one ``world_from_ego`` a timestamp."""
        return cls(np.asarray(timestamps_ns, dtype=np.int64), tuple(poses))

    def world_from_ego(self, timestamp_ns: int) -> SE3:
        """The pose at a time: linear in position, shortest arc in rotation; held beyond either end."""
        index = int(np.searchsorted(self.timestamps_ns, timestamp_ns))
        if index < len(self.poses) and self.timestamps_ns[index] == timestamp_ns:
            return self.poses[index]
        if index == 0:
            return self.poses[0]
        if index == len(self.poses):
            return self.poses[-1]
        start, end = int(self.timestamps_ns[index - 1]), int(self.timestamps_ns[index])
        return interpolate_se3(
            self.poses[index - 1],
            self.poses[index],
            (timestamp_ns - start) / (end - start),
        )

    def __eq__(self, other: object) -> bool:
        """Equal to the last bit."""
        if not isinstance(other, Trajectory):
            return NotImplemented
        return np.array_equal(self.timestamps_ns, other.timestamps_ns) and self.poses == other.poses

    def __hash__(self) -> int:
        """Hash of times and poses."""
        return hash((self.timestamps_ns.tobytes(), self.poses))


def interpolate_se3(dst_from_start: SE3, dst_from_end: SE3, fraction: float) -> SE3:
    """Between two transforms: linear in translation, shortest arc (slerp) in rotation; fraction 0 … 1."""
    translation = (1.0 - fraction) * dst_from_start.translation + fraction * dst_from_end.translation
    turn = share_of_rotation(dst_from_start.rotation.T @ dst_from_end.rotation, fraction)
    return SE3(dst_from_start.rotation @ turn, translation)
