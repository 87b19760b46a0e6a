"""One Parquet file a component and segment: small columns as a table, large cells one row at a time, within bounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from formats.arrow_columns import ArrowColumns
from formats.errors import FormatError

MAX_ROWS = 5_000_000
"""A segment of 20 seconds has 1 000 rows of images and about 20 000 of boxes."""
MAX_TABLE_BYTES = 160 << 20
MAX_CELL_BYTES = 64 << 20
"""Of one row: a range image with its pixels' poses takes 7 MB."""
MAX_NAME_BYTES = 16 << 20
BATCH_ROWS = 4096
ARROW_ERRORS = (pa.ArrowException, OSError, ValueError, KeyError, IndexError, MemoryError, OverflowError)


def read_component(path: Path, columns: Sequence[str]) -> ArrowColumns:
    """Read those of the columns that a file has, all rows.

    Raises:
        FormatError: It cannot be read, is no Parquet file, or its columns are absurdly large.
    """
    batches: list[pa.RecordBatch] = []
    with _opened(path) as file:
        present = [name for name in columns if name in file.schema_arrow.names]
        rows, size = 0, 0
        for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=present, use_threads=False) if present else ():
            batch.validate(full=True)
            batches.append(batch)
            rows, size = rows + batch.num_rows, size + batch.nbytes
            if rows > MAX_ROWS or size > MAX_TABLE_BYTES:
                raise FormatError(path, f"expected at most {MAX_ROWS} rows of {MAX_TABLE_BYTES >> 20} MiB, found more")
        schema = pa.schema([file.schema_arrow.field(name) for name in present])
    return ArrowColumns(path, pa.Table.from_batches(batches, schema))


def read_row(path: Path, columns: Sequence[str], row: int) -> ArrowColumns:
    """Read those of the columns that a file has, of one row: only its row group is opened, up to that row.

    Raises:
        FormatError: As ``read_component``, or there is no such row.
    """
    with _opened(path) as file:
        group, inside = _place_of(file, row)
        present = [name for name in columns if name in file.schema_arrow.names]
        batches = file.iter_batches(batch_size=1, row_groups=[group], columns=present, use_threads=False)
        for index, batch in enumerate(batches):
            if index == inside:
                if batch.nbytes > MAX_CELL_BYTES:
                    raise FormatError(path, f"expected at most {MAX_CELL_BYTES >> 20} MiB in row {row}, found more")
                batch.validate(full=True)
                return ArrowColumns(path, pa.Table.from_batches([batch]))
    raise FormatError(path, f"expected the row {row}, found none")


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """A Parquet file that is read piece by piece; whatever Arrow says of it becomes a ``FormatError``."""
    try:
        with path.open("rb") as stream:
            yield pq.ParquetFile(
                stream,
                # A row group's column is read whole: piece by piece, a page may claim gigabytes that are not there.
                pre_buffer=False,
                thrift_string_size_limit=MAX_NAME_BYTES,
                thrift_container_size_limit=MAX_NAME_BYTES,
            )
    except ARROW_ERRORS as error:
        lines = str(error).splitlines() or [type(error).__name__]
        raise FormatError(path, f"expected a Parquet file, found none that can be read ({lines[0][:120]})") from error


def _place_of(file: Any, row: int) -> tuple[int, int]:
    """The row group of a row, and its place in it."""
    first = 0
    for group in range(file.num_row_groups):
        count = file.metadata.row_group(group).num_rows
        if first <= row < first + count:
            return group, row - first
        first += count
    raise IndexError(f"row {row} of {first}")
