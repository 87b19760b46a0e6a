"""Where the rows of the large tables are, so that a scene's rows are read without the others'."""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formats.errors import FormatError
from formats.nuscenes.row_scan import Complain, scan_rows

JsonObject = dict[str, Any]
MAX_GAP_BYTES = 64 << 10
MAX_READ_BYTES = 8 << 20
TOKEN = rb'\s*:\s*"([^"\\]{1,200})"'


def decode_row(data: bytes) -> JsonObject | None:
    """A row as its object; None where it is none."""
    try:
        value = json.loads(data.decode())
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


@dataclass(frozen=True, eq=False)
class RowPlaces:
    """Where rows are in one file.

    Attributes:
        path: The table.
        offsets: (N,) where each row begins.
        lengths: (N,) its bytes.
        complain: Takes what is wrong with rows when they are read.
    """

    path: Path
    offsets: NDArray[np.int64]
    lengths: NDArray[np.int32]
    complain: Complain

    def read(self, which: NDArray[np.integer[Any]]) -> list[JsonObject]:
        """The rows at some indices that can be decoded, in the order of the file; neighbours are read at one go.

        Raises:
            FormatError: The file cannot be read.
        """
        rows: list[JsonObject] = []
        faults: list[int] = []
        offsets, lengths = self.offsets[which], self.lengths[which].astype(np.int64)
        order = np.argsort(offsets, kind="stable")
        offsets, ends = offsets[order].tolist(), (offsets + lengths)[order].tolist()
        try:
            with self.path.open("rb") as file:
                for first, last in _runs(offsets, ends):
                    start = offsets[first]
                    file.seek(start)
                    data = file.read(ends[last - 1] - start)
                    for index in range(first, last):
                        row = decode_row(data[offsets[index] - start : ends[index] - start])
                        if row is None:
                            faults.append(offsets[index])
                        else:
                            rows.append(row)
        except OSError as error:
            raise FormatError(
                self.path, f"expected a table, found no file that can be read ({error.strerror})"
            ) from error
        if faults:
            self.complain(f"{len(faults)} rows are no JSON objects, the first at byte {faults[0]}: left out")
        return rows


@dataclass(frozen=True, eq=False)
class GroupedRows:
    """Rows by the scene that they belong to.

    Attributes:
        places: Where they are.
        groups: (N,) the scene of each row, rising.
    """

    places: RowPlaces
    groups: NDArray[np.int32]

    def of(self, group: int) -> list[JsonObject]:
        """The rows of one scene; raises ``FormatError``."""
        first, last = np.searchsorted(self.groups, [group, group + 1])
        return self.places.read(np.arange(first, last))


@dataclass(frozen=True, eq=False)
class RowsByToken:
    """Rows by their token.

    Attributes:
        places: Where they are.
        hashes: (N,) a hash of each row's token, rising.
    """

    places: RowPlaces
    hashes: NDArray[np.int64]

    def of(self, tokens: Iterable[str]) -> dict[str, JsonObject]:
        """The rows of those tokens that there are; raises ``FormatError``."""
        wanted = sorted(set(tokens))
        hashes = np.array([hash(token.encode(errors="replace")) for token in wanted], dtype=np.int64)
        firsts, lasts = (np.searchsorted(self.hashes, hashes, side=side) for side in ("left", "right"))
        which = [np.arange(first, last) for first, last in zip(firsts, lasts, strict=True)]
        rows = self.places.read(np.concatenate(which) if which else np.zeros(0, dtype=np.int64))
        found: dict[str, JsonObject] = {}
        for row in rows:
            if isinstance(token := row.get("token"), str):
                found.setdefault(token, row)
        return {token: found[token] for token in wanted if token in found}


def index_by_group(path: Path, key: str, groups: Mapping[bytes, int], complain: Complain) -> GroupedRows:
    """Find a table's rows by the group that the token in the field ``key`` belongs to; raises ``FormatError``."""
    places, numbers = _index(path, key, groups.get, complain, f"rows whose {key} is that of no scene: left out")
    order = np.argsort(numbers, kind="stable")
    groups_of_rows = numbers[order].astype(np.int32)
    return GroupedRows(RowPlaces(path, places.offsets[order], places.lengths[order], complain), groups_of_rows)


def index_by_token(path: Path, complain: Complain) -> RowsByToken:
    """Find a table's rows by their own token; raises ``FormatError``."""
    places, hashes = _index(path, "token", hash, complain, "rows without a token: left out")
    order = np.argsort(hashes, kind="stable")
    return RowsByToken(RowPlaces(path, places.offsets[order], places.lengths[order], complain), hashes[order])


def read_whole(path: Path, complain: Complain) -> dict[str, JsonObject]:
    """All rows of a small table by their token, the first of each; raises ``FormatError``."""
    rows: dict[str, JsonObject] = {}
    unusable = 0
    for _, data in scan_rows(path, complain):
        row = decode_row(data)
        token = None if row is None else row.get("token")
        if row is None or not isinstance(token, str) or token in rows:
            unusable += 1
        else:
            rows[token] = row
    if unusable:
        complain(f"{unusable} rows without a token of their own: left out")
    return rows


def _index(
    path: Path, key: str, number_of: Callable[[bytes], int | None], complain: Complain, unusable: str
) -> tuple[RowPlaces, NDArray[np.int64]]:
    find = re.compile(b'"' + key.encode() + b'"' + TOKEN).search
    offsets, lengths, numbers = array("q"), array("i"), array("q")
    unusable_count = 0
    for offset, row in scan_rows(path, complain):
        found = find(row)
        number = None if found is None else number_of(found[1])
        if number is None:
            unusable_count += 1
            continue
        offsets.append(offset)
        lengths.append(len(row))
        numbers.append(number)
    if unusable_count:
        complain(f"{unusable_count} {unusable}")
    places = RowPlaces(path, np.array(offsets, dtype=np.int64), np.array(lengths, dtype=np.int32), complain)
    return places, np.array(numbers, dtype=np.int64)


def _runs(offsets: Sequence[int], ends: Sequence[int]) -> Iterable[tuple[int, int]]:
    """First and one past the last of every run of rows that are read at one go."""
    first = 0
    for index in range(1, len(offsets) + 1):
        is_over = index == len(offsets) or (
            offsets[index] - ends[index - 1] > MAX_GAP_BYTES or ends[index] - offsets[first] > MAX_READ_BYTES
        )
        if is_over:
            yield first, index
            first = index
