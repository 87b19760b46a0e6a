"""Clouds in KITTI's folders: plain float32 as KITTI has them, or PCD as other people's programs leave them there."""

from __future__ import annotations

from pathlib import Path

from formats.kitti.calib import LIDAR
from fusion import Sweep
from pointcloud import count_kitti_bin, count_pcd, read_kitti_bin, read_pcd

READERS = {".bin": (read_kitti_bin, count_kitti_bin), ".pcd": (read_pcd, count_pcd)}
CLOUD_SUFFIXES = tuple(READERS)


def kitti_sweep(path: Path, time_ns: int) -> Sweep:
    """The sweep of a numbered file."""
    read, count = READERS[path.suffix.lower()]
    return Sweep(LIDAR, time_ns, path, read, count)
