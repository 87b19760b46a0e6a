"""Feather files: read within bounds and checked by column, written the same way every time."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from formats.arrow_columns import ArrowColumns
from formats.av2.arrow_sizes import decoded_size
from formats.errors import FormatError
from formats.listing import MAX_TEXT_BYTES, read_bounded
from geometry.arrays import FloatArray, IntArray

MAGIC = b"ARROW1\0\0"
MAX_DECODED_BYTES = 256 << 20
"""A hundred times the largest table of the set: annotations of a drive of 16 seconds take 2 MB."""
MAX_ROWS = 20_000_000
CARRIED = b"truebox"
"""The key, in a file's metadata, of what the form has no column for."""

Column = FloatArray | IntArray | Sequence[str] | NDArray[Any]


def read_feather(path: Path, columns: Sequence[str]) -> ArrowColumns:
    """Read those of the columns that the file has.

    Raises:
        FormatError: It cannot be read, is no Feather file (version 2), or is absurdly large.
    """
    stream = _checked_stream(path)
    try:
        schema = pa.ipc.open_stream(stream).schema
        wanted = [index for index, name in enumerate(schema.names) if name in columns]
        if len({schema.names[index] for index in wanted}) != len(wanted):
            raise FormatError(path, "expected every column once, found one twice")
        options = pa.ipc.IpcReadOptions(included_fields=wanted, use_threads=False)
        # With no field named, Arrow reads all.
        table = pa.ipc.open_stream(stream, options=options).read_all() if wanted else pa.table({})
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError, KeyError, MemoryError) as error:
        raise _malformed(path, error) from error
    return ArrowColumns(path, table, _carried(schema.metadata))


def count_rows(path: Path) -> int:
    """The number of rows, without decoding any.

    Raises:
        FormatError: As ``read_feather``.
    """
    return _size(path, _stream(path))


def write_feather(path: Path, columns: Mapping[str, Column], carried: Any = None) -> None:
    """Write columns in their order, each with its own type; the same columns give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(feather_bytes(columns, carried))


def feather_bytes(columns: Mapping[str, Column], carried: Any = None) -> bytes:
    """The bytes of ``write_feather``."""
    table = pa.table({name: _array(values) for name, values in columns.items()})
    if carried is not None:
        table = table.replace_schema_metadata({CARRIED: json.dumps(carried, sort_keys=True)})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue().to_pybytes())


def _array(values: Column) -> Any:
    """Texts keep their type where there is none of them."""
    return pa.array(values) if isinstance(values, np.ndarray) else pa.array(values, type=pa.string())


def _checked_stream(path: Path) -> pa.Buffer:
    """The Arrow stream within a file, its decoded size known to be bearable."""
    stream = _stream(path)
    _size(path, stream)
    return stream


def _stream(path: Path) -> pa.Buffer:
    data = read_bounded(path, MAX_TEXT_BYTES)
    if not data.startswith(MAGIC):
        found = f"a file that begins with {data[:8]!r}" if data else "an empty file"
        raise FormatError(path, f"expected a Feather file (version 2), which begins with ARROW1, found {found}")
    return pa.py_buffer(data).slice(len(MAGIC))


def _size(path: Path, stream: pa.Buffer) -> int:
    try:
        size = decoded_size(stream)
    except ValueError as error:
        raise _malformed(path, error) from error
    if size.bytes > MAX_DECODED_BYTES or size.rows > MAX_ROWS:
        found = f"{size.rows} rows of {size.bytes >> 20} MiB"
        raise FormatError(path, f"expected at most {MAX_ROWS} rows of {MAX_DECODED_BYTES >> 20} MiB, found {found}")
    return size.rows


def _malformed(path: Path, error: BaseException) -> FormatError:
    if isinstance(error, FormatError):
        return error
    lines = str(error).splitlines() or [type(error).__name__]
    return FormatError(path, f"expected a whole Feather file, found one that cannot be decoded ({lines[0][:120]})")


def _carried(metadata: Mapping[bytes, bytes] | None) -> Any:
    try:
        return json.loads((metadata or {})[CARRIED])
    except (KeyError, ValueError, RecursionError):
        return None
