"""What carrying tracks on needs of a scene: its times, its poses, and its clouds made ready for fitting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from geometry import SE3, Box, Trajectory
from pointcloud import FitScene

LEVEL_RAD = 2e-3
CloudOf = Callable[[int], FitScene | None]


@dataclass(frozen=True, eq=False)
class Drive:
    """A scene's frames.

    Attributes:
        times_ns: The time of each frame.
        trajectory: Ego poses, or None where the scene has none: everything is then told in ``ego``.
        cloud: A frame's fused points in ``ego``; None where it has none.
    """

    times_ns: Sequence[int]
    trajectory: Trajectory | None
    cloud: CloudOf

    def __len__(self) -> int:
        """The number of frames."""
        return len(self.times_ns)

    @property
    def in_world(self) -> bool:
        """Whether ``base_from_ego`` leads to ``world``; else ``base`` is each frame's own ``ego``."""
        return self.trajectory is not None

    def base_from_ego(self, frame_index: int) -> SE3:
        """Into the frame of reference that objects move in."""
        if self.trajectory is None:
            return SE3.identity()
        return self.trajectory.world_from_ego(self.times_ns[frame_index])

    def time_s(self, frame_index: int) -> float:
        """Since the first frame."""
        return (self.times_ns[frame_index] - self.times_ns[0]) * 1e-9


def leveled(box: Box) -> Box:
    """The same box, upright."""
    return Box.from_yaw(box.center, box.size_lwh_m, box.yaw_rad)


def is_level(box: Box) -> bool:
    """Whether a box is upright: where one key of a track is, the others should be, however the vehicle nods."""
    return box.tilt_rad < LEVEL_RAD
