"""Drives whose objects are known: simulated streets, and boxes on flat ground."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from autolabel.classes import ClassSet, ObjectClass
from autolabel.recording import Recording
from autolabel.upright import moved, upright
from geometry import SE3, Trajectory
from geometry.arrays import FloatArray, IntArray
from simulation.drive import simulate_drive
from simulation.options import DriveOptions
from simulation.rig import spinning_lidar

CLASSES: ClassSet = (
    ObjectClass("Car", (4.2, 1.8, 1.5), True),
    ObjectClass("Van", (5.0, 1.95, 2.1), True),
    ObjectClass("Truck", (9.0, 2.5, 3.2), True),
    ObjectClass("Pedestrian", (0.7, 0.65, 1.75), False),
    ObjectClass("Cyclist", (1.8, 0.65, 1.75), False),
)
NAMES = tuple(item.name for item in CLASSES)
STEP_NS = 100_000_000


@dataclass(frozen=True, eq=False)
class KnownFrame:
    """One frame and what is in it.

    Attributes:
        points: (N, 4) x, y, z in ``ego`` and intensity.
        boxes_ego: (K, 7) the objects.
        classes: (K,) numbers of their classes.
        identities: (K,) the same in all frames.
        counts: (K,) points on them.
        clutter_ego: (C, 3) places on things that are no objects.
    """

    points: FloatArray
    boxes_ego: FloatArray
    classes: IntArray
    identities: IntArray
    counts: IntArray
    clutter_ego: FloatArray


@dataclass(frozen=True, eq=False)
class KnownDrive:
    """Frames a tenth of a second apart, with true poses."""

    frames: Sequence[KnownFrame]
    world_from_ego: Sequence[SE3]
    lidar_center_ego: FloatArray

    def recording(self, told: Sequence[SE3] | None = None, *, has_poses: bool = True) -> Recording:
        """As the machine sees it, perhaps with poses that are wrong."""
        times = [index * STEP_NS for index in range(len(self.frames))]
        trajectory = Trajectory.from_poses(times, told or self.world_from_ego) if has_poses else None
        return Recording(times, trajectory, lambda i: self.frames[i].points.astype(np.float32), self.lidar_center_ego)

    def part(self, first: int, end: int) -> KnownDrive:
        """Some frames in a row."""
        return KnownDrive(self.frames[first:end], self.world_from_ego[first:end], self.lidar_center_ego)


def simulated(seed: int, frames: int, beams: int = 32) -> KnownDrive:
    """A simulated drive."""
    options = DriveOptions(
        pictures=False, lively=True, surroundings="suburb", lidars=(spinning_lidar(beams, azimuths=900),)
    )
    drive = simulate_drive(seed, frames, options=options)
    ego_from_lidar = drive.lidars[0].ego_from_lidar
    known, poses = [], []
    for frame in drive.frames():
        xyz = ego_from_lidar.apply(frame.points_lidar[:, :3])
        points = np.column_stack([xyz, frame.points_lidar[:, 3]])
        boxes = upright([item.box_ego for item in frame.objects])
        numbers = [NAMES.index(item.category) for item in frame.objects]
        identities = [item.track for item in frame.objects]
        counts = [item.lidar_points for item in frame.objects]
        poses.append(frame.true_world_from_ego)
        known.append(known_frame(points, frame.point_track.astype(np.int64), boxes, numbers, identities, counts))
    return KnownDrive(known, poses, np.asarray(ego_from_lidar.translation))


def known_frame(
    points: FloatArray,
    on: IntArray,
    boxes: FloatArray,
    classes: Sequence[int],
    identities: Sequence[int],
    counts: Sequence[int],
) -> KnownFrame:
    """Clutter is what stands above the ground and is no object."""
    away = points[:, 2] + 0.9
    clutter = points[(on < 0) & (away > 0.4) & (away < 1.6) & (np.abs(points[:, :2]).max(axis=1) < 45.0), :3]
    return KnownFrame(
        points,
        boxes,
        np.array(classes, np.int64),
        np.array(identities, np.int64),
        np.array(counts, np.int64),
        clutter[::50],
    )


Where = Callable[[float], Sequence[float] | None]
"""The row of an object in ``world`` at a time, None where it is not there."""


def made_drive(objects: Sequence[tuple[str, Where]], *, frames: int = 20, ego_ms: float = 5.0) -> KnownDrive:
    """A drive straight ahead past some objects."""
    poses = [SE3.from_yaw(0.0, [ego_ms * index / 10.0, 0.0, 0.0]) for index in range(frames)]
    known = []
    for index, pose in enumerate(poses):
        rows = [(who, NAMES.index(name), at(index / 10.0)) for who, (name, at) in enumerate(objects)]
        here = [(who, number, row) for who, number, row in rows if row is not None]
        boxes = moved(np.array([row for _, _, row in here], dtype=np.float64).reshape(-1, 7), pose.inverse())
        points = np.concatenate([flat_ground(), *(filled(row) for row in boxes)])
        points = np.column_stack([points, np.zeros(len(points))])
        numbers = np.array([number for _, number, _ in here], np.int64)
        identities = np.array([who for who, _, _ in here], np.int64)
        counts = np.full(len(here), 200, np.int64)
        known.append(KnownFrame(points, boxes, numbers, identities, counts, np.zeros((0, 3))))
    return KnownDrive(known, poses, np.array([0.0, 0.0, 1.7]))


def flat_ground() -> FloatArray:
    """(N, 3) points at z = 0."""
    axis = np.arange(-40.0, 40.0, 1.0)
    x, y = np.meshgrid(axis, axis)
    return np.column_stack([x.ravel(), y.ravel(), np.zeros(x.size)])


def filled(row: FloatArray) -> FloatArray:
    """(N, 3) points all through a box."""
    local = np.stack(np.meshgrid(*[np.linspace(-0.48, 0.48, 6)] * 3), axis=-1).reshape(-1, 3) * row[3:6]
    return np.asarray(SE3.from_yaw(float(row[6]), row[:3]).apply(local))
