"""The sweep's file: float32 x, y, z, intensity (0 … 255) and ring, one point after the other, without a header."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geometry.arrays import Float32Array
from pointcloud import PointCloud, PointFileError

FIELDS = 5
POINT_BYTES = 4 * FIELDS
FULL_INTENSITY = 255.0


def read_sweep_bin(path: Path, frame: str) -> PointCloud:
    """Read the points of one sweep, in the sensor's own frame; intensity stays 0 … 255.

    Points with a coordinate or intensity that is not finite are left out and counted in ``dropped_count``. A file of
    no bytes is a cloud of no points.

    Raises:
        PointFileError: The file cannot be read, or does not end with a whole point.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PointFileError(path, f"expected a file of points, found none ({error.strerror})") from error
    _check_size(path, len(data))
    rows = np.frombuffer(data, dtype="<f4").reshape(-1, FIELDS)
    kept = _finite(rows)
    xyz = np.empty((len(kept), 3), dtype=np.float32)
    for axis in range(3):  # half the time of copying three columns of five at once
        xyz[:, axis] = kept[:, axis]
    ring = _rings(kept[:, 4])
    return PointCloud(xyz, frame, intensity=kept[:, 3], ring=ring, dropped_count=len(rows) - len(kept))


def _finite(rows: Float32Array) -> Float32Array:
    flat = rows.reshape(-1)
    # A sum of squares is finite only if all its numbers are, and costs a tenth of looking at each.
    with np.errstate(over="ignore", invalid="ignore"):
        total = np.dot(flat, flat)
    if np.isfinite(total):
        return rows
    finite = np.isfinite(rows[:, :4]).all(axis=1)
    return rows if finite.all() else rows[finite]


def _rings(values: Float32Array) -> NDArray[np.uint16] | None:
    """Lasers; None where a writer that knows none put anything else there."""
    with np.errstate(invalid="ignore"):
        rings = values.astype(np.uint16)
    return rings if np.array_equal(rings, values) else None


def count_sweep_bin(path: Path) -> int:
    """The number of points by the file's size alone.

    Raises:
        PointFileError: As ``read_sweep_bin``.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise PointFileError(path, f"expected a file of points, found none ({error.strerror})") from error
    _check_size(path, size)
    return size // POINT_BYTES


def write_sweep_bin(path: Path, cloud: PointCloud) -> None:
    """Write coordinates, intensity and ring (0 where the cloud has none).

    An intensity that ends at 1 is taken as a share and written as 0 … 255, which is what readers of this form expect.
    """
    rows = np.zeros((len(cloud), FIELDS), dtype="<f4")
    rows[:, :3] = cloud.positions_m
    if cloud.intensity is not None:
        is_share = len(cloud) > 0 and float(cloud.intensity.max()) <= 1.0
        rows[:, 3] = cloud.intensity * FULL_INTENSITY if is_share else cloud.intensity
    if cloud.ring is not None:
        rows[:, 4] = cloud.ring
    path.write_bytes(rows.tobytes())


def _check_size(path: Path, size: int) -> None:
    if size % POINT_BYTES:
        whole, rest = divmod(size, POINT_BYTES)
        found = f"found {size} bytes: {whole} points and {rest} bytes over (cut off, or of four fields?)"
        raise PointFileError(path, f"expected whole points of {POINT_BYTES} bytes (x y z intensity ring), {found}")
