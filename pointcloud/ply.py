"""PLY, the Stanford polygon file: the vertices of an ascii or binary file as points.

Format: http://paulbourke.net/dataformats/ply/. A header that promises more than the file holds is refused before any
memory is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from geometry.arrays import FloatArray
from pointcloud.cloud import PointCloud
from pointcloud.columns import cloud_from_columns, is_wanted
from pointcloud.errors import PointFileError
from pointcloud.header_text import MAX_POINT_BYTES, check_size, header_lines, text_rows, whole_number

TYPES = {
    "char": "i1",
    "uchar": "u1",
    "short": "i2",
    "ushort": "u2",
    "int": "i4",
    "uint": "u4",
    "float": "f4",
    "double": "f8",
    "int8": "i1",
    "uint8": "u1",
    "int16": "i2",
    "uint16": "u2",
    "int32": "i4",
    "uint32": "u4",
    "float32": "f4",
    "float64": "f8",
}
BYTE_ORDERS = {"binary_little_endian": "<", "binary_big_endian": ">", "ascii": ""}


@dataclass(frozen=True)
class _Element:
    """One kind of thing in the file; ``dtype`` is None where a thing has lists, whose length varies."""

    name: str
    count: int
    properties: tuple[tuple[str, str], ...]
    has_lists: bool

    @property
    def dtype(self) -> np.dtype[Any]:
        offsets = np.cumsum([0] + [np.dtype(kind).itemsize for _, kind in self.properties]).tolist()
        # Of several properties of one name the first counts.
        first = {name: i for i, (name, _) in reversed(list(enumerate(self.properties)))}
        return np.dtype(
            {
                "names": list(first),
                "formats": [self.properties[i][1] for i in first.values()],
                "offsets": [offsets[i] for i in first.values()],
                "itemsize": offsets[-1],
            }
        )


@dataclass(frozen=True)
class _Header:
    byte_order: str
    before: tuple[_Element, ...]
    vertex: _Element
    size: int


def read_ply(path: Path, frame: str = "lidar") -> PointCloud:
    """Read the vertices of a file, in the sensor's own frame; faces and the like are passed over.

    Points with a coordinate that is not finite are left out and counted in ``dropped_count``.

    Raises:
        PointFileError: The file cannot be read, its header contradicts itself, or it ends too early.
    """
    try:
        with path.open("rb") as file:
            header = _read_header(path, file)
            columns = _read_binary(path, file, header) if header.byte_order else _read_ascii(path, file, header)
    except OSError as error:
        raise PointFileError(path, f"expected a file of points, found none ({error.strerror or error})") from error
    return cloud_from_columns(path, columns, frame)


def count_ply(path: Path) -> int:
    """The number of vertices by the header alone, checked against the file's size; raises ``PointFileError``."""
    try:
        with path.open("rb") as file:
            header = _read_header(path, file)
            if header.byte_order:
                check_size(path, "vertices", _needed(path, header), path.stat().st_size - header.size)
    except OSError as error:
        raise PointFileError(path, f"expected a file of points, found none ({error.strerror or error})") from error
    return header.vertex.count


def _read_header(path: Path, file: BinaryIO) -> _Header:
    start = file.read(3)
    if start != b"ply":
        raise PointFileError(path, f"expected a file that begins with ply, found {start!r}", 1)
    byte_order: str | None = None
    elements: list[_Element] = []
    for number, line in enumerate(header_lines(path, file, "end_header"), 1):
        words = line.split()
        match words:
            case ["format", coding, _] if coding in BYTE_ORDERS:
                byte_order = BYTE_ORDERS[coding]
            case ["format", *_]:
                raise PointFileError(path, f"expected format {', '.join(BYTE_ORDERS)}, found {line[:40]!r}", number)
            case ["element", name, count]:
                elements.append(_Element(name, whole_number(path, count, number, f"a count of {name[:40]}"), (), False))
            case ["property", *rest] if elements and byte_order is not None:
                elements[-1] = _with_property(path, elements[-1], rest, byte_order, number)
            case [] | ["comment" | "obj_info" | "end_header", *_]:
                pass
            case _:
                raise PointFileError(path, f"expected a line of a PLY header, found {line[:40]!r}", number)
    if byte_order is None:
        raise PointFileError(path, "expected a header with a line format, found none")
    names = [element.name for element in elements]
    if "vertex" not in names:
        raise PointFileError(path, f"expected an element vertex, found {', '.join(names)[:80] or 'none'}")
    at = names.index("vertex")
    if elements[at].has_lists or not elements[at].properties:
        raise PointFileError(path, "expected vertices of plain numbers, found a list or nothing among their properties")
    return _Header(byte_order, tuple(elements[:at]), elements[at], file.tell())


def _with_property(path: Path, element: _Element, words: list[str], byte_order: str, line: int) -> _Element:
    if len(words) == 4 and words[0] == "list" and words[1] in TYPES and words[2] in TYPES:
        return _Element(element.name, element.count, element.properties, has_lists=True)
    if len(words) != 2 or words[0] not in TYPES:
        raise PointFileError(path, f"expected property TYPE NAME, found {' '.join(words)[:40]!r}", line)
    if len(element.properties) >= MAX_POINT_BYTES // 8:
        raise PointFileError(path, f"expected fewer than {MAX_POINT_BYTES // 8} properties, found more", line)
    kind = (byte_order or "<") + TYPES[words[0]]
    return _Element(element.name, element.count, (*element.properties, (words[1], kind)), element.has_lists)


def _needed(path: Path, header: _Header) -> int:
    """Bytes up to the end of the last vertex."""
    if any(element.has_lists and element.count for element in header.before):
        raise PointFileError(path, "expected the vertices before anything with lists, found them after it")
    return sum(element.count * element.dtype.itemsize for element in (*header.before, header.vertex))


def _read_binary(path: Path, file: BinaryIO, header: _Header) -> dict[str, NDArray[Any]]:
    needed = _needed(path, header)
    check_size(path, "vertices", needed, path.stat().st_size - header.size)
    size = header.vertex.count * header.vertex.dtype.itemsize
    file.seek(needed - size, 1)
    data = file.read(size)
    check_size(path, "vertices", size, len(data))
    vertices = np.frombuffer(data, header.vertex.dtype, header.vertex.count)
    return {name: vertices[name] for name in vertices.dtype.names or () if is_wanted(name)}


def _read_ascii(path: Path, file: BinaryIO, header: _Header) -> dict[str, NDArray[Any]]:
    body = file.read()
    # Every thing has a line of its own.
    skipped = min(sum(element.count for element in header.before), len(body))
    lines = body.split(b"\n", skipped)
    first = {name: i for i, (name, _) in reversed(list(enumerate(header.vertex.properties))) if is_wanted(name)}
    rows = text_rows(
        path, lines[skipped] if len(lines) > skipped else b"", header.vertex.count, [*first.values()] or [0]
    )
    return {
        name: _typed(rows[:, column], np.dtype(header.vertex.properties[i][1]))
        for column, (name, i) in enumerate(first.items())
    }


def _typed(numbers: FloatArray, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Small whole numbers in their own type: a colour of 0 … 255 and one of 0 … 1 differ by it alone."""
    if dtype.kind != "u" or dtype.itemsize > 2:
        return numbers
    return np.nan_to_num(numbers).clip(0, 2 ** (8 * dtype.itemsize) - 1).astype(dtype)
