"""What every file of a recording offers: its messages in the order they lie in, and one of them again by its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from formats.errors import FormatError

WHOLE = 1 << 31
"""More bytes than any message has."""

Complain = Callable[[str], None]


@dataclass(frozen=True)
class Channel:
    """What messages are recorded under one topic.

    Attributes:
        topic: Its name.
        type: The message type as ROS 2 names it, such as ``sensor_msgs/msg/Image``.
        encoding: ``ros1`` or ``cdr``; anything else is not read.
    """

    topic: str
    type: str
    encoding: str


@dataclass(frozen=True)
class Message:
    """One message.

    Attributes:
        channel: Where it was recorded.
        log_time_ns: When it was recorded, nanoseconds since 1970.
        part: Its place in the file, for ``read_part``.
        size: Its bytes.
        data: The first of them, as many as were wanted.
    """

    channel: Channel
    log_time_ns: int
    part: str
    size: int
    data: bytes


Wants = Callable[[Channel], int]
"""How many bytes are wanted of a channel's next message: 0 passes it over."""
Scan = Callable[[Path, Wants, Complain], Iterator[Message]]
"""Raises ``FormatError`` where the file is not of its kind; complains of damage and goes on."""
ReadPart = Callable[[Path, str], bytes]
"""Raises ``FormatError`` where there is no such message any more."""


def open_recording(path: Path, magic: bytes, what: str) -> BinaryIO:
    """The open file behind its first bytes; raises ``FormatError`` where these are others."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise FormatError(path, f"expected {what}, found none that can be read ({error.strerror})") from error
    start = file.read(len(magic))
    if start != magic:
        file.close()
        raise FormatError(path, f"expected {what} that begins with {magic!r}, found {start!r}")
    return file


def said(error: Exception) -> str:
    """What broke the reading, as the end of a sentence."""
    return "the end of the file (cut off?)" if isinstance(error, EOFError) else str(error)


def ros2_type(name: str) -> str:
    """A message type as ROS 2 names it: ROS 1's has no ``msg`` in the middle."""
    package, _, rest = name.partition("/")
    return f"{package}/msg/{rest}" if rest and "/" not in rest else name


def read_exactly(stream: BinaryIO, size: int) -> bytes:
    """Raise ``EOFError`` where fewer bytes follow."""
    data = stream.read(size)
    if len(data) != size:
        raise EOFError
    return data


def part_of(chunk_at: int | None, offset: int, size: int) -> str:
    """The place of a message: in the file, or among the unpacked bytes of a chunk."""
    return f"{offset}+{size}" if chunk_at is None else f"{chunk_at}:{offset}+{size}"


def parse_part(part: str) -> tuple[int | None, int, int]:
    """Where the chunk is (None for the file itself), the message in it, and its bytes; raises ``ValueError``."""
    chunk, _, place = part.rpartition(":")
    offset, _, size = place.partition("+")
    return (int(chunk) if chunk else None), int(offset), int(size)
