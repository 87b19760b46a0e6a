"""MCAP: records one after the other, most of them packed in chunks.

Format: https://mcap.dev/spec. Records are walked rather than looked up in the summary at the end, so that a file whose
recorder was cut off, or that has no index, reads as far as it goes.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from mcap.data_stream import ReadDataStream
from mcap.exceptions import McapError
from mcap.opcode import Opcode
from mcap.records import Channel as ChannelRecord
from mcap.records import Schema

from formats.errors import FormatError
from formats.ros.container import (
    Channel,
    Complain,
    Message,
    Wants,
    open_recording,
    parse_part,
    part_of,
    read_exactly,
    ros2_type,
    said,
)
from formats.ros.unpack import MAX_CHUNK_BYTES, unpack

MAGIC = b"\x89MCAP0\r\n"
MAX_RECORD_BYTES = 16 << 20
"""Of records that say what messages are."""
_PREFIX = struct.Struct("<BQ")
_MESSAGE = struct.Struct("<HIQQ")
_CHUNK = struct.Struct("<QQQI")


@dataclass
class _Channels:
    """What was said so far about messages."""

    schemas: dict[int, str] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)


@dataclass(frozen=True)
class _Record:
    """``at`` is where it begins, ``data_at`` where its content does."""

    at: int
    op: int
    data_at: int
    data_bytes: int


def scan_mcap(path: Path, wants: Wants, complain: Complain) -> Iterator[Message]:
    """The messages of a file; see ``Scan``."""
    with open_recording(path, MAGIC, "an MCAP file") as file:
        size = file.seek(0, 2)
        known = _Channels()
        for record in _records(file, len(MAGIC), size, complain):
            if record.op in (Opcode.DATA_END, Opcode.FOOTER):
                return
            if record.op != Opcode.CHUNK:
                yield from _message(file, record, None, known, wants)
                continue
            try:
                stream, start, end, chunk_at = _chunk(file, record, size)
            except (EOFError, ValueError, struct.error) as error:
                complain(f"expected a chunk of messages at byte {record.at}, found {said(error)}")
                continue
            for inner in _records(stream, start, end, complain):
                yield from _message(stream, inner, chunk_at, known, wants)
        complain("expected an end of the data, found the end of the file (cut off?)")


def read_mcap_part(path: Path, part: str) -> bytes:
    """One message again; see ``ReadPart``."""
    try:
        with open_recording(path, MAGIC, "an MCAP file") as file:
            chunk_at, offset, size = parse_part(part)
            stream = file if chunk_at is None else _chunk(file, _record(file, chunk_at), file.seek(0, 2))[0]
            stream.seek(offset)
            return read_exactly(stream, size)
    except (EOFError, ValueError, struct.error) as error:
        raise FormatError(path, f"expected a message at {part}, found {said(error)} (did the file change?)") from error


def _record(stream: BinaryIO, at: int) -> _Record:
    stream.seek(at)
    op, data_bytes = _PREFIX.unpack(read_exactly(stream, _PREFIX.size))
    return _Record(at, op, at + _PREFIX.size, data_bytes)


def _records(stream: BinaryIO, start: int, end: int, complain: Complain) -> Iterator[_Record]:
    """The records between two places; a record that does not fit ends them."""
    at = start
    while at < end:
        try:
            record = _record(stream, at)
        except EOFError as error:
            complain(f"expected a record at byte {at}, found {said(error)}")
            return
        if record.data_at + record.data_bytes > end and record.op != Opcode.CHUNK:
            complain(f"expected {record.data_bytes} bytes at byte {at}, found the end of the file (cut off?)")
            return
        yield record
        at = record.data_at + record.data_bytes


def _chunk(file: BinaryIO, record: _Record, file_bytes: int) -> tuple[BinaryIO, int, int, int | None]:
    """Where to read a chunk's records, from where to where, and its place where it had to be unpacked."""
    file.seek(record.data_at)
    _, _, size, _ = _CHUNK.unpack(read_exactly(file, _CHUNK.size))
    (coding_bytes,) = struct.unpack("<I", read_exactly(file, 4))
    if coding_bytes > 64:
        raise ValueError(f"a name of {coding_bytes} bytes for how it is packed")
    coding = read_exactly(file, coding_bytes).decode("ascii", "replace")
    (packed_bytes,) = struct.unpack("<Q", read_exactly(file, 8))
    if not coding:
        return file, file.tell(), min(file.tell() + packed_bytes, file_bytes), None
    if packed_bytes > MAX_CHUNK_BYTES:
        raise ValueError(f"{packed_bytes} packed bytes")
    unpacked = unpack(read_exactly(file, packed_bytes), coding, size)
    return io.BytesIO(unpacked), 0, len(unpacked), record.at


def _message(
    stream: BinaryIO, record: _Record, chunk_at: int | None, known: _Channels, wants: Wants
) -> Iterator[Message]:
    """The message of a record, where it is one that is wanted; keeps what schemas and channels say."""
    if record.op in (Opcode.SCHEMA, Opcode.CHANNEL):
        _learn(stream, record, known)
    if record.op != Opcode.MESSAGE or record.data_bytes < _MESSAGE.size:
        return
    stream.seek(record.data_at)
    number, _, log_time_ns, _ = _MESSAGE.unpack(read_exactly(stream, _MESSAGE.size))
    channel = known.channels.get(number)
    wanted = 0 if channel is None else wants(channel)
    if channel is None or not wanted or log_time_ns >= 2**63:
        return
    size = record.data_bytes - _MESSAGE.size
    part = part_of(chunk_at, record.data_at + _MESSAGE.size, size)
    yield Message(channel, log_time_ns, part, size, stream.read(min(wanted, size)))


def _learn(stream: BinaryIO, record: _Record, known: _Channels) -> None:
    """Keep what a schema or a channel says; one that is broken says nothing, and its messages are passed over."""
    if record.data_bytes > MAX_RECORD_BYTES:
        return
    stream.seek(record.data_at)
    content = ReadDataStream(io.BytesIO(stream.read(record.data_bytes)))
    try:
        if record.op == Opcode.SCHEMA:
            schema = Schema.read(content)
            known.schemas[schema.id] = schema.name
        else:
            channel = ChannelRecord.read(content)
            kind = ros2_type(known.schemas.get(channel.schema_id, ""))
            known.channels[channel.id] = Channel(channel.topic, kind, channel.message_encoding)
    except (McapError, struct.error, UnicodeDecodeError):
        return
