"""How many lidar points lie in cuboids: every cloud is decoded once, and no cuboid is counted twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from fusion import Scene, fuse_frame
from geometry import Box
from geometry.arrays import FloatArray, IntArray


class PointCounts:
    """Counts of one scene, kept from one run of the checks to the next; not for several threads at a time.

    A change of labels costs the clouds of the frames whose cuboids changed. One cloud is held at a time, and of each
    frame the counts of the cuboids asked for last.
    """

    def __init__(self, on_cloud: Callable[[], None] | None = None) -> None:
        """Nothing is decoded before it is asked for.

        Args:
            on_cloud: Called before a cloud is decoded; may raise to end the counting.
        """
        self.on_cloud = on_cloud or (lambda: None)
        self.clouds_decoded = 0
        self._counts: dict[int, dict[bytes, int]] = {}
        self._without_cloud: set[int] = set()

    def count(self, scene: Scene, frame_index: int, boxes_ego: Sequence[Box]) -> IntArray | None:
        """(N,) points inside N boxes of ``ego``; None where the frame has no cloud that can be read."""
        if frame_index in self._without_cloud or not scene.frames[frame_index].sweeps:
            return None
        known = self._counts.get(frame_index, {})
        boxes = {_key(box): box for box in boxes_ego}
        if not boxes.keys() <= known.keys():
            self.on_cloud()
            fused = fuse_frame(scene, frame_index)
            self.clouds_decoded += 1
            if not fused.point_counts:
                self._without_cloud.add(frame_index)
                return None
            points_ego = fused.cloud.positions_m
            known = {key: known[key] if key in known else count_inside(points_ego, box) for key, box in boxes.items()}
            self._counts[frame_index] = known
        return np.array([known[_key(box)] for box in boxes_ego], dtype=np.int64)


def count_inside(points: FloatArray, box: Box) -> int:
    """The points (N, 3), in the box's frame of reference, that lie inside it."""
    reach = float(np.linalg.norm(box.size_lwh_m)) / 2.0
    center = box.center
    # Two columns first: most of a cloud is nowhere near the box.
    near = np.flatnonzero(np.abs(points[:, 0] - center[0]) <= reach)
    near = near[np.abs(points[near, 1] - center[1]) <= reach]
    return int(box.contains(points[near]).sum())


def _key(box: Box) -> bytes:
    transform = box.frame_from_object
    return np.concatenate([transform.rotation.ravel(), transform.translation, box.size_lwh_m]).tobytes()
