"""Several sweeps as one cloud: those before and after a frame, with everything that moves kept in place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from fusion.carry import Carrier, Tracks
from fusion.fuse import color_cloud, place_sweep
from fusion.scene import Problem, Scene, Sweep
from geometry.arrays import Float32Array, FloatArray, IntArray
from pointcloud import PointCloud

MAX_POINTS = 2_000_000
FIRST_VOXEL_M = 0.05
FARTHEST_NS = 10_000_000_000
"""A sweep farther from the frame in time is of another place, whatever number of sweeps was asked for."""

ROOM_LEFT = 0.8
"""Thinning goes on until so much of the room is used, so that it is not needed again with the very next sweep."""


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
        dropped_count: Points left out because a coordinate was no number or absurdly far.
    """

    cloud: PointCloud
    age_s: Float32Array
    sweep_count: int
    voxel_m: float
    left_out_count: int
    problems: tuple[Problem, ...]
    dropped_count: int = 0


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
    carrier = Carrier(scene, frame_index, tracks or {})
    heap, dropped_count = _Heap(voxel_m, max_points), 0
    for number, sweep in enumerate(sweeps):
        placed = place_sweep(scene, sweep, now.timestamp_ns)
        problems += placed.problems
        dropped_count += placed.dropped_count
        if placed.cloud is None:
            continue
        is_own = number < len(now.sweeps)
        cloud = placed.cloud if is_own else carrier.carry(placed.cloud, sweep.timestamp_ns)
        heap.left_out_count += len(placed.cloud) - len(cloud)
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
    return Accumulated(
        cloud, age_s, heap.sweep_count, heap.voxel_m, heap.left_out_count, tuple(problems), dropped_count
    )


class _Heap:
    """Points as they come, the nearest in time first, thinned whenever there are too many."""

    def __init__(self, voxel_m: float, max_points: int) -> None:
        self.voxel_m, self.left_out_count, self.sweep_count = voxel_m, 0, 0
        self._max_points = max_points
        self._own: list[tuple[PointCloud, Float32Array]] = []
        self._others: list[tuple[PointCloud, Float32Array]] = []

    def add(self, cloud: PointCloud, age_s: float, *, is_own: bool) -> None:
        self.sweep_count += 1
        part = with_ages(cloud, age_s)
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


def with_ages(cloud: PointCloud, age_s: float) -> tuple[PointCloud, Float32Array]:
    """A sweep's points and the age of each; offsets count from its own time, which a cloud of several has not."""
    ages = np.full(len(cloud), age_s, dtype=np.float32)
    if cloud.time_offset_ns is not None:
        ages -= cloud.time_offset_ns.astype(np.float32) * np.float32(1e-9)
    return replace(cloud, time_offset_ns=None), ages


def first_in_voxels(points: FloatArray, voxel_m: float) -> IntArray:
    """The indices, rising, of the first point in each cube of an edge that holds any.

    Two cubes may share a number where the cloud spans more than 2²¹ cubes; points are lost then, none are invented.
    """
    if not len(points):
        return np.zeros(0, dtype=np.int64)
    cell = np.floor((points - points.min(axis=0)) / voxel_m).astype(np.int64) & 0x1FFFFF
    number = (cell[:, 0] << 42) | (cell[:, 1] << 21) | cell[:, 2]
    return np.sort(np.unique(number, return_index=True)[1])
