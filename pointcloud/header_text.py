"""What the readers of files with a text header share: reading the header, whole numbers, rows of text, sizes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np

from geometry.arrays import FloatArray
from pointcloud.errors import PointFileError

MAX_HEADER_BYTES = 1 << 16
MAX_POINT_BYTES = 1 << 20
MAX_POINTS = 1 << 31


def header_lines(path: Path, file: BinaryIO, last_word: str) -> list[str]:
    """The lines of the header, the one that begins with ``last_word`` being the last; the file then stands after it.

    Raises:
        PointFileError: There is no such line within the first 64 KiB.
    """
    lines: list[str] = []
    while file.tell() < MAX_HEADER_BYTES and (line := file.readline(MAX_HEADER_BYTES)):
        # Every byte has a letter here; what is not ASCII is no keyword and no number.
        lines.append(line.decode("latin-1").strip())
        if lines[-1].split(maxsplit=1)[:1] == [last_word]:
            return lines
    raise PointFileError(path, f"expected a header that ends with a line {last_word}, found none", max(len(lines), 1))


def whole_number(path: Path, text: str, line: int, what: str, below: int = MAX_POINTS) -> int:
    """A number of the header.

    Raises:
        PointFileError: It is no whole number of 0 … ``below`` - 1.
    """
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and int(text) < below):
        raise PointFileError(path, f"expected {what}, a whole number below {below}, found {text[:40]!r}", line)
    return int(text)


def check_size(path: Path, what: str, needed: int, found: int) -> None:
    """Raise ``PointFileError`` where fewer bytes follow than the header promises."""
    if found < needed:
        raise PointFileError(path, f"expected {needed} bytes of {what}, found {found} (cut off?)")


def text_rows(path: Path, body: bytes, count: int, columns: Sequence[int]) -> FloatArray:
    """The first ``count`` rows of text as numbers (count, len(columns)).

    Raises:
        PointFileError: There are fewer rows, or one of them lacks a column or holds what is no number.
    """
    if count == 0:
        return np.zeros((0, len(columns)))
    check_size(path, f"{count} rows of text", 2 * count - 1, len(body))
    # Zero bytes are padding after the text; blank lines are no rows, and rows beyond the count are not looked at.
    lines = [line for line in body.partition(b"\0")[0].splitlines() if line and not line.isspace()][:count]
    if len(lines) < count:
        raise PointFileError(path, f"expected {count} rows of numbers, found {len(lines)} (cut off?)")
    try:
        return np.asarray(np.loadtxt(lines, comments=None, usecols=columns, ndmin=2, encoding="latin-1"))
    except ValueError as error:
        raise PointFileError(path, f"expected rows of numbers, found others: {_one_line(error)}") from error


def _one_line(error: ValueError) -> str:
    return " ".join(str(error).split())[:200]
