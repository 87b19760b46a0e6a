"""A whole scene as one cloud, as it stands at a frame's time: an even sample of all of its sweeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fusion.accumulate import Accumulated, with_ages
from fusion.carry import Carrier, Tracks
from fusion.fuse import color_cloud, place_sweep
from fusion.scene import Problem, Scene, Sweep
from geometry.arrays import BoolArray, Float32Array, FloatArray, IntArray
from pointcloud import PointCloud, PointFileError

MOST_SWEEPS = 400
MOST_READ = 60_000_000
"""So many points can be read and placed in a time that a person waits for."""

MAX_POINTS = 10_000_000
SIGHT_M = 120.0
"""A sweep taken farther away than this from a place adds nothing to it."""


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


@dataclass(frozen=True)
class MergePlan:
    """What is merged.

    Attributes:
        frame_index: The frame that it is seen from.
        around: The place whose points are taken from other sweeps; None for everywhere.
        own: The frame's own sweeps, of which every point is taken.
        others: The other sweeps, rising in time.
        known_count: How many sweeps there are to take; more than ``own`` and ``others`` where some are skipped.
        share: Which share of the points of ``others`` is taken, 0 … 1.
    """

    frame_index: int
    around: Around | None
    own: tuple[Sweep, ...]
    others: tuple[Sweep, ...]
    known_count: int
    share: float

    @property
    def sweeps(self) -> tuple[Sweep, ...]:
        """All sweeps that are read."""
        return (*self.own, *self.others)


def plan_merge(
    scene: Scene,
    frame_index: int,
    *,
    around: Around | None = None,
    max_points: int = MAX_POINTS,
    most_sweeps: int = MOST_SWEEPS,
    most_read: int = MOST_READ,
) -> MergePlan:
    """Choose the sweeps and the share of their points, so that memory and time stay bounded; reads no points.

    Of each lidar, sweeps are skipped evenly over the scene's time where there are more than can be read. Around a
    place, only those count that were taken within sight of it, and their points are not thinned.

    Args:
        scene: Without a trajectory, only the frame's own sweeps can be placed.
        frame_index: The frame.
        around: A place; None for everywhere.
        max_points: How many points there may be beyond the frame's own.
        most_sweeps: How many other sweeps may be read.
        most_read: How many points may be read of them.

    Raises:
        ValueError: The scene has no such frame, or a number is below 1.
    """
    if min(max_points, most_sweeps, most_read) < 1:
        raise ValueError(f"bounds must be 1 or more, got {max_points}, {most_sweeps} and {most_read}")
    own = scene.frame(frame_index).sweeps
    known = [sweep for each in scene.frames for sweep in each.sweeps] + list(scene.sweeps_between)
    mine = set(map(id, own))
    others = sorted((sweep for sweep in known if id(sweep) not in mine), key=lambda sweep: sweep.timestamp_ns)
    if around is not None:
        others = _within_sight(scene, frame_index, around, others)
    known_count = len(own) + len(others)
    if scene.trajectory is None:
        return MergePlan(frame_index, around, own, (), known_count, 1.0)
    chosen = _evenly(others, most_sweeps)
    counts = [_count(sweep) for sweep in chosen]
    if sum(counts) > most_read:
        chosen = _evenly(chosen, max(1, len(chosen) * most_read // sum(counts)))
        counts = [_count(sweep) for sweep in chosen]
    share = 1.0 if around is not None else min(1.0, max_points / max(1, sum(counts)))
    return MergePlan(frame_index, around, own, tuple(chosen), known_count, share)


def merge_sweeps(
    scene: Scene, plan: MergePlan, *, tracks: Tracks | None = None, max_points: int = MAX_POINTS, color: bool = False
) -> Accumulated:
    """The planned sweeps as one cloud in ``ego`` at the frame's time, the frame's own first; see ``accumulate``.

    Args:
        scene: The scene.
        plan: What to merge, of ``plan_merge``.
        tracks: Cuboids of objects that move, whose points are carried to where the object is in the frame.
        max_points: How many points there may be beyond the frame's own, whatever the files' headers said.
        color: Colour the points from the frame's own images.
    """
    now = scene.frame(plan.frame_index)
    carrier = Carrier(scene, plan.frame_index, tracks or {})
    parts: list[tuple[PointCloud, Float32Array]] = []
    problems: list[Problem] = []
    room, left_out_count, dropped_count = max_points, 0, 0
    for number, sweep in enumerate(plan.sweeps):
        placed = place_sweep(scene, sweep, now.timestamp_ns)
        problems += placed.problems
        dropped_count += placed.dropped_count
        if placed.cloud is None:
            continue
        cloud = placed.cloud
        if number >= len(plan.own):
            wanted = min(room, round(plan.share * len(cloud)))
            cloud = cloud if wanted >= len(cloud) else cloud.select(_even_sample(len(cloud), wanted, number))
            cloud = carrier.carry(cloud, sweep.timestamp_ns)
            if plan.around is not None:
                cloud = cloud.select(plan.around.holds(cloud.positions_m))
            room -= len(cloud)
        left_out_count += len(placed.cloud) - len(cloud)
        parts.append(with_ages(cloud, (now.timestamp_ns - sweep.timestamp_ns) * 1e-9))
    if not plan.sweeps:
        problems.append(Problem(".", f"frame {plan.frame_index} has no cloud"))
    whole, age_s = _joined(parts)
    if color and len(whole):
        whole, wrong = color_cloud(scene, plan.frame_index, whole)
        problems += wrong
    return Accumulated(whole, age_s, len(parts), 0.0, left_out_count, tuple(problems), dropped_count)


def _joined(parts: list[tuple[PointCloud, Float32Array]]) -> tuple[PointCloud, Float32Array]:
    if not parts:
        return PointCloud.empty("ego"), np.zeros(0, dtype=np.float32)
    return PointCloud.concatenate([cloud for cloud, _ in parts]), np.concatenate([ages for _, ages in parts])


def _within_sight(scene: Scene, frame_index: int, around: Around, sweeps: Sequence[Sweep]) -> list[Sweep]:
    if scene.trajectory is None:
        return list(sweeps)
    trajectory = scene.trajectory
    now_ns = scene.frame(frame_index).timestamp_ns
    place_world = trajectory.world_from_ego(now_ns).apply(np.array([around.center_m]))[0]
    reach_m = SIGHT_M + around.radius_m
    return [
        sweep
        for sweep in sweeps
        if np.linalg.norm(trajectory.world_from_ego(sweep.timestamp_ns).translation - place_world) <= reach_m
    ]


def _evenly(sweeps: Sequence[Sweep], most: int) -> list[Sweep]:
    """At most so many, of each lidar its part, evenly from the first to the last."""
    if len(sweeps) <= most:
        return list(sweeps)
    lidars = list(dict.fromkeys(sweep.sensor for sweep in sweeps))
    kept: list[Sweep] = []
    for lidar in lidars:
        mine = [sweep for sweep in sweeps if sweep.sensor == lidar]
        count = min(len(mine), max(1, most * len(mine) // len(sweeps)))
        kept += [mine[(2 * i + 1) * len(mine) // (2 * count)] for i in range(count)]
    return sorted(kept, key=lambda sweep: sweep.timestamp_ns)[:most]


def _count(sweep: Sweep) -> int:
    """The number of points; 0 where it cannot be told, and reading the file will say why."""
    try:
        return sweep.point_count()
    except PointFileError:
        return 0


def _even_sample(count: int, wanted: int, seed: int) -> IntArray:
    """Rising indices, one at random of each of ``wanted`` stretches of equal length, so that no laser is left out."""
    if wanted == 0:
        return np.zeros(0, dtype=np.int64)
    places = (np.arange(wanted) + np.random.default_rng(seed).random(wanted)) * (count / wanted)
    return np.unique(np.minimum(places.astype(np.int64), count - 1))
