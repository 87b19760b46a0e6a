"""The header of a PCD file (Point Cloud Library, versions 0.5 to 0.7)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from pointcloud.errors import PointFileError
from pointcloud.header_text import MAX_POINT_BYTES, header_lines, whole_number

KINDS = {"F": (2, 4, 8), "I": (1, 2, 4, 8), "U": (1, 2, 4, 8)}
CODINGS = ("ascii", "binary", "binary_compressed")


@dataclass(frozen=True)
class PcdField:
    """One field of every point.

    Attributes:
        name: As in the file; ``_`` is padding.
        dtype: NumPy's name of one of its numbers, little endian; empty for padding.
        size: Bytes of one number.
        count: How many numbers it has, 0 or more.
    """

    name: str
    dtype: str
    size: int
    count: int

    @property
    def byte_count(self) -> int:
        """Bytes of the field in one point."""
        return self.size * self.count


@dataclass(frozen=True)
class PcdHeader:
    """What a PCD file says about itself.

    Attributes:
        fields: In the order of the file.
        point_count: POINTS, or WIDTH times HEIGHT where it is not given.
        coding: ``ascii``, ``binary`` or ``binary_compressed``.
        size: Bytes up to the first point.
    """

    fields: tuple[PcdField, ...]
    point_count: int
    coding: str
    size: int

    @property
    def point_bytes(self) -> int:
        """Bytes of one point."""
        return sum(field.byte_count for field in self.fields)


def read_pcd_header(path: Path, file: BinaryIO) -> PcdHeader:
    """Read up to the line DATA, after which the file then stands; raises ``PointFileError``."""
    rows: dict[str, tuple[int, list[str]]] = {}
    for number, line in enumerate(header_lines(path, file, "DATA"), 1):
        words = line.split()
        if words and not words[0].startswith("#"):
            rows[words[0].upper()] = number, words[1:]
    # Version 0.5 and some writers say COLUMNS.
    if "FIELDS" not in rows and "COLUMNS" in rows:
        rows["FIELDS"] = rows["COLUMNS"]
    coding_line, coding = rows["DATA"]
    if len(coding) != 1 or coding[0].lower() not in CODINGS:
        raise PointFileError(path, f"expected DATA {', '.join(CODINGS)}, found {' '.join(coding)[:40]!r}", coding_line)
    return PcdHeader(_fields(path, rows), _point_count(path, rows), coding[0].lower(), file.tell())


def _fields(path: Path, rows: dict[str, tuple[int, list[str]]]) -> tuple[PcdField, ...]:
    if "FIELDS" not in rows:
        raise PointFileError(path, f"expected a header with FIELDS, found {', '.join(rows)[:80]}")
    line, names = rows["FIELDS"]
    sizes = _numbers_of(path, rows, "SIZE", ["4"] * len(names))
    kinds = _numbers_of(path, rows, "TYPE", ["F"] * len(names))
    counts = _numbers_of(path, rows, "COUNT", ["1"] * len(names))
    fields: list[PcdField] = []
    for index, name in enumerate(names):
        size = whole_number(path, sizes[index], rows.get("SIZE", (line, []))[0], "a SIZE in bytes", MAX_POINT_BYTES)
        count = whole_number(path, counts[index], rows.get("COUNT", (line, []))[0], "a COUNT", MAX_POINT_BYTES)
        kind = kinds[index].upper()
        dtype = ""
        if name != "_":
            if size not in KINDS.get(kind, ()):
                where = rows.get("TYPE", (line, []))[0]
                raise PointFileError(path, f"expected a type F, I or U of 1 to 8 bytes, found {kind[:8]}{size}", where)
            dtype = f"<{kind.lower()}{size}"
        fields.append(PcdField(name, dtype, size, count))
    point_bytes = sum(field.byte_count for field in fields)
    if not 0 < point_bytes <= MAX_POINT_BYTES:
        raise PointFileError(path, f"expected points of 1 to {MAX_POINT_BYTES} bytes, found {point_bytes} bytes", line)
    return tuple(fields)


def _numbers_of(path: Path, rows: dict[str, tuple[int, list[str]]], key: str, default: list[str]) -> list[str]:
    """The words of a row that has one for each field."""
    line, words = rows.get(key, (1, default))
    if len(words) != len(default):
        raise PointFileError(path, f"expected {key} for each of {len(default)} fields, found {len(words)}", line)
    return words


def _point_count(path: Path, rows: dict[str, tuple[int, list[str]]]) -> int:
    counts: list[int] = []
    for keys in (("POINTS",), ("WIDTH", "HEIGHT")):
        if all(key in rows for key in keys):
            numbers = [whole_number(path, " ".join(rows[key][1]), rows[key][0], key) for key in keys]
            counts.append(int(np.prod(numbers, dtype=object)))
    if not counts:
        raise PointFileError(path, "expected POINTS, or WIDTH and HEIGHT, found neither")
    return counts[0]
