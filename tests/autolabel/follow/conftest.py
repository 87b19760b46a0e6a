"""Made drives of boxes on flat ground, seen by one lidar, with known truth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from autolabel.follow import Drive
from geometry import SE3, Box, Trajectory
from geometry.arrays import FloatArray
from pointcloud import FitScene

LIDAR = np.array([0.0, 0.0, 1.7])
STEP_NS = 100_000_000


@dataclass(frozen=True, eq=False)
class MadeDrive:
    """A drive and where its objects are.

    Attributes:
        drive: What is asked.
        truth: By object, its box in ``ego`` of each frame.
    """

    drive: Drive
    truth: Sequence[Mapping[int, Box]]


def seen_surface(box: Box, step_m: float = 0.12, inset_m: float = 0.05) -> FloatArray:
    """(N, 3) points on the sides that the lidar sees."""
    half = box.size_lwh_m / 2.0 - inset_m
    lidar = box.frame_from_object.inverse().apply(LIDAR[np.newaxis])[0]
    grids = [np.zeros((0, 3))]
    for axis in (0, 1):
        if abs(lidar[axis]) <= half[axis]:
            continue
        other = np.arange(-half[1 - axis], half[1 - axis] + 1e-9, step_m)
        up = np.arange(0.25 - half[2], half[2] + 1e-9, step_m)
        along, above = (values.ravel() for values in np.meshgrid(other, up))
        side = np.empty((along.size, 3))
        side[:, axis], side[:, 1 - axis], side[:, 2] = np.sign(lidar[axis]) * half[axis], along, above
        grids.append(side)
    return np.asarray(box.frame_from_object.apply(np.concatenate(grids)))


def ground(half_m: float = 60.0, step_m: float = 0.7) -> FloatArray:
    """(N, 3) flat ground."""
    axis = np.arange(-half_m, half_m, step_m)
    x, y = np.meshgrid(axis, axis)
    return np.column_stack([x.ravel(), y.ravel(), np.zeros(x.size)])


@pytest.fixture
def make_drive() -> Callable[..., MadeDrive]:
    """Makes a drive of objects whose boxes in ``world`` are given by time; None where they are not there."""

    def make(
        objects: Sequence[Callable[[float], Box | None]],
        *,
        frames: int = 20,
        ego_ms: float = 5.0,
        drift_ms: float = 0.0,
        has_poses: bool = True,
    ) -> MadeDrive:
        times = [index * STEP_NS for index in range(frames)]
        poses = [SE3.from_yaw(0.0, [ego_ms * index / 10.0, 0.0, 0.0]) for index in range(frames)]
        told = [SE3.from_yaw(0.0, [ego_ms * i / 10.0, drift_ms * i / 10.0, 0.0]) for i in range(frames)]
        truth: list[dict[int, Box]] = [{} for _ in objects]
        clouds = []
        random = np.random.default_rng(0)
        for frame, pose in enumerate(poses):
            parts = [ground()]
            for number, where in enumerate(objects):
                box = where(frame / 10.0)
                if box is not None:
                    truth[number][frame] = box.transform(pose.inverse())
                    parts.append(seen_surface(truth[number][frame]))
            points = np.concatenate(parts)
            clouds.append(FitScene.of(points + random.normal(0.0, 0.01, points.shape), LIDAR))
        trajectory = Trajectory.from_poses(times, told) if has_poses else None
        return MadeDrive(Drive(times, trajectory, clouds.__getitem__), truth)

    return make
