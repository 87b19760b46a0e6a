"""KITTI's point file: float32 x, y, z, intensity, one point after the other, without a header."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from geometry.arrays import Float32Array
from pointcloud.cloud import PointCloud
from pointcloud.errors import PointFileError

POINT_BYTES = 16


def read_kitti_bin(path: Path, frame: str = "velodyne") -> PointCloud:
    """Read the points of one sweep, in the sensor's own frame.

    Points with a coordinate that is not finite are left out and counted in ``dropped_count``. A file of no bytes is a
    cloud of no points.

    Raises:
        PointFileError: The file cannot be read, or does not end with a whole point.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PointFileError(path, f"expected a file of points, found none ({error.strerror or error})") from error
    _check_size(path, len(data))
    rows = np.frombuffer(data, dtype="<f4").reshape(-1, 4)
    finite = np.isfinite(rows)
    kept: Float32Array = rows if finite.all() else rows[finite.all(axis=1)]
    xyz = np.empty((len(kept), 3), dtype=np.float32)
    for axis in range(3):  # half the time of copying three columns of four at once
        xyz[:, axis] = kept[:, axis]
    return PointCloud(xyz, frame, intensity=kept[:, 3], dropped_count=len(rows) - len(kept))


def count_kitti_bin(path: Path) -> int:
    """The number of points by the file's size alone.

    Raises:
        PointFileError: As ``read_kitti_bin``.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise PointFileError(path, f"expected a file of points, found none ({error.strerror or error})") from error
    _check_size(path, size)
    return size // POINT_BYTES


def write_kitti_bin(path: Path, cloud: PointCloud) -> None:
    """Write coordinates and intensity (0 where the cloud has none)."""
    rows = np.zeros((len(cloud), 4), dtype="<f4")
    rows[:, :3] = cloud.xyz
    if cloud.intensity is not None:
        rows[:, 3] = cloud.intensity
    path.write_bytes(rows.tobytes())


def _check_size(path: Path, size: int) -> None:
    if size % POINT_BYTES:
        whole, rest = divmod(size, POINT_BYTES)
        raise PointFileError(
            path,
            f"expected whole points of {POINT_BYTES} bytes, found {size} bytes: {whole} points and {rest} bytes over"
            " (cut off?)",
        )
