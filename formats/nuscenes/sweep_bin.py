"""The sweep's file: float32 x, y, z, intensity (0 … 255) and ring, one point after the other, without a header."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from geometry.arrays import Float32Array
from pointcloud import PointCloud, PointFileError

FIELDS = 5
POINT_BYTES = 4 * FIELDS
FULL_INTENSITY = 255.0
MAX_RING = 65_535


def read_sweep_bin(path: Path, frame: str) -> PointCloud:
    """Read the points of one sweep, in the sensor's own frame; intensity stays 0 … 255.

    Points with a coordinate or intensity that is not finite are left out and counted in ``dropped_count``.

    Raises:
        PointFileError: The file cannot be read, is empty, or does not end with a whole point.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PointFileError(path, f"expected a file of points, found none ({error.strerror})") from error
    _check_size(path, len(data))
    rows = np.frombuffer(data, dtype="<f4").reshape(-1, FIELDS)
    finite = np.isfinite(rows[:, :4])
    kept: Float32Array = rows if finite.all() else rows[finite.all(axis=1)]
    rings = kept[:, 4]
    # Writers that know no rings put anything there.
    are_rings = bool(((rings >= 0) & (rings <= MAX_RING) & (rings == np.floor(rings))).all())
    ring = rings.astype(np.uint16) if are_rings else None
    return PointCloud(kept[:, :3], frame, intensity=kept[:, 3], ring=ring, dropped_count=len(rows) - len(kept))


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
    if size == 0:
        raise PointFileError(path, f"expected points of {POINT_BYTES} bytes, found an empty file")
    if size % POINT_BYTES:
        whole, rest = divmod(size, POINT_BYTES)
        found = f"found {size} bytes: {whole} points and {rest} bytes over (cut off, or of four fields?)"
        raise PointFileError(path, f"expected whole points of {POINT_BYTES} bytes (x y z intensity ring), {found}")
