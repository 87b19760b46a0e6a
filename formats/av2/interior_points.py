"""Points within cuboids, counted in each frame's own sweeps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fusion import Scene, fuse_frame
from geometry import Box
from geometry.arrays import FloatArray, IntArray


def count_in_frame(scene: Scene, frame_index: int, boxes_ego: Sequence[Box]) -> IntArray | None:
    """(N,) the points in each box; None where no sweep of the frame can be read."""
    fused = fuse_frame(scene, frame_index)
    if not fused.point_counts:
        return None
    return count_points(fused.cloud.positions_m, boxes_ego)


def count_points(points: FloatArray, boxes: Sequence[Box]) -> IntArray:
    """(N,) how many of the points (P, 3) lie in each of N boxes, faces included."""
    ordered = points[np.argsort(points[:, 0])]
    along_x = np.ascontiguousarray(ordered[:, 0])
    counts = np.zeros(len(boxes), dtype=np.int64)
    for index, box in enumerate(boxes):
        # Half the diagonal reaches every corner, however the box is turned; a hair more for the rounding.
        reach = float(np.linalg.norm(box.size_lwh_m)) / 2.0 + 1e-6
        first, last = np.searchsorted(along_x, [box.center[0] - reach, box.center[0] + reach])
        counts[index] = np.count_nonzero(box.contains(ordered[first:last]))
    return counts
