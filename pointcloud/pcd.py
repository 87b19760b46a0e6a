"""PCD, the Point Cloud Library's file: ascii, binary and binary_compressed, read; binary, written.

Format: https://pointclouds.org/documentation/tutorials/pcd_file_format.html. Real files stray from it, so POINTS is
trusted and not the file's size (some are padded), padding fields ``_`` may have any size and even COUNT 0, and a header
that promises more than the file holds is refused before any memory is taken.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from pointcloud.cloud import PointCloud
from pointcloud.columns import PACKED_RGB, cloud_from_columns, is_wanted
from pointcloud.errors import PointFileError
from pointcloud.header_text import check_size, text_rows
from pointcloud.pcd_header import PcdField, PcdHeader, read_pcd_header

LZF_LARGEST_GAIN = 88
"""Three bytes of LZF stand for at most 264."""

_LZF_SIZES = struct.Struct("<II")


def read_pcd(path: Path, frame: str = "lidar") -> PointCloud:
    """Read the points of a file, in the sensor's own frame.

    Points with a coordinate that is not finite are left out and counted in ``dropped_count``; an organised cloud
    (HEIGHT above 1) comes as a plain list. Fields that a cloud cannot hold are passed over.

    Raises:
        PointFileError: The file cannot be read, its header contradicts itself, or it ends too early.
    """
    try:
        with path.open("rb") as file:
            header = read_pcd_header(path, file)
            columns = _READERS[header.coding](path, file, header)
    except OSError as error:
        raise PointFileError(path, f"expected a file of points, found none ({error.strerror or error})") from error
    return cloud_from_columns(path, columns, frame)


def count_pcd(path: Path) -> int:
    """The number of points by the header alone, checked against the file's size.

    Raises:
        PointFileError: As ``read_pcd``.
    """
    try:
        with path.open("rb") as file:
            header = read_pcd_header(path, file)
            if header.coding == "binary":
                check_size(path, "points", header.point_count * header.point_bytes, _rest(path, header))
    except OSError as error:
        raise PointFileError(path, f"expected a file of points, found none ({error.strerror or error})") from error
    return header.point_count


def write_pcd(path: Path, cloud: PointCloud) -> None:
    """Write all channels as a binary file; coordinates as float64 where the cloud has an origin of its own."""
    far = bool(cloud.origin_m.any())
    columns: dict[str, tuple[str, NDArray[Any]]] = {
        name: ("<f8" if far else "<f4", (cloud.positions_m if far else cloud.xyz)[:, axis])
        for axis, name in enumerate("xyz")
    }
    if cloud.intensity is not None:
        columns["intensity"] = "<f4", cloud.intensity
    if cloud.ring is not None:
        columns["ring"] = "<u2", cloud.ring
    if cloud.time_offset_ns is not None:
        columns["time_offset_ns"] = "<i4", cloud.time_offset_ns
    if cloud.rgb is not None:
        red, green, blue = cloud.rgb.astype("<u4").T
        columns["rgb"] = "<u4", red << 16 | green << 8 | blue
    points = np.empty(len(cloud), dtype=[(name, dtype) for name, (dtype, _) in columns.items()])
    for name, (_, values) in columns.items():
        points[name] = values
    dtypes = [np.dtype(dtype) for dtype, _ in columns.values()]
    rows = {
        "VERSION": ["0.7"],
        "FIELDS": list(columns),
        "SIZE": [str(dtype.itemsize) for dtype in dtypes],
        "TYPE": [dtype.kind.upper() for dtype in dtypes],
        "COUNT": ["1"] * len(columns),
        "WIDTH": [str(len(cloud))],
        "HEIGHT": ["1"],
        "VIEWPOINT": ["0 0 0 1 0 0 0"],
        "POINTS": [str(len(cloud))],
        "DATA": ["binary"],
    }
    text = "".join(f"{key} {' '.join(words)}\n" for key, words in rows.items())
    path.write_bytes(text.encode("ascii") + points.tobytes())


def _rest(path: Path, header: PcdHeader) -> int:
    return path.stat().st_size - header.size


def _wanted(header: PcdHeader) -> list[tuple[int, PcdField]]:
    """The fields a cloud can hold, each with its offset among the bytes of a point; the first of a name counts."""
    wanted: dict[str, tuple[int, PcdField]] = {}
    offset = 0
    for field in header.fields:
        if field.count and is_wanted(field.name):
            wanted.setdefault(field.name, (offset, field))
        offset += field.byte_count
    return list(wanted.values())


def _read_binary(path: Path, file: BinaryIO, header: PcdHeader) -> dict[str, NDArray[Any]]:
    needed = header.point_count * header.point_bytes
    check_size(path, "points", needed, _rest(path, header))
    wanted = _wanted(header)
    dtype = np.dtype(
        {
            "names": [field.name for _, field in wanted],
            "formats": [field.dtype for _, field in wanted],
            "offsets": [offset for offset, _ in wanted],
            "itemsize": header.point_bytes,
        }
    )
    points = np.frombuffer(_read(path, file, needed), dtype=dtype, count=header.point_count)
    return {field.name: points[field.name] for _, field in wanted}


def _read_compressed(path: Path, file: BinaryIO, header: PcdHeader) -> dict[str, NDArray[Any]]:
    """Field after field, each with all its points, packed with LZF."""
    needed = header.point_count * header.point_bytes
    if header.point_count == 0:
        return {field.name: np.zeros(0, field.dtype) for _, field in _wanted(header)}
    packed_size, size = _LZF_SIZES.unpack(_read(path, file, _LZF_SIZES.size))
    if size < needed:
        raise PointFileError(path, f"expected {needed} bytes of points before packing, found {size}")
    check_size(path, "packed points", packed_size, _rest(path, header) - _LZF_SIZES.size)
    check_size(path, "packed points", -(-size // LZF_LARGEST_GAIN), packed_size)
    data = _unpack(path, _read(path, file, packed_size), size)
    columns: dict[str, NDArray[Any]] = {}
    for offset, field in _wanted(header):
        numbers = np.frombuffer(data, field.dtype, header.point_count * field.count, offset * header.point_count)
        columns[field.name] = numbers[:: field.count]
    return columns


def _unpack(path: Path, packed: bytes, size: int) -> bytes:
    if len(packed) == size:
        # What LZF cannot make smaller is stored as it is.
        return packed
    import lzf  # type: ignore[import-not-found]

    try:
        data = lzf.decompress(packed, size)
    except ValueError as error:
        raise PointFileError(path, f"expected points packed with LZF, found others ({error})") from error
    if data is None or len(data) != size:
        raise PointFileError(path, f"expected {size} bytes of points after unpacking, found others")
    return bytes(data)


def _read_ascii(path: Path, file: BinaryIO, header: PcdHeader) -> dict[str, NDArray[Any]]:
    starts = np.cumsum([0] + [field.count for field in header.fields]).tolist()
    wanted = {field.name for _, field in _wanted(header)}
    chosen: dict[str, tuple[int, PcdField]] = {}
    for start, field in zip(starts, header.fields, strict=False):
        if field.name in wanted and field.count:
            chosen.setdefault(field.name, (start, field))
    rows = text_rows(path, file.read(), header.point_count, [start for start, _ in chosen.values()] or [0])
    return {name: _typed(rows[:, i], field) for i, (name, (_, field)) in enumerate(chosen.items())}


def _typed(numbers: NDArray[np.float64], field: PcdField) -> NDArray[Any]:
    """In the field's own type where that matters: a packed colour is the bits of a float32."""
    if field.name.lower() not in PACKED_RGB or field.size != 4:
        return numbers
    is_real = field.dtype[1] == "f"
    kept = np.where(np.abs(numbers) < (3e38 if is_real else 2**32), numbers, 0)
    return kept.astype(np.float32) if is_real else kept.astype(np.int64).astype(np.uint32)


def _read(path: Path, file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    check_size(path, "points", size, len(data))
    return data


_READERS = {"ascii": _read_ascii, "binary": _read_binary, "binary_compressed": _read_compressed}
