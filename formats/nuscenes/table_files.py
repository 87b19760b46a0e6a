"""Tables on disk, a row a line: rows of a scene are added at the end and taken out again."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from formats.errors import FormatError
from formats.nuscenes.row_scan import scan_rows
from formats.nuscenes.table_index import JsonObject, decode_row, read_whole

BEGIN, BETWEEN, END = b"[\n", b",\n", b"\n]\n"


def write_rows(path: Path, rows: Iterable[JsonObject]) -> None:
    """Write a whole table."""
    path.write_bytes(BEGIN + BETWEEN.join(map(row_bytes, rows)) + END)


def append_rows(path: Path, rows: Sequence[JsonObject]) -> None:
    """Add rows at the end of a table that this module wrote, or make it.

    Raises:
        FormatError: The file is no such table.
    """
    if not path.is_file():
        write_rows(path, rows)
        return
    if not rows:
        return
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - len(END)))
        if size < len(BEGIN + END) or file.read() != END:
            raise FormatError(path, "expected a table that this program wrote, found another")
        file.seek(size - len(END))
        is_empty = size == len(BEGIN + END)
        file.write((b"" if is_empty else BETWEEN) + BETWEEN.join(map(row_bytes, rows)) + END)


def merge_rows(path: Path, rows: Iterable[JsonObject]) -> list[JsonObject]:
    """Add rows that several scenes share; one of the same token takes the other's place. Returns all of them.

    Raises:
        FormatError: The table cannot be read.
    """
    known = read_whole(path, lambda _: None) if path.is_file() else {}
    known |= {str(row["token"]): row for row in rows}
    write_rows(path, known.values())
    return list(known.values())


def take_out(path: Path, is_out: Callable[[JsonObject], bool]) -> None:
    """Rewrite a table without some of its rows, one row in memory at a time; nothing without the file.

    Raises:
        FormatError: The table cannot be read.
    """
    if not path.is_file():
        return
    fresh = path.with_suffix(".part")
    with fresh.open("wb") as file:
        file.write(BEGIN)
        count = 0
        for _, data in scan_rows(path, lambda _: None):
            row = decode_row(data)
            if row is not None and not is_out(row):
                file.write((BETWEEN if count else b"") + data)
                count += 1
        file.write(END)
    fresh.replace(path)


def row_bytes(row: JsonObject) -> bytes:
    """A row as one line; numbers come back to the last bit."""
    return json.dumps(row, ensure_ascii=False, allow_nan=False, separators=(", ", ": ")).encode()
