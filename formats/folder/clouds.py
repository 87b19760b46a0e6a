"""Clouds of any form: how each is read, and what its numbers mean, found by looking into the first ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from fusion.scene import CloudReader, PointCounter
from geometry import SE3
from geometry.arrays import Float32Array
from pointcloud import (
    PointCloud,
    PointFileError,
    count_kitti_bin,
    count_pcd,
    count_ply,
    read_kitti_bin,
    read_pcd,
    read_ply,
)
from pointcloud.columns import cloud_from_columns
from pointcloud.las import count_las, read_las
from pointcloud.npy import count_npy, read_npy

READERS: dict[str, tuple[Callable[[Path, str], PointCloud], PointCounter]] = {
    ".pcd": (read_pcd, count_pcd),
    ".ply": (read_ply, count_ply),
    ".las": (read_las, count_las),
    ".laz": (read_las, count_las),
    ".npy": (read_npy, count_npy),
}
BIN_NAMES = ("x", "y", "z", "intensity", "ring")
KITTI_FIELDS = 4
FIELD_COUNTS = (4, 5, 6)
LOOKED_AT_ROWS = 20_000
FAR_ACROSS_M, FAR_UP_M = 500.0, 200.0
LARGEST_INTENSITY = 65535.0


def cloud_reader(
    path: Path, point_fields: int, full_intensity: float, sensor_from_file: SE3 | None
) -> tuple[CloudReader, PointCounter]:
    """How a file is read and counted; the plain reader of its form wherever nothing is left to do."""
    suffix = path.suffix.lower()
    if suffix == ".bin":
        plain = point_fields == KITTI_FIELDS
        read: CloudReader = read_kitti_bin if plain else partial(read_bin, fields=point_fields)
        count: PointCounter = count_kitti_bin if plain else partial(count_bin, fields=point_fields)
    else:
        read, count = READERS[suffix]
    if full_intensity == 1.0 and sensor_from_file is None:
        return read, count
    return partial(read_changed, read=read, full_intensity=full_intensity, sensor_from_file=sensor_from_file), count


def read_changed(
    path: Path, frame: str, *, read: CloudReader, full_intensity: float, sensor_from_file: SE3 | None
) -> PointCloud:
    """A cloud with its intensity from 0 to 1, moved from its file's coordinates to its sensor's."""
    cloud = read(path, frame)
    intensity = None if cloud.intensity is None else cloud.intensity / np.float32(full_intensity)
    if sensor_from_file is None:
        return replace(cloud, intensity=intensity)
    return PointCloud.from_positions(
        sensor_from_file.apply(cloud.positions_m),
        frame,
        intensity=intensity,
        time_offset_ns=cloud.time_offset_ns,
        ring=cloud.ring,
        rgb=cloud.rgb,
        dropped_count=cloud.dropped_count,
    )


def read_bin(path: Path, frame: str, *, fields: int) -> PointCloud:
    """Rows of float32 x, y, z, intensity, then the laser; what follows is passed over. No bytes are no points.

    Raises:
        PointFileError: The file cannot be read, or does not end with a whole point.
    """
    count_bin(path, fields=fields)
    rows = _rows(path, fields, None)
    return cloud_from_columns(path, {name: rows[:, i] for i, name in enumerate(BIN_NAMES[:fields])}, frame)


def count_bin(path: Path, *, fields: int) -> int:
    """The number of points by the file's size alone; raises ``PointFileError``."""
    size = _size(path)
    if size % (4 * fields):
        raise PointFileError(path, f"expected whole points of {4 * fields} bytes, found {size} bytes (cut off?)")
    return size // (4 * fields)


def guess_point_fields(paths: Sequence[Path]) -> tuple[int, str, bool]:
    """How many numbers a point has, why, and whether that is sure: which reading looks like a lidar's points.

    A wrong count mixes columns: places come out where intensity should be, and the other way round.
    """
    scores: dict[int, float] = {}
    for fields in FIELD_COUNTS:
        fitting = [path for path in paths if _size(path) and _size(path) % (4 * fields) == 0]
        if len(fitting) == len(paths):
            scores[fields] = float(np.mean([_sound_share(_rows(path, fields, LOOKED_AT_ROWS)) for path in paths]))
    if not scores:
        return KITTI_FIELDS, f"the sizes of {len(paths)} files fit no whole points of 4, 5 or 6 numbers", False
    best = max(scores, key=lambda fields: (round(scores[fields], 2), -fields))
    others = [scores[fields] for fields in scores if fields != best]
    said = ", ".join(f"{fields}: {100 * score:.0f} %" for fields, score in scores.items())
    why = f"sizes of {len(paths)} files fit; points with places and intensities as lidars give them by count: {said}"
    return best, why, scores[best] > 0.9 and max(others, default=0.0) < 0.9 * scores[best]


def guess_full_intensity(clouds: Sequence[PointCloud]) -> tuple[int, str, bool]:
    """What full intensity is, why, and whether that is sure."""
    tops = [float(cloud.intensity.max()) for cloud in clouds if cloud.intensity is not None and len(cloud)]
    if not tops:
        return 1, "the first clouds have no intensity", True
    full = next((value for value in (1, 255) if max(tops) <= value), 65535)
    points = sum(len(cloud) for cloud in clouds)
    return full, f"the largest intensity of {points} points in {len(clouds)} files is {max(tops):g}", max(tops) > 0


def _sound_share(rows: Float32Array) -> float:
    """The share of rows that look like a lidar's point, weighted down where the intensity never varies."""
    if not len(rows):
        return 0.0
    with np.errstate(invalid="ignore"):
        near = (np.abs(rows[:, :2]) < FAR_ACROSS_M).all(axis=1) & (np.abs(rows[:, 2]) < FAR_UP_M)
        lit = (rows[:, 3] >= 0) & (rows[:, 3] <= LARGEST_INTENSITY)
    return float(np.mean(near & lit))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise PointFileError(path, f"expected a file of points, found none ({error.strerror})") from error


def _rows(path: Path, fields: int, limit: int | None) -> Float32Array:
    try:
        with path.open("rb") as file:
            data = file.read() if limit is None else file.read(limit * 4 * fields)
    except OSError as error:
        raise PointFileError(path, f"expected a file of points, found none ({error.strerror})") from error
    whole = len(data) // (4 * fields)
    return np.frombuffer(data, "<f4", whole * fields).reshape(whole, fields)
