"""Columns of an Arrow table from a file that anybody may have written, checked by type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from formats.errors import FormatError
from geometry.arrays import FloatArray, IntArray


@dataclass(frozen=True)
class ArrowColumns:
    """The columns of one file, checked by type when they are asked for.

    Attributes:
        path: The file.
        table: Those of the wanted columns that it has; every value inside its bounds.
        carried: What its metadata carries for this program, or None.
    """

    path: Path
    table: pa.Table
    carried: Any = None

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def has(self, name: str) -> bool:
        """Whether there is such a column."""
        return name in self.table.column_names

    def numbers(self, name: str) -> FloatArray:
        """(N,) a column of numbers; NaN where there is none. Raises ``FormatError``."""
        column = self._column(name)
        if not _is_number(column.type):
            raise self._wrong(name, "numbers", column.type)
        return np.asarray(column.to_numpy(), dtype=np.float64)

    def matrix(self, names: Sequence[str]) -> FloatArray:
        """(N, K) several columns of numbers side by side. Raises ``FormatError``."""
        return np.stack([self.numbers(name) for name in names], axis=1)

    def whole_numbers(self, name: str, missing: int = -1) -> IntArray:
        """(N,) a column of whole numbers below 2⁶³. Raises ``FormatError``."""
        column = self._column(name)
        if not pa.types.is_integer(column.type):
            raise self._wrong(name, "whole numbers", column.type)
        try:
            filled = column.fill_null(missing) if column.null_count else column
            return np.asarray(filled.cast(pa.int64()).to_numpy(), dtype=np.int64)
        except pa.ArrowInvalid as error:
            raise FormatError(self.path, f"expected whole numbers below 2⁶³ in {name}, found a larger one") from error

    def texts(self, name: str) -> list[str | None]:
        """(N) a column of texts, None where there is none. Raises ``FormatError``."""
        column = self._column(name)
        if pa.types.is_dictionary(column.type) and _is_text(column.type.value_type):
            return _looked_up(column)
        if not _is_text(column.type):
            raise self._wrong(name, "texts", column.type)
        return list(column.to_pylist())

    def raw(self, name: str) -> NDArray[Any]:
        """(N,) a column of numbers in its own type. Raises ``FormatError``."""
        column = self._column(name)
        if not _is_number(column.type):
            raise self._wrong(name, "numbers", column.type)
        return np.asarray(column.to_numpy())

    def lists(self, name: str) -> list[NDArray[Any] | None]:
        """(N) a column of lists of numbers; None where there is none. Raises ``FormatError``."""
        column = self._column(name)
        kind = column.type
        if not (_is_list(kind) and _is_number(kind.value_type)):
            raise self._wrong(name, "lists of numbers", kind)
        # A cell's values are an array of their own, whose missing numbers come out as NaN.
        cells = (cell.values if cell.is_valid else None for cell in column)
        return [None if values is None else np.asarray(values.to_numpy(zero_copy_only=False)) for values in cells]

    def blob(self, name: str) -> bytes:
        """The bytes of the first row's cell. Raises ``FormatError``."""
        column = self._column(name)
        if not (pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type)):
            raise self._wrong(name, "bytes", column.type)
        data = column[0].as_py() if len(column) else None
        if not isinstance(data, bytes):
            raise FormatError(self.path, f"expected bytes in {name}, found none")
        return data

    def _column(self, name: str) -> Any:
        if not self.has(name):
            raise FormatError(self.path, f"expected the column {name}, found none")
        return self.table.column(name)

    def _wrong(self, name: str, expected: str, found: Any) -> FormatError:
        return FormatError(self.path, f"expected {expected} in the column {name}, found {str(found)[:60]}")


def _looked_up(column: Any) -> list[str | None]:
    """The texts of a dictionary's numbers; each text is held once, whatever the number of rows."""
    texts: list[str | None] = []
    for chunk in column.chunks:
        words = chunk.dictionary.to_pylist()
        texts += [None if index is None else words[index] for index in chunk.indices.to_pylist()]
    return texts


def _is_number(kind: Any) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _is_text(kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_list(kind: Any) -> bool:
    types = pa.types
    return bool(types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind))
