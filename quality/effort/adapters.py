"""From stored labels and ego poses to what effort is measured on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence

import numpy as np
from numpy.typing import ArrayLike

from geometry import SE3, Trajectory
from geometry.arrays import FloatArray
from geometry.rotation import wrap_angle
from labels import Cuboid, LabelSet, Resolver
from quality.effort.scene import EffortTrack

IsScored = Callable[[Cuboid], bool]


def effort_tracks(
    labels: LabelSet,
    frame_times_ns: Sequence[int],
    trajectory: Trajectory | None = None,
    *,
    is_scored: IsScored | None = None,
    categories: Collection[str] | None = None,
) -> list[EffortTrack]:
    """The tracks of a label set with their cuboids of every frame, stored or derived, in ``base``.

    Args:
        labels: The labels.
        frame_times_ns: The time of each frame of the scene.
        trajectory: Ego poses; without them ``base`` is each frame's ``ego``.
        is_scored: Whether a cuboid counts, such as one with enough points; all by default.
        categories: Tracks of others are left out; all by default.
    """
    resolver = Resolver(labels, frame_times_ns, trajectory)
    frames: defaultdict[str, list[int]] = defaultdict(list)
    rows: defaultdict[str, list[FloatArray]] = defaultdict(list)
    scored: defaultdict[str, list[bool]] = defaultdict(list)
    for frame, time_ns in enumerate(frame_times_ns):
        base_from_ego = SE3.identity() if trajectory is None else trajectory.world_from_ego(time_ns)
        for resolved in resolver.frame(frame):
            cuboid = resolved.cuboid
            frames[cuboid.track_id].append(frame)
            rows[cuboid.track_id].append(_row(base_from_ego, cuboid))
            scored[cuboid.track_id].append(is_scored is None or is_scored(cuboid))
    return [
        EffortTrack(key, category, np.array(frames[key]), np.array(rows[key]), is_scored=np.array(scored[key]))
        for key in frames
        if (category := labels.tracks[key].category) and (categories is None or category in categories)
    ]


def lidar_places(
    frame_times_ns: Sequence[int], trajectory: Trajectory | None, lidar_center_ego: ArrayLike
) -> FloatArray:
    """(F, 3) where the lidar is in ``base`` at each frame."""
    center = np.asarray(lidar_center_ego, dtype=np.float64)
    if trajectory is None:
        return np.tile(center, (len(frame_times_ns), 1))
    return np.array([trajectory.world_from_ego(time_ns).apply(center) for time_ns in frame_times_ns]).reshape(-1, 3)


def _row(base_from_ego: SE3, cuboid: Cuboid) -> FloatArray:
    base_from_object = base_from_ego @ cuboid.ego_from_object
    yaw_rad = wrap_angle(base_from_object.yaw_rad)
    return np.array([*base_from_object.translation, *cuboid.size_lwh_m, yaw_rad])
