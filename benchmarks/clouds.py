"""The clouds that several benchmarks share: a simulated frame, and a real one where the data folder is there."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from pointcloud import PointCloud, read_kitti_bin
from simulation import DEFAULT_SEED, DriveOptions, simulate_drive

REAL_SWEEP = "kitti_raw/2011_09_26/2011_09_26_drive_0013_sync/velodyne_points/data/0000000000.bin"


def simulated_cloud(azimuths: int = 2100) -> PointCloud:
    """One frame of the simulated drive in ``ego``, its lidar set to about as many points as KITTI's."""
    drive = simulate_drive(DEFAULT_SEED, 1, options=DriveOptions(azimuths=azimuths, pictures=False))
    points = drive.frame(0).points_lidar
    cloud = PointCloud(points[:, :3], "velodyne", intensity=points[:, 3])
    return cloud.transform(drive.ego_from_lidar, "ego")


def real_cloud() -> PointCloud | None:
    """The first sweep of KITTI's drive 0013, or None where ``TRUEBOX_TEST_DATA`` (or ../shared/data) lacks it."""
    named = os.environ.get("TRUEBOX_TEST_DATA")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"
    path = folder / REAL_SWEEP
    return read_kitti_bin(path) if path.is_file() else None


def resized(cloud: PointCloud, count: int, seed: int = 0) -> PointCloud:
    """Exactly ``count`` points: an even sample, or the points and some of them again."""
    rng = np.random.default_rng(seed)
    chosen = np.sort(rng.choice(len(cloud), count, replace=count > len(cloud)))
    return PointCloud(
        cloud.xyz[chosen], cloud.frame, intensity=None if cloud.intensity is None else cloud.intensity[chosen]
    )
