"""A world near the drive for poses that a format gives in coordinates of a map, millions of metres from its origin."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geometry import SE3, Trajectory
from geometry.arrays import FloatArray


def world_on_map(
    times_ns: Sequence[int], map_from_ego: Sequence[SE3], start_map: FloatArray | None = None
) -> tuple[Trajectory, SE3]:
    """The world that begins at a place of the map and has its axes.

    Args:
        times_ns: When the poses hold, strictly rising.
        map_from_ego: Where the vehicle was.
        start_map: (3,) where the world begins; at the first pose where None.

    Returns:
        ``world_from_ego`` over time, and ``map_from_world``.

    Raises:
        ValueError: There is no pose, or the times do not rise.
    """
    start = map_from_ego[0].translation if start_map is None and map_from_ego else start_map
    start_m = np.zeros(3) if start is None else np.array(start)
    poses = [SE3(pose.rotation, pose.translation - start_m) for pose in map_from_ego]
    return Trajectory.from_poses(times_ns, poses), SE3(np.eye(3), start_m)
