"""Named columns of a point file become a cloud: which names mean what, and what is no point."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geometry.arrays import BoolArray, ByteArray, Float32Array, FloatArray
from pointcloud.cloud import FAR_M, PointCloud
from pointcloud.errors import PointFileError

INTENSITY = ("intensity", "i", "reflectivity", "reflectance", "remission", "scalar_intensity")
RING = ("ring", "laser_number", "laser_id", "laser", "channel", "line")
OFFSET_NS = ("time_offset_ns", "offset_ns", "offset_time", "t")
TIME = ("time", "timestamp", "time_stamp", "gps_time")
PACKED_RGB = ("rgb", "rgba")
RGB = (("red", "green", "blue"), ("r", "g", "b"), ("diffuse_red", "diffuse_green", "diffuse_blue"))
PLACE_LIMIT_M = 1e9
"""A coordinate beyond this is no place on any map, but a broken file."""

LARGEST_OFFSET_NS = 2**31 - 1
RING_LIMIT = 4096
"""No lidar has as many lasers; a file that names more has its fields elsewhere than it says."""

Columns = Mapping[str, NDArray[Any]]


def is_wanted(name: str) -> bool:
    """Whether a column of this name says something that a cloud can hold."""
    return name.lower() in _WANTED


# Bits that were never numbers may be a NaN that numpy warns of when it is converted.
@np.errstate(invalid="ignore")
def cloud_from_columns(path: Path, columns: Columns, frame: str) -> PointCloud:
    """The cloud of columns (N,) of any number type; names are matched without regard to case.

    A point without a finite place is left out and counted. A channel that holds no such thing (a laser that is not a
    small whole number, times that span seconds) is left out as a whole; an intensity that is no number becomes 0.

    Raises:
        PointFileError: There is no x, y or z.
    """
    named = {name.lower(): values for name, values in columns.items()}
    lacking = [name for name in "xyz" if name not in named]
    if lacking:
        raise PointFileError(path, f"expected the fields x, y, z, found no {', '.join(lacking)}")
    positions_m = _positions(named)
    reach_m = np.abs(positions_m).max(initial=0.0)
    dropped_count = 0
    # Comparing with NaN gives False.
    if not reach_m < PLACE_LIMIT_M:
        placed = (np.abs(positions_m) < PLACE_LIMIT_M).all(axis=1)
        dropped_count = int(len(placed) - np.count_nonzero(placed))
        positions_m = positions_m[placed]
        named = {name: values[placed] for name, values in named.items()}
    # What is near and has no more digits needs no origin of its own.
    is_plain = positions_m.dtype == np.float32 and reach_m < FAR_M
    return (PointCloud if is_plain else PointCloud.from_positions)(
        positions_m if is_plain else positions_m.astype(np.float64),
        frame,
        intensity=_intensity(named),
        ring=_ring(named),
        time_offset_ns=_time_offset_ns(named),
        rgb=_rgb(named),
        dropped_count=dropped_count,
    )


def _positions(columns: Columns) -> NDArray[Any]:
    """(N, 3) in float32 where all three are that, else in float64."""
    is_single = all(columns[name].dtype.kind == "f" and columns[name].dtype.itemsize <= 4 for name in "xyz")
    positions_m = np.empty((len(columns["x"]), 3), dtype=np.float32 if is_single else np.float64)
    for axis, name in enumerate("xyz"):
        positions_m[:, axis] = columns[name]
    return positions_m


def _first(columns: Columns, names: tuple[str, ...]) -> NDArray[Any] | None:
    return next((columns[name] for name in names if name in columns), None)


def _intensity(columns: Columns) -> Float32Array | None:
    values = _first(columns, INTENSITY)
    if values is None:
        return None
    known: BoolArray = np.abs(values.astype(np.float64)) < PLACE_LIMIT_M
    return np.asarray(np.where(known, values, 0), dtype=np.float32)


def _ring(columns: Columns) -> NDArray[np.uint16] | None:
    values = _first(columns, RING)
    if values is None:
        return None
    numbers = values.astype(np.float64)
    if not ((numbers >= 0) & (numbers < RING_LIMIT) & (numbers == np.floor(numbers))).all():
        return None
    return numbers.astype(np.uint16)


def _time_offset_ns(columns: Columns) -> NDArray[np.int32] | None:
    """Nanoseconds where the name or a whole number says so, else seconds; after the first where not already small."""
    values = _first(columns, OFFSET_NS)
    scale = 1.0
    if values is None:
        values = _first(columns, TIME)
        scale = 1.0 if values is None or values.dtype.kind in "iu" else 1e9
    if values is None:
        return None
    seconds_or_ns = values.astype(np.float64)
    if not np.isfinite(seconds_or_ns).all():
        return None
    largest = LARGEST_OFFSET_NS / scale
    if np.abs(seconds_or_ns).max(initial=0.0) >= largest:
        # Halves, because the numbers may be as large as numbers get.
        if seconds_or_ns.max() / 2 - seconds_or_ns.min() / 2 >= largest / 2:
            return None
        # In the file's own type, so that no digit is lost: the numbers may be nanoseconds since 1970.
        seconds_or_ns = (values - values.min()).astype(np.float64)
    return np.rint(seconds_or_ns * scale).astype(np.int32)


def _rgb(columns: Columns) -> ByteArray | None:
    packed = _first(columns, PACKED_RGB)
    if packed is not None and packed.dtype.itemsize == 4:
        bits = np.ascontiguousarray(packed).view(packed.dtype.str[0] + "u4").astype(np.uint32)
        channels = [(bits >> np.uint32(shift)) & np.uint32(255) for shift in (16, 8, 0)]
        return np.asarray(np.stack(channels, axis=1), dtype=np.uint8)
    for names in RGB:
        if all(name in columns for name in names):
            return np.stack([_octets(columns[name]) for name in names], axis=1)
    return None


def _octets(values: NDArray[Any]) -> ByteArray:
    """A colour from 0 … 1 where it is real, from 16 bits where it has them, else as it is."""
    if values.dtype == np.uint16:
        return np.asarray(values >> 8, dtype=np.uint8)
    numbers: FloatArray = np.nan_to_num(values.astype(np.float64))
    if values.dtype.kind == "f" and numbers.max(initial=0.0) <= 1.0:
        numbers *= 255.0
    return np.asarray(np.rint(numbers.clip(0, 255)), dtype=np.uint8)


_WANTED = frozenset(("x", "y", "z", *INTENSITY, *RING, *OFFSET_NS, *TIME, *PACKED_RGB)).union(*RGB)
