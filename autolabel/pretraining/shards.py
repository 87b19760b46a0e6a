"""Simulated frames as examples on disk, made one world after the other; what is there already is not made again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from autolabel.classes import ClassSet, ObjectClass
from autolabel.network.grid import GridSpec
from autolabel.pretraining.worlds import Moment, World
from autolabel.recording import Recording, points_of
from autolabel.stopping import Progress, ShouldStop, Stopped, never, no_progress
from autolabel.training.examples import Example, LabeledFrame, example_of
from autolabel.upright import upright
from fusion import deskew
from geometry import Trajectory
from geometry.arrays import Float32Array
from pointcloud import PointCloud
from simulation import SimulatedDrive, SimulatedFrame, SimulatedLidar, simulate_drive
from simulation.drive import FRAME_NS

CLASSES: ClassSet = (
    ObjectClass("Car", (4.3, 1.8, 1.55), is_rigid=True),
    ObjectClass("Cyclist", (1.8, 0.65, 1.75), is_rigid=False),
    ObjectClass("Pedestrian", (0.8, 0.65, 1.75), is_rigid=False),
    ObjectClass("Truck", (9.5, 2.6, 3.2), is_rigid=True),
    ObjectClass("Van", (4.9, 1.95, 2.1), is_rigid=True),
)
"""What the simulator's objects are called, and their usual sizes."""
GRID = GridSpec.around(64.0)
FEWEST_POINTS = 5
"""Of an object with fewer, it is left open whether it is there."""


@dataclass(frozen=True)
class ShardPlan:
    """Which worlds, and where their examples are.

    Attributes:
        worlds: A world by its number.
        numbers: Which.
        folder: Where the examples are; it is made.
        grid: What is kept of a frame.
        workers: Processes that make worlds at the same time; with one, this process does.
    """

    worlds: Callable[[int], World]
    numbers: range
    folder: Path
    grid: GridSpec = GRID
    workers: int = 1

    def files(self, number: int) -> list[Path]:
        """The files of a world's examples."""
        world = self.worlds(number)
        return [self.folder / f"{world.drive_seed:06d}_{moment.frame:03d}.npz" for moment in world.moments]

    def make(self, number: int) -> None:
        """Make a world's examples, unless they are there."""
        files = self.files(number)
        if not all(path.is_file() for path in files):
            for path, example in zip(files, examples_of(self.worlds(number), self.grid), strict=True):
                _save(example, path)


def make_shards(plan: ShardPlan, progress: Progress = no_progress, should_stop: ShouldStop = never) -> list[Path]:
    """Make the examples of a plan's worlds, as far as they are missing.

    Args:
        plan: Which worlds; to be made by several processes it must be picklable.
        progress: Told how far it is.
        should_stop: Asked before each world.

    Returns:
        The examples' files, by world and moment.

    Raises:
        Stopped: ``should_stop`` said so; what is made stays.
        OSError: A file cannot be written.
    """
    plan.folder.mkdir(parents=True, exist_ok=True)
    for done, number in enumerate(_made(plan)):
        progress(done / len(plan.numbers), f"simulating world {number + 1} of {len(plan.numbers)}")
        if should_stop():
            raise Stopped
    progress(1.0, "simulated")
    return [path for number in plan.numbers for path in plan.files(number)]


def _made(plan: ShardPlan) -> Iterator[int]:
    """Every world's number, before it is made; by several processes, after."""
    if plan.workers == 1:
        for number in plan.numbers:
            yield number
            plan.make(number)
        return
    with ProcessPoolExecutor(plan.workers, get_context("spawn")) as pool:
        try:
            waiting = {pool.submit(plan.make, number): number for number in plan.numbers}
            for ready in as_completed(waiting):
                ready.result()
                yield waiting[ready]
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _save(example: Example, path: Path) -> None:
    """Write it whole or not at all."""
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        example.save(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def examples_of(world: World, grid: GridSpec = GRID) -> list[Example]:
    """The moments of a world as examples."""
    drive = simulate_drive(world.drive_seed, world.frame_count, options=world.options)
    return [example_of(_labeled(drive, world, moment), grid) for moment in world.moments]


def _labeled(drive: SimulatedDrive, world: World, moment: Moment) -> LabeledFrame:
    numbers = sorted((moment.frame, *moment.others))
    frames = [drive.frame(number) for number in numbers]
    times = [frame.timestamp_ns for frame in frames]
    place = numbers.index(moment.frame)
    trajectory = Trajectory.from_poses(times, [frame.world_from_ego for frame in frames]) if moment.others else None
    clouds = [points_ego(drive, frame, has_intensity=world.has_intensity) for frame in frames]
    recording = Recording(times, trajectory, clouds.__getitem__, drive.ego_from_lidar.translation)
    found = [item for item in frames[place].objects if item.lidar_points > 0]
    boxes = upright(item.box_ego for item in found)
    is_sure = np.array([item.lidar_points >= FEWEST_POINTS for item in found], bool)
    names = [item.name for item in CLASSES]
    classes = np.array([names.index(item.category) for item in found], np.int64)
    return LabeledFrame(recording, place, boxes[is_sure], classes[is_sure], boxes[~is_sure])


def points_ego(drive: SimulatedDrive, frame: SimulatedFrame, *, has_intensity: bool = True) -> Float32Array:
    """(N, 4) x, y, z in ``ego`` and intensity 0 … 1 of all of a frame's sweeps, as a recording has them."""
    clouds = [_cloud_ego(drive, frame, lidar) for lidar in drive.lidars]
    intensity = np.concatenate([frame.sweeps[lidar.name].points_lidar[:, 3] for lidar in drive.lidars])
    told = intensity if has_intensity else None
    return points_of(PointCloud(np.concatenate(clouds), "ego", told))


def _cloud_ego(drive: SimulatedDrive, frame: SimulatedFrame, lidar: SimulatedLidar) -> Float32Array:
    """(N, 3) one lidar's points in ``ego``; of a sweep that took time, each moved by the ego's motion."""
    sweep = frame.sweeps[lidar.name]
    xyz = np.ascontiguousarray(sweep.points_lidar[:, :3])
    if not drive.options.rolling:
        return (lidar.ego_from_lidar @ xyz.astype(np.float64)).astype(np.float32)
    near = range(max(frame.index - 1, 0), min(frame.index + 2, drive.frame_count))
    times = [frame.timestamp_ns + (index - frame.index) * FRAME_NS for index in near]
    way = Trajectory.from_poses(times, [drive.world_from_ego(index) for index in near])
    cloud = PointCloud(xyz, lidar.name, time_offset_ns=sweep.time_offset_ns)
    return deskew(cloud, frame.timestamp_ns, way, lidar.ego_from_lidar, frame.timestamp_ns).xyz
