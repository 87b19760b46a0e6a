"""LAS and LAZ, the surveyors' files: points of every format and version, packed or not.

Format: ASPRS LAS 1.4 R15. The header is read here first, so that one that promises more than the file can hold is
refused before any memory is taken; laspy reads the rest.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from geometry.arrays import FloatArray
from pointcloud.cloud import PointCloud
from pointcloud.columns import cloud_from_columns
from pointcloud.errors import PointFileError
from pointcloud.header_text import MAX_POINTS, check_size

if TYPE_CHECKING:
    from laspy import ScaleAwarePointRecord

MAX_PACKED_GAIN = 1000
"""Points a byte of LAZ; real files have less than one."""
BLOCK_POINTS = 1 << 20
PACKED_BIT = 0x80
HEADER_BYTES = 227
HEADER_BYTES_1_4 = 375
VLR_BYTES = 54
LAYERED_FORMATS = {6: (30, 9), 7: (36, 10), 8: (38, 11), 9: (59, 10), 10: (67, 12)}
"""Bytes of a point and layers of a packed chunk, by point format, before bytes of the writer's own."""
LARGEST_SCALE = 1e6
LARGEST_OFFSET_M = 1e12
CHANNELS = ("intensity", "gps_time", "red", "green", "blue")

_SIZES = struct.Struct("<HIIBHI")
_SIZES_AT = 94
_SCALES_AT = 131
_COUNT_1_4_AT = 247


@dataclass(frozen=True)
class LasHeader:
    """What a file says of itself.

    Attributes:
        count: Its points.
        low_m: (3,) the least coordinates.
        high_m: (3,) the largest ones.
        is_packed: Whether it is LAZ.
    """

    count: int
    low_m: FloatArray
    high_m: FloatArray
    is_packed: bool


def read_las(path: Path, frame: str = "lidar") -> PointCloud:
    """Read the points of a file in its own coordinates, in float64: map coordinates keep their millimetres.

    Raises:
        PointFileError: The file cannot be read, its header contradicts itself, or it ends too early.
    """
    try:
        with path.open("rb") as file:
            header = _read_header(path, file)
            file.seek(0)
            columns = _read_columns(path, file, header.count)
    except OSError as error:
        raise PointFileError(path, f"expected a file of points, found none ({error.strerror})") from error
    return cloud_from_columns(path, columns, frame)


def count_las(path: Path) -> int:
    """The number of points by the header alone, checked against the file's size; raises ``PointFileError``."""
    return read_las_header(path).count


def read_las_header(path: Path) -> LasHeader:
    """The header of a file.

    Raises:
        PointFileError: The file cannot be read or its header contradicts itself or the file's size.
    """
    try:
        with path.open("rb") as file:
            return _read_header(path, file)
    except OSError as error:
        raise PointFileError(path, f"expected a file of points, found none ({error.strerror})") from error


def _read_header(path: Path, file: BinaryIO) -> LasHeader:
    data = file.read(HEADER_BYTES_1_4)
    if data[:4] != b"LASF":
        raise PointFileError(path, f"expected a file that begins with LASF, found {data[:4]!r}")
    check_size(path, "header", HEADER_BYTES, len(data))
    version = (data[24], data[25])
    if version[0] != 1 or version[1] > 4:
        raise PointFileError(path, f"expected LAS 1.0 to 1.4, found {version[0]}.{version[1]}")
    header_bytes, points_at, vlr_count, point_format, point_bytes, count = _SIZES.unpack_from(data, _SIZES_AT)
    if version[1] == 4:
        check_size(path, "header", HEADER_BYTES_1_4, len(data))
        count = struct.unpack_from("<Q", data, _COUNT_1_4_AT)[0]
    size = file.seek(0, 2)
    check_size(path, "records before the points", header_bytes + VLR_BYTES * vlr_count, points_at)
    is_packed = bool(point_format & PACKED_BIT)
    point_format &= ~PACKED_BIT
    if count >= MAX_POINTS:
        raise PointFileError(path, f"expected fewer than {MAX_POINTS} points, found {count}")
    check_size(path, "points", count // MAX_PACKED_GAIN if is_packed else count * point_bytes, size - points_at)
    numbers = np.frombuffer(data, "<f8", 12, _SCALES_AT)
    limits = np.repeat([LARGEST_SCALE, LARGEST_OFFSET_M, np.inf], [3, 3, 6])
    # Comparing with NaN gives False.
    if not (np.abs(numbers) < limits).all():
        raise PointFileError(path, "expected finite scales, offsets and bounds in the header, found others")
    if is_packed:
        end = _check_chunks(path, file, points_at, point_bytes)
        if layers := _layers(point_format, point_bytes):
            _check_layers(path, file, (points_at + 8, end), point_bytes, layers)
    return LasHeader(count, numbers[7::2].copy(), numbers[6::2].copy(), is_packed)


def _layers(point_format: int, point_bytes: int) -> int:
    """The layers of a packed chunk; 0 where it has none."""
    own_bytes, layers = LAYERED_FORMATS.get(point_format, (0, 0))
    return layers + max(point_bytes - own_bytes, 0) if layers else 0


def _check_chunks(path: Path, file: BinaryIO, points_at: int, point_bytes: int) -> int:
    """Where the packed chunks end; raises ``PointFileError`` where their table says that there are more than can be.

    lazrs would set memory aside for as many. The table's place stands before the first chunk, or, where that is -1,
    at the end of the file (LASzip's ``LASreadPoint::read_chunk_table``).
    """
    size = file.seek(0, 2)
    file.seek(points_at)
    table_at = int.from_bytes(file.read(8), "little", signed=True)
    if table_at == -1:
        file.seek(max(size - 8, 0))
        table_at = int.from_bytes(file.read(8), "little", signed=True)
    check_size(path, "packed points", points_at + 8, size)
    if not points_at + 8 <= table_at <= size - 8:
        raise PointFileError(path, f"expected a table of chunks after the points, found its place as {table_at}")
    file.seek(table_at + 4)
    chunks = int.from_bytes(file.read(4), "little")
    check_size(path, "packed points", chunks * point_bytes, table_at - points_at - 8)
    return table_at


def _check_layers(path: Path, file: BinaryIO, between: tuple[int, int], point_bytes: int, layers: int) -> None:
    """Raise ``PointFileError`` where a layer is said to be longer than the file: lazrs would set that memory aside.

    A chunk is its first point, its count, the size of each layer, the layers (LASzip's ``LASreadItemCompressed``).
    """
    position, end = between
    sizes = struct.Struct(f"<{layers + 1}I")
    while position + point_bytes + sizes.size <= end:
        file.seek(position + point_bytes)
        _, *layer_bytes = sizes.unpack(file.read(sizes.size))
        position += point_bytes + sizes.size
        check_size(path, "packed points", sum(layer_bytes), end - position)
        position += sum(layer_bytes)


def _read_columns(path: Path, file: BinaryIO, count: int) -> dict[str, NDArray[Any]]:
    """Block by block, so that the fields that a cloud cannot hold never lie in memory together."""
    import laspy

    if count == 0:
        return {name: np.zeros(0) for name in "xyz"}
    blocks: list[dict[str, NDArray[Any]]] = []
    try:
        # One thread: frames are read side by side anyway.
        backend = laspy.LazBackend.Lazrs
        opened = laspy.open(file, closefd=False, read_evlrs=False, laz_backend=backend)
        with np.errstate(all="ignore"), opened as reader:
            blocks += [_block(points) for points in reader.chunk_iterator(BLOCK_POINTS)]
    # On broken bytes lazrs and laspy raise errors of many kinds, a panic of Rust among them.
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise PointFileError(path, f"expected {count} points of LAS, found bytes that are none ({reason})") from error
    check_size(path, "points", count, sum(len(block["x"]) for block in blocks))
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def _block(points: ScaleAwarePointRecord) -> dict[str, NDArray[Any]]:
    columns = {name: np.array(getattr(points, name)) for name in "xyz"}
    known = set(points.point_format.dimension_names)
    return columns | {name: np.array(points[name]) for name in CHANNELS if name in known}
