"""Points on objects that move, taken from where those were to where they are in a frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np

from fusion.scene import Scene
from geometry import SE3, Box, interpolate_se3
from geometry.arrays import BoolArray, FloatArray, IntArray
from pointcloud import PointCloud

MARGIN_M = 0.1
"""Points this far outside a moving object's cuboid still belong to it."""

LEAST_MOVE_M = 0.05
"""An object that moved less is left where it is, and its ground with it."""

Tracks = Mapping[str, Mapping[int, Box]]
"""By track and frame index, its cuboid in ``ego`` at that frame's time."""


class Carrier:
    """Takes the points on objects from where those were to where they are in a frame."""

    def __init__(self, scene: Scene, frame_index: int, tracks: Tracks) -> None:
        self._scene, self._frame_index, self._tracks = scene, frame_index, tracks

    @cached_property
    def _times_ns(self) -> IntArray:
        return np.array(self._scene.frame_times_ns, dtype=np.int64)

    def carry(self, cloud: PointCloud, at_ns: int) -> PointCloud:
        """Points of a sweep of another time, in ``ego`` at the frame's time as if all stood still."""
        if not self._tracks or not len(cloud):
            return cloud
        points = cloud.positions_m
        taken, gone = np.zeros(len(points), dtype=bool), np.zeros(len(points), dtype=bool)
        for boxes in self._tracks.values():
            then = self._box_at(boxes, at_ns)
            if then is None:
                continue
            inside = _inside(points, then) & ~taken
            taken |= inside
            now = boxes.get(self._frame_index)
            if now is None:
                gone |= inside
            elif inside.any() and _moved(then, now):
                now_from_then = now.frame_from_object @ then.frame_from_object.inverse()
                points[inside] = now_from_then.apply(points[inside])
        moved = replace(cloud, xyz=(points - cloud.origin_m).astype(np.float32))
        return moved.select(~gone) if gone.any() else moved

    def _box_at(self, boxes: Mapping[int, Box], at_ns: int) -> Box | None:
        """A cuboid at any time, between those of the frames around it, in ``ego`` at the frame's time."""
        index = int(np.searchsorted(self._times_ns, at_ns))
        if index < len(self._times_ns) and self._times_ns[index] == at_ns:
            return self._seen_from_frame(boxes, index)
        before, after = self._seen_from_frame(boxes, index - 1), self._seen_from_frame(boxes, index)
        if before is None or after is None:
            # A sweep that is not quite of its frame's time is still its frame's.
            nearest = before or after
            return (
                nearest if nearest is not None and self._is_near(index, at_ns, has_before=before is not None) else None
            )
        start, end = int(self._times_ns[index - 1]), int(self._times_ns[index])
        share = (at_ns - start) / (end - start)
        place = interpolate_se3(before.frame_from_object, after.frame_from_object, share)
        return Box(place, (1 - share) * before.size_lwh_m + share * after.size_lwh_m)

    def _is_near(self, index: int, at_ns: int, *, has_before: bool) -> bool:
        """Whether a time is nearer to the frame that has a cuboid than to its neighbour that has none."""
        if not 0 < index < len(self._times_ns):
            return True
        share = (at_ns - int(self._times_ns[index - 1])) / int(self._times_ns[index] - self._times_ns[index - 1])
        return share <= 0.5 if has_before else share >= 0.5

    def _seen_from_frame(self, boxes: Mapping[int, Box], index: int) -> Box | None:
        box = boxes.get(index)
        if box is None or index == self._frame_index:
            return box
        here, there = self._scene.world_from_ego(self._frame_index), self._scene.world_from_ego(index)
        return None if here is None or there is None else box.transform(_between(here, there))


def _between(world_from_here: SE3, world_from_there: SE3) -> SE3:
    return world_from_here.inverse() @ world_from_there


def _moved(then: Box, now: Box) -> bool:
    """Whether any corner of a cuboid is elsewhere."""
    return bool(np.linalg.norm(then.corners() - now.corners(), axis=1).max() > LEAST_MOVE_M)


def _inside(points: FloatArray, box: Box) -> BoolArray:
    """(N,) which points lie in a cuboid or within the margin; only those near it are looked at."""
    reach = float(np.linalg.norm(box.size_lwh_m)) / 2 + 2 * MARGIN_M
    near = np.flatnonzero((np.abs(points - box.center) <= reach).all(axis=1))
    inside = np.zeros(len(points), dtype=bool)
    inside[near[box.contains(points[near], MARGIN_M)]] = True
    return inside
