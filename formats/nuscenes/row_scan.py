"""Finds the rows of a table, a JSON list of objects, in one pass and in bounded memory, without decoding them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from formats.errors import FormatError

CHUNK_BYTES = 4 << 20
MAX_ROW_BYTES = 4 << 20
MAX_ROWS = 30_000_000
"""Ten times the largest table of the full set."""
MAX_FAULTS = 1000
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# An object with up to three levels of others inside; possessive, so that no text makes it look twice.
_FLAT = rb"[^{}]*+"
_INNER = rb"\{" + _FLAT + rb"\}"
for _ in range(2):
    _INNER = rb"\{" + _FLAT + rb"(?:" + _INNER + _FLAT + rb")*+\}"
_BEFORE = rb"[\s,\[]*+"
BEFORE = re.compile(_BEFORE)
NEXT_ROW = re.compile(_BEFORE + rb"(\{" + _FLAT + rb"(?:" + _INNER + _FLAT + rb")*+\})")
END = re.compile(rb"[\s,\[]*+\]\s*+")

Complain = Callable[[str], None]


def scan_rows(path: Path, complain: Complain) -> Iterator[tuple[int, bytes]]:
    """Every row with where it begins; what is none is complained of in one line, and the rows after it come.

    Args:
        path: The table.
        complain: Takes what is wrong with the table.

    Raises:
        FormatError: The file cannot be read.
    """
    try:
        with path.open("rb") as file:
            yield from _scan(file, complain)
    except OSError as error:
        raise FormatError(path, f"expected a table, found no file that can be read ({error.strerror})") from error


def _scan(file: BinaryIO, complain: Complain) -> Iterator[tuple[int, bytes]]:
    text = file.read(CHUNK_BYTES)
    at = len(BYTE_ORDER_MARK) if text.startswith(BYTE_ORDER_MARK) else 0
    start, count, faults, is_end = 0, 0, 0, not text
    while count < MAX_ROWS and faults < MAX_FAULTS and not (is_end and at >= len(text)):
        found = NEXT_ROW.match(text, at)
        if found is not None:
            yield start + found.start(1), found[1]
            at, count = found.end(), count + 1
        elif not is_end and len(text) - at <= MAX_ROW_BYTES:
            chunk = file.read(CHUNK_BYTES)
            text, start, at, is_end = text[at:] + chunk, start + at, 0, not chunk
        elif is_end and END.fullmatch(text, at):
            _complain_of_faults(count, faults, complain)
            return
        else:
            at, faults = _next_object(text, at), faults + 1
    if count == MAX_ROWS or faults == MAX_FAULTS:
        complain(f"expected a JSON list, found {count} rows and {faults} faults so far: the rest is left out")
    else:
        complain(f"expected a JSON list, found no end of it after {count} rows (cut off?)")


def _next_object(text: bytes, at: int) -> int:
    """Where the next object may begin after one that cannot be read, or the end of what was read."""
    before = BEFORE.match(text, at)
    begin = at if before is None else before.end()
    found = text.find(b"{", begin + 1)
    return found if found >= 0 else len(text)


def _complain_of_faults(count: int, faults: int, complain: Complain) -> None:
    if faults:
        complain(f"expected a JSON list of objects, found {faults} faults between {count} rows: left out")
