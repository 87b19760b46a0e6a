"""AV2's sweeps: points of both lidars in ``ego``, moved by the recorder to where they were at the sweep's timestamp."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formats.av2.feather import count_rows, read_feather, write_feather
from formats.errors import FormatError
from fusion import Scene, fuse_frame
from pointcloud import PointCloud, PointFileError
from pointcloud.columns import cloud_from_columns

POINT_COLUMNS = ("x", "y", "z", "intensity", "laser_number", "offset_ns")


def read_av2_sweep(path: Path, frame: str) -> PointCloud:
    """Read the points of one sweep; intensity is 0 … 255, lasers 0–31 are the upper lidar's, 32–63 the lower one's.

    Raises:
        PointFileError: The file cannot be read, is no Feather file, or lacks coordinates.
    """
    try:
        table = read_feather(path, POINT_COLUMNS)
        columns = {name: table.raw(name) for name in POINT_COLUMNS if table.has(name)}
    except FormatError as error:
        raise PointFileError(path, error.reason) from error
    return cloud_from_columns(path, columns, frame)


def count_av2_sweep(path: Path) -> int:
    """The number of points, none decoded.

    Raises:
        PointFileError: As ``read_av2_sweep``.
    """
    try:
        return count_rows(path)
    except FormatError as error:
        raise PointFileError(path, error.reason) from error


def write_av2_sweep(path: Path, cloud: PointCloud) -> None:
    """Write a cloud in ``ego``; coordinates and intensity as float32, where the set's own have float16 and uint8."""
    positions_m = cloud.positions_m.astype(np.float32)
    columns: dict[str, NDArray[Any]] = {name: positions_m[:, axis] for axis, name in enumerate("xyz")}
    count = len(cloud)
    columns["intensity"] = np.zeros(count, np.float32) if cloud.intensity is None else cloud.intensity
    rings = np.zeros(count, np.uint16) if cloud.ring is None else cloud.ring
    columns["laser_number"] = rings.astype(np.uint8) if rings.max(initial=0) < 256 else rings
    columns["offset_ns"] = np.zeros(count, np.int32) if cloud.time_offset_ns is None else cloud.time_offset_ns
    write_feather(path, columns)


def write_fused_sweep(path: Path, scene: Scene, frame_index: int) -> None:
    """Write all lidars of a frame as one sweep at the frame's time."""
    write_av2_sweep(path, fuse_frame(scene, frame_index).cloud)
