"""A drive along a street with as many points a frame as asked for, made of planes and boxes in no time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from calibration import Pinhole, SensorRig
from formats.kitti import DriveFrame, write_drive
from geometry import SE3
from geometry.arrays import FloatArray
from pointcloud import PointCloud

LIDAR = "velodyne"
CAMERA = "image_02"
CAM_FROM_FORWARD = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [1.0, 0.0, 0.0]])
LIDAR_HEIGHT_M = 1.8
STEP_M = 1.0
"""How far the vehicle goes from frame to frame."""

REACH_M = 70.0
STREET_HALF_M = 11.0
HOUSE_HEIGHT_M = 7.0
CAR_EVERY_M = 12.0
CAR_LWH_M = (4.4, 1.9, 1.5)


def write_dense_drive(folder: Path, frame_count: int, points: int, *, name: str = "0000", seed: int = 0) -> list[Path]:
    """Record a street of parked cars between houses, its images small and grey; returns the clouds' files."""
    ego_from_sensor = {
        LIDAR: SE3.from_yaw(0.0, [0.0, 0.0, LIDAR_HEIGHT_M]),
        CAMERA: SE3(CAM_FROM_FORWARD.T, np.array([1.0, 0.0, LIDAR_HEIGHT_M])),
    }
    rig = SensorRig(ego_from_sensor, {CAMERA: Pinhole(72.0, 72.0, 61.0, 17.0, 124, 37)}, (LIDAR,))
    write_drive(folder / "training", name, rig, _frames(frame_count, points, seed))
    return sorted((folder / "training" / LIDAR / name).iterdir())


def _frames(frame_count: int, points: int, seed: int) -> Iterator[DriveFrame]:
    for index in range(frame_count):
        random = np.random.default_rng([seed, index])
        x_m = STEP_M * index
        xyz = _street(random, points, x_m) - [x_m, 0.0, LIDAR_HEIGHT_M]
        # A lidar goes round: neighbours in the file are neighbours in direction.
        xyz = xyz[np.argsort(np.arctan2(xyz[:, 1], xyz[:, 0]))]
        intensity = random.uniform(0.0, 1.0, points).astype(np.float32)
        cloud = PointCloud(xyz.astype(np.float32), LIDAR, intensity=intensity)
        yield DriveFrame(cloud, {CAMERA: np.full((37, 124, 3), 90, dtype=np.uint8)}, SE3.from_yaw(0.0, [x_m, 0.0, 0.0]))


def _street(random: np.random.Generator, points: int, x_m: float) -> FloatArray:
    """(points, 3) in world: half ground, a quarter houses, a quarter cars."""
    xyz = random.uniform(-1.0, 1.0, (points, 3)) * [REACH_M, STREET_HALF_M, 0.02] + [x_m, 0.0, 0.0]
    houses, cars = points // 2, 3 * points // 4
    xyz[houses:cars, 1] = np.where(xyz[houses:cars, 1] > 0, STREET_HALF_M, -STREET_HALF_M)
    xyz[houses:cars, 2] = random.uniform(0.0, HOUSE_HEIGHT_M, cars - houses)
    count = points - cars
    unit = random.uniform(-0.5, 0.5, (count, 3))
    # Each point goes to one of the six faces.
    face = random.integers(0, 3, count)
    unit[np.arange(count), face] = np.where(unit[np.arange(count), face] > 0, 0.5, -0.5)
    center_x = np.round(random.uniform(x_m - REACH_M, x_m + REACH_M, count) / CAR_EVERY_M) * CAR_EVERY_M
    side = np.where(random.uniform(size=count) > 0.5, 6.0, -6.0)
    xyz[cars:] = unit * CAR_LWH_M + np.stack([center_x, side, np.full(count, CAR_LWH_M[2] / 2)], axis=1)
    return xyz
