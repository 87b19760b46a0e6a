"""How much memory the batches of an Arrow stream decode to, by their headers alone.

An Arrow message's header is a flatbuffer: a table points to its fields through a list of offsets. The layouts are those
of ``Message.fbs`` in Arrow's documentation (format version 5): ``Message(version, header_type, header, bodyLength)``,
``RecordBatch(length, nodes, buffers, compression)``, ``DictionaryBatch(id, data, isDelta)``,
``Buffer(offset, length)``. A compressed buffer begins with its decoded length as a 64-bit number, -1 where it is stored
as it is.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

DICTIONARY_BATCH, RECORD_BATCH = 2, 3
BUFFER = struct.Struct("<qq")
LENGTH = struct.Struct("<q")


@dataclass(frozen=True)
class DecodedSize:
    """What a stream's batches come to.

    Attributes:
        rows: Of the table; dictionaries not counted.
        bytes: Of all buffers, dictionaries included.
    """

    rows: int
    bytes: int


def decoded_size(stream: pa.Buffer) -> DecodedSize:
    """Look at every message of a stream.

    Raises:
        ValueError: It is no Arrow stream, or a number in it cannot be.
    """
    rows, total, kinds = 0, 0, []
    try:
        for message in pa.ipc.MessageReader.open_stream(pa.BufferReader(stream)):
            kinds.append(message.type)
            batch = _batch(message.metadata.to_pybytes())
            if batch is not None:
                length, size = batch.rows, batch.decoded_bytes(message.body)
                rows, total = rows + length * batch.is_table, total + size
    except (struct.error, pa.ArrowException, OSError) as error:
        raise ValueError(str(error)) from error
    if kinds[:1] != ["schema"]:
        raise ValueError("no schema")
    return DecodedSize(rows, total)


@dataclass(frozen=True)
class _Batch:
    """The header of one batch: where its buffers lie in the message's body."""

    is_table: bool
    rows: int
    buffers: list[tuple[int, int]]
    is_compressed: bool

    def decoded_bytes(self, body: Any) -> int:
        """The decoded length of all buffers."""
        if not self.is_compressed:
            return sum(length for _, length in self.buffers)
        view = memoryview(body) if body is not None else memoryview(b"")
        total = 0
        for offset, length in self.buffers:
            if length == 0:
                continue
            (decoded,) = LENGTH.unpack_from(view, offset)
            if decoded < -1:
                raise ValueError(f"a buffer of {decoded} bytes")
            total += length if decoded == -1 else decoded
        return total


def _batch(data: bytes) -> _Batch | None:
    message = _Table(data, struct.unpack_from("<I", data)[0])
    kind, header = message.number(1, "<B"), message.table(2)
    if kind not in (DICTIONARY_BATCH, RECORD_BATCH) or header is None:
        return None
    record = header if kind == RECORD_BATCH else header.table(1)
    if record is None:
        return None
    rows, buffers = record.number(0, "<q"), record.structs(2)
    if rows < 0 or any(offset < 0 or length < 0 for offset, length in buffers):
        raise ValueError("a batch with a negative length")
    return _Batch(kind == RECORD_BATCH, rows, buffers, record.table(3) is not None)


class _Table:
    """A table of a flatbuffer, whose fields are found by their number."""

    def __init__(self, data: bytes, place: int) -> None:
        self._data = data
        self._place = place
        self._fields = place - struct.unpack_from("<i", data, place)[0]

    def number(self, field: int, form: str) -> int:
        """A number, 0 where it is left out."""
        at = self._at(field)
        return 0 if at is None else int(struct.unpack_from(form, self._data, at)[0])

    def table(self, field: int) -> _Table | None:
        """A table within, or None."""
        at = self._at(field)
        return None if at is None else _Table(self._data, at + struct.unpack_from("<I", self._data, at)[0])

    def structs(self, field: int) -> list[tuple[int, int]]:
        """A list of pairs of 64-bit numbers."""
        at = self._at(field)
        if at is None:
            return []
        start = at + struct.unpack_from("<I", self._data, at)[0]
        (count,) = struct.unpack_from("<I", self._data, start)
        if count * BUFFER.size > len(self._data):
            raise ValueError(f"a list of {count} buffers")
        return [BUFFER.unpack_from(self._data, start + 4 + BUFFER.size * index) for index in range(count)]

    def _at(self, field: int) -> int | None:
        """Where a field's value is, or None where it is left out."""
        if self._fields < 0 or self._place < 0:
            raise ValueError("an offset outside the message")
        (size,) = struct.unpack_from("<H", self._data, self._fields)
        slot = 4 + 2 * field
        if slot >= size:
            return None
        (offset,) = struct.unpack_from("<H", self._data, self._fields + slot)
        return self._place + offset if offset else None
