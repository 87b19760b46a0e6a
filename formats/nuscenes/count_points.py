"""How many lidar points lie in the cuboids of each frame, for ``num_lidar_pts``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from formats.selection import SelectedCuboid
from fusion import Scene, fuse_frame
from geometry.arrays import FloatArray
from labels import Cuboid


def count_points(scene: Scene, selected: Sequence[SelectedCuboid]) -> dict[tuple[str, int], int]:
    """Points by track and frame; those of frames without a cloud that can be read are absent. Holds one cloud."""
    by_frame: defaultdict[int, list[Cuboid]] = defaultdict(list)
    for item in selected:
        by_frame[item.cuboid.frame_index].append(item.cuboid)
    counts: dict[tuple[str, int], int] = {}
    for frame_index, cuboids in by_frame.items():
        if not scene.frames[frame_index].sweeps:
            continue
        fused = fuse_frame(scene, frame_index)
        if not fused.point_counts:
            continue
        points_ego = fused.cloud.positions_m
        counts |= {(cuboid.track_id, frame_index): _inside(points_ego, cuboid) for cuboid in cuboids}
    return counts


def _inside(points_ego: FloatArray, cuboid: Cuboid) -> int:
    center = cuboid.ego_from_object.translation
    reach = float(np.linalg.norm(cuboid.size_lwh_m)) / 2.0
    # Two columns first: most of a cloud is nowhere near the box.
    near = np.flatnonzero(np.abs(points_ego[:, 0] - center[0]) <= reach)
    near = near[np.abs(points_ego[near, 1] - center[1]) <= reach]
    return int(cuboid.box_ego.contains(points_ego[near]).sum())
