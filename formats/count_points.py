"""How many lidar points lie in cuboids, for forms that write it beside each of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from formats.selection import SelectedCuboid, cuboids_by_frame
from fusion import Scene, fuse_frame
from geometry import Box
from geometry.arrays import FloatArray, IntArray

UNCOUNTED = -1


def count_points(scene: Scene, selected: Sequence[SelectedCuboid]) -> IntArray:
    """(N,) points in each cuboid; -1 where its frame has no cloud that can be read. Holds one cloud at a time."""
    counts = {id(item): UNCOUNTED for item in selected}
    for frame_index, items in cuboids_by_frame(selected).items():
        if not scene.frames[frame_index].sweeps:
            continue
        fused = fuse_frame(scene, frame_index)
        if fused.point_counts:
            found = count_in_boxes(fused.cloud.positions_m, [item.cuboid.box_ego for item in items])
            counts |= {id(item): count for item, count in zip(items, found.tolist(), strict=True)}
    return np.array([counts[id(item)] for item in selected], dtype=np.int64)


def count_in_boxes(points: FloatArray, boxes: Sequence[Box]) -> IntArray:
    """(N,) how many of the points (P, 3) lie in each of N boxes of the same frame of reference, faces included."""
    ordered = points[np.argsort(points[:, 0])]
    along_x = np.ascontiguousarray(ordered[:, 0])
    counts = np.zeros(len(boxes), dtype=np.int64)
    for index, box in enumerate(boxes):
        # Half the diagonal reaches every corner, however the box is turned; a hair more for the rounding.
        reach = float(np.linalg.norm(box.size_lwh_m)) / 2.0 + 1e-6
        first, last = np.searchsorted(along_x, [box.center[0] - reach, box.center[0] + reach])
        counts[index] = np.count_nonzero(box.contains(ordered[first:last]))
    return counts
