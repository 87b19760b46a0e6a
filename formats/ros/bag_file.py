"""The file of ROS 1: records one after the other, most of them packed in chunks.

Format: http://wiki.ros.org/Bags/Format/2.0. Records are walked rather than looked up in the index at the end, so that a
bag whose recorder was cut off reads as far as it goes.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

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

MAGIC = b"#ROSBAG V2.0\n"
MAX_HEADER_BYTES = 1 << 20
MESSAGE, CHUNK, CONNECTION = 2, 5, 7
_U32 = struct.Struct("<I")
Fields = dict[bytes, bytes]


@dataclass(frozen=True)
class _Record:
    """``at`` is where it begins, ``data_at`` where its data does."""

    at: int
    fields: Fields
    data_at: int
    data_bytes: int

    @property
    def op(self) -> int:
        return self.fields.get(b"op", b"\0")[0] if self.fields.get(b"op") else 0

    def u32(self, name: bytes) -> int:
        value = self.fields.get(name, b"")
        if len(value) != 4:
            raise ValueError(f"expected a record with {name.decode()} of 4 bytes, found {len(value)}")
        return int(_U32.unpack(value)[0])


def scan_bag(path: Path, wants: Wants, complain: Complain) -> Iterator[Message]:
    """The messages of a bag; see ``Scan``."""
    with open_recording(path, MAGIC, "a ROS 1 bag") as file:
        size = file.seek(0, 2)
        channels: dict[int, Channel] = {}
        for record in _records(file, len(MAGIC), size, complain):
            if record.op != CHUNK:
                yield from _message(file, record, None, channels, wants)
                continue
            try:
                stream, start, end, chunk_at = _chunk(file, record, size)
            except (EOFError, ValueError) as error:
                complain(f"expected a chunk of messages at byte {record.at}, found {said(error)}")
                continue
            for inner in _records(stream, start, end, complain):
                yield from _message(stream, inner, chunk_at, channels, wants)


def read_bag_part(path: Path, part: str) -> bytes:
    """One message again; see ``ReadPart``."""
    try:
        with open_recording(path, MAGIC, "a ROS 1 bag") as file:
            chunk_at, offset, size = parse_part(part)
            stream = file if chunk_at is None else _chunk(file, _record(file, chunk_at), file.seek(0, 2))[0]
            stream.seek(offset)
            return read_exactly(stream, size)
    except (EOFError, ValueError) as error:
        raise FormatError(path, f"expected a message at {part}, found {said(error)} (did the file change?)") from error


def _records(stream: BinaryIO, start: int, end: int, complain: Complain) -> Iterator[_Record]:
    """The records between two places; a record that does not fit ends them."""
    at = start
    while at < end:
        try:
            record = _record(stream, at)
        except (EOFError, ValueError) as error:
            complain(f"expected a record at byte {at}, found {said(error)}: what follows is not read")
            return
        if record.data_at + record.data_bytes > end and record.op != CHUNK:
            complain(f"expected {record.data_bytes} bytes at byte {at}, found the end of the file (cut off?)")
            return
        yield record
        at = record.data_at + record.data_bytes


def _record(stream: BinaryIO, at: int) -> _Record:
    stream.seek(at)
    (header_bytes,) = _U32.unpack(read_exactly(stream, 4))
    if header_bytes > MAX_HEADER_BYTES:
        raise ValueError(f"a header of {header_bytes} bytes")
    fields = _fields(read_exactly(stream, header_bytes))
    (data_bytes,) = _U32.unpack(read_exactly(stream, 4))
    return _Record(at, fields, at + 8 + header_bytes, data_bytes)


def _fields(data: bytes) -> Fields:
    """Fields ``name=value``, each behind its length."""
    fields: Fields = {}
    at = 0
    while at < len(data):
        if at + 4 > len(data) or at + 4 + (size := _U32.unpack_from(data, at)[0]) > len(data):
            raise ValueError("a field longer than its header")
        name, separator, value = data[at + 4 : at + 4 + size].partition(b"=")
        if not separator:
            raise ValueError("a field without =")
        fields[name] = value
        at += 4 + size
    return fields


def _chunk(file: BinaryIO, record: _Record, file_bytes: int) -> tuple[BinaryIO, int, int, int | None]:
    """Where to read a chunk's records, from where to where, and its place where it had to be unpacked."""
    coding = record.fields.get(b"compression", b"").decode("ascii", "replace")
    if coding == "none":
        return file, record.data_at, min(record.data_at + record.data_bytes, file_bytes), None
    if record.data_bytes > MAX_CHUNK_BYTES:
        raise ValueError(f"{record.data_bytes} packed bytes")
    file.seek(record.data_at)
    unpacked = unpack(read_exactly(file, record.data_bytes), coding, record.u32(b"size"))
    return io.BytesIO(unpacked), 0, len(unpacked), record.at


def _message(
    stream: BinaryIO, record: _Record, chunk_at: int | None, channels: dict[int, Channel], wants: Wants
) -> Iterator[Message]:
    """The message of a record, where it is one that is wanted; keeps what connections say."""
    if record.op == CONNECTION:
        channels.update(_connection(stream, record))
    if record.op != MESSAGE or len(record.fields.get(b"time", b"")) != 8 or len(record.fields.get(b"conn", b"")) != 4:
        return
    channel = channels.get(record.u32(b"conn"))
    wanted = 0 if channel is None else wants(channel)
    if channel is None or not wanted:
        return
    seconds, nanoseconds = struct.unpack("<II", record.fields[b"time"])
    stream.seek(record.data_at)
    data = stream.read(min(wanted, record.data_bytes))
    part = part_of(chunk_at, record.data_at, record.data_bytes)
    yield Message(channel, seconds * 10**9 + nanoseconds, part, record.data_bytes, data)


def _connection(stream: BinaryIO, record: _Record) -> dict[int, Channel]:
    """The channel of a connection by its number; nothing where it is none."""
    if record.data_bytes > MAX_HEADER_BYTES:
        return {}
    stream.seek(record.data_at)
    try:
        fields = _fields(read_exactly(stream, record.data_bytes))
        number = record.u32(b"conn")
    except (EOFError, ValueError):
        return {}
    topic, kind = (
        value.decode(errors="replace") for value in (record.fields.get(b"topic", b""), fields.get(b"type", b""))
    )
    return {number: Channel(topic, ros2_type(kind), "ros1")}
