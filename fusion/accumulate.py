"""Several sweeps as one cloud: those before and after a frame, with everything that moves kept in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from fusion.fuse import color_cloud, place_sweep
from fusion.scene import Problem, Scene, Sweep
from geometry import SE3, Box, interpolate_se3
from geometry.arrays import BoolArray, Float32Array, FloatArray, IntArray
from pointcloud import PointCloud

MAX_POINTS = 2_000_000
FIRST_VOXEL_M = 0.05
FARTHEST_NS = 10_000_000_000
"""A sweep farther from the frame in time is of another place, whatever number of sweeps was asked for."""

MARGIN_M = 0.1
"""Points this far outside a moving object's cuboid still belong to it."""

LEAST_MOVE_M = 0.05
"""An object that moved less is left where it is, and its ground with it."""

ROOM_LEFT = 0.8
"""Thinning goes on until so much of the room is used, so that it is not needed again with the very next sweep."""

Tracks = Mapping[str, Mapping[int, Box]]
"""By track and frame index, its cuboid in ``ego`` at that frame's time."""


@dataclass(frozen=True)
class Around:
    """A place, upright and round, in ``ego`` at the frame's time.

    Attributes:
        center_m: x, y, z of its middle.
        radius_m: How far it reaches on the ground, and as far up and down.
    """

    center_m: tuple[float, float, float]
    radius_m: float

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on a place or radius that is none."""
        if not (np.isfinite([*self.center_m, self.radius_m]).all() and self.radius_m > 0):
            raise ValueError(f"around must be finite with a radius above 0, got {self.center_m} and {self.radius_m}")

    def holds(self, points_ego: FloatArray) -> BoolArray:
        """(N,) which points (N, 3) are there."""
        away = points_ego - np.array(self.center_m)
        near = np.abs(away[:, 2]) <= self.radius_m
        return np.asarray(near & (away[:, 0] ** 2 + away[:, 1] ** 2 <= self.radius_m**2))


@dataclass(frozen=True, eq=False)
class Accumulated:
    """Points of several sweeps.

    Attributes:
        cloud: In ``ego`` at the frame's time, or in ``world``; the frame's own sweeps first.
        age_s: (N,) how long before the frame each point's sweep was taken; negative after it.
        sweep_count: How many sweeps are in it.
        voxel_m: The edge of the cubes in which other sweeps' points were thinned to one; 0 where they were not.
        left_out_count: Points that thinning left out, and those on objects that the frame does not have.
        problems: What could not be used, one clear line each.
    """

    cloud: PointCloud
    age_s: Float32Array
    sweep_count: int
    voxel_m: float
    left_out_count: int
    problems: tuple[Problem, ...]


def sweeps_around(scene: Scene, frame_index: int, before: int, after: int) -> list[Sweep]:
    """A frame's own sweeps, then of each of its lidars those next in time: ``before`` earlier and ``after`` later ones.

    Those between frames count like all others. The nearest in time come first; none is more than ``FARTHEST_NS`` away.

    Raises:
        ValueError: The scene has no such frame, or a count is negative.
    """
    if before < 0 or after < 0:
        raise ValueError(f"before and after must not be negative, got {before} and {after}")
    frame = scene.frame(frame_index)
    known = [sweep for each in scene.frames for sweep in each.sweeps] + list(scene.sweeps_between)
    own, found = set(map(id, frame.sweeps)), list(frame.sweeps)
    for lidar in dict.fromkeys(sweep.sensor for sweep in known):
        mine = next((sweep.timestamp_ns for sweep in frame.sweeps if sweep.sensor == lidar), frame.timestamp_ns)
        near = [sweep for sweep in known if abs(sweep.timestamp_ns - mine) <= FARTHEST_NS]
        others = [sweep for sweep in near if sweep.sensor == lidar and id(sweep) not in own]
        earlier = sorted((s for s in others if s.timestamp_ns <= mine), key=lambda s: mine - s.timestamp_ns)
        later = sorted((s for s in others if s.timestamp_ns > mine), key=lambda s: s.timestamp_ns)
        found += earlier[:before] + later[:after]
    others = found[len(frame.sweeps) :]
    return list(frame.sweeps) + sorted(others, key=lambda sweep: abs(sweep.timestamp_ns - frame.timestamp_ns))


def accumulate(
    scene: Scene,
    frame_index: int,
    *,
    before: int,
    after: int,
    frame: Literal["ego", "world"] = "ego",
    tracks: Tracks | None = None,
    around: Around | None = None,
    voxel_m: float = 0.0,
    max_points: int = MAX_POINTS,
    color: bool = False,
) -> Accumulated:
    """The sweeps around a frame as one cloud, by the trajectory; deskewed where they ask for that.

    Memory is bounded: at no time are there more than ``max_points`` and one sweep. Whenever there would be, the points
    of other sweeps than the frame's own are thinned to one in a cube, the nearest in time, with cubes twice as large
    each time, until they fit; the frame's own points all stay.

    Args:
        scene: Its trajectory tells where each sweep was; without one, only the frame's own sweeps can be placed.
        frame_index: The frame.
        before: How many sweeps of each lidar before the frame's own.
        after: How many after.
        frame: Which frame of reference the points come to: ``ego`` at the frame's time, or ``world``.
        tracks: Cuboids of objects: their points in other sweeps are carried to where the object is in the frame; those
            of an object that the frame does not have are left out. Without it, moving objects smear.
        around: Take only the points there from other sweeps; the frame's own all stay.
        voxel_m: Thin other sweeps' points from the start with cubes of this edge; 0 for only when there are too many.
        max_points: How many points there may be, beyond the frame's own.
        color: Colour the points from the frame's own images.

    Raises:
        ValueError: The scene has no such frame, a number is too small, or ``world`` is asked of a scene without one.
    """
    now = scene.frame(frame_index)
    if frame == "world" and scene.trajectory is None:
        raise ValueError("frame must be ego for a scene without a trajectory, got world")
    if not 0 <= voxel_m < np.inf or max_points < 1:
        raise ValueError(f"voxel_m must be 0 or more and max_points 1 or more, got {voxel_m} and {max_points}")
    sweeps = sweeps_around(scene, frame_index, before, after)
    problems: list[Problem] = []
    if scene.trajectory is None and len(sweeps) > len(now.sweeps):
        sweeps = list(now.sweeps)
        problems.append(Problem(".", "other sweeps cannot be added: the scene has no trajectory"))
    carrier = _Carrier(scene, frame_index, tracks or {})
    heap = _Heap(voxel_m, max_points)
    for number, sweep in enumerate(sweeps):
        placed = place_sweep(scene, sweep, now.timestamp_ns)
        problems += placed.problems
        if placed.cloud is None:
            continue
        is_own = number < len(now.sweeps)
        cloud = placed.cloud if is_own else carrier.carry(placed.cloud, sweep.timestamp_ns)
        heap.left_out_count += len(placed.cloud) - len(cloud)
        if around is not None and not is_own:
            cloud = cloud.select(around.holds(cloud.positions_m))
        heap.add(cloud, (now.timestamp_ns - sweep.timestamp_ns) * 1e-9, is_own=is_own)
    if not sweeps:
        problems.append(Problem(".", f"frame {frame_index} has no cloud"))
    heap.finish()
    cloud, age_s = heap.gathered()
    if color and len(cloud):
        cloud, wrong = color_cloud(scene, frame_index, cloud)
        problems += wrong
    if frame == "world" and scene.trajectory is not None:
        cloud = cloud.transform(scene.trajectory.world_from_ego(now.timestamp_ns), "world")
    return Accumulated(cloud, age_s, heap.sweep_count, heap.voxel_m, heap.left_out_count, tuple(problems))


class _Heap:
    """Points as they come, the nearest in time first, thinned whenever there are too many."""

    def __init__(self, voxel_m: float, max_points: int) -> None:
        self.voxel_m, self.left_out_count, self.sweep_count = voxel_m, 0, 0
        self._max_points = max_points
        self._own: list[tuple[PointCloud, Float32Array]] = []
        self._others: list[tuple[PointCloud, Float32Array]] = []

    def add(self, cloud: PointCloud, age_s: float, *, is_own: bool) -> None:
        self.sweep_count += 1
        # Offsets count from each sweep's own time, which a cloud of several has not.
        ages = np.full(len(cloud), age_s, dtype=np.float32)
        if cloud.time_offset_ns is not None:
            ages -= cloud.time_offset_ns.astype(np.float32) * np.float32(1e-9)
        part = (replace(cloud, time_offset_ns=None), ages)
        if is_own:
            self._own.append(part)
            return
        self._others.append(part)
        if self._other_count <= self._max_points:
            return
        self.finish()
        while self._other_count > max(1, int(self._max_points * ROOM_LEFT)):
            self.voxel_m = self.voxel_m * 2 or FIRST_VOXEL_M
            self._thin()

    def finish(self) -> None:
        """Thin what came since the last time, where there is thinning at all."""
        if self.voxel_m and len(self._others) > 1:
            self._thin()

    @property
    def _other_count(self) -> int:
        return sum(len(other) for other, _ in self._others)

    def gathered(self) -> tuple[PointCloud, Float32Array]:
        parts = self._own + self._others
        if not parts:
            return PointCloud.empty("ego"), np.zeros(0, dtype=np.float32)
        return PointCloud.concatenate([cloud for cloud, _ in parts]), np.concatenate([ages for _, ages in parts])

    def _thin(self) -> None:
        cloud = PointCloud.concatenate([other for other, _ in self._others])
        kept = first_in_voxels(cloud.positions_m, self.voxel_m)
        ages = np.concatenate([ages for _, ages in self._others])
        self.left_out_count += len(cloud) - len(kept)
        self._others = [(cloud.select(kept), ages[kept])]


def first_in_voxels(points: FloatArray, voxel_m: float) -> IntArray:
    """The indices, rising, of the first point in each cube of an edge that holds any.

    Two cubes may share a number where the cloud spans more than 2²¹ cubes; points are lost then, none are invented.
    """
    if not len(points):
        return np.zeros(0, dtype=np.int64)
    cell = np.floor((points - points.min(axis=0)) / voxel_m).astype(np.int64) & 0x1FFFFF
    number = (cell[:, 0] << 42) | (cell[:, 1] << 21) | cell[:, 2]
    return np.sort(np.unique(number, return_index=True)[1])


class _Carrier:
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
