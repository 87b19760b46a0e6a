"""Messages of the usual types, decoded; and the first bytes of one, which say when and where it holds.

The types are taken from ROS itself and not from the recording, whose own definitions are another's program text.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from formats.errors import FormatError
from formats.ros.container import Channel

if TYPE_CHECKING:
    from rosbags.typesys.store import Typestore

POINTS = "sensor_msgs/msg/PointCloud2"
IMAGE = "sensor_msgs/msg/Image"
COMPRESSED = "sensor_msgs/msg/CompressedImage"
CAMERA_INFO = "sensor_msgs/msg/CameraInfo"
TRANSFORMS = ("tf2_msgs/msg/TFMessage", "tf/msg/tfMessage")
ODOMETRY = "nav_msgs/msg/Odometry"
POSE = "geometry_msgs/msg/PoseStamped"
HEAD_BYTES = 1024
ENCODINGS = ("ros1", "cdr")
LITTLE_ENDIAN_CDR = b"\x00\x01"


@dataclass(frozen=True)
class Head:
    """The first fields of a message with a header.

    Attributes:
        stamp_ns: Its own time.
        frame_id: The frame of reference that it holds in.
        first: The two numbers of 32 bits after the header: height and width of clouds and images.
    """

    stamp_ns: int
    frame_id: str
    first: tuple[int, int]


def read_head(encoding: str, data: bytes) -> Head:
    """The header of a message by its first bytes; raises ``ValueError`` where there is none."""
    try:
        if encoding == "ros1":
            _, seconds, nanoseconds, length = struct.unpack_from("<IIII", data)
            at, end = 16, 16 + length
            after = end
        else:
            if data[:2] != LITTLE_ENDIAN_CDR:
                raise ValueError(f"expected little-endian CDR, found {data[:2]!r}")
            seconds, nanoseconds, length = struct.unpack_from("<iII", data, 4)
            at, end = 16, 16 + length
            # Alignment counts from behind the four bytes of the encapsulation; the string ends with a zero byte.
            after = end + (-(end - 4) % 4)
        first = struct.unpack_from("<II", data, after)
    except struct.error as error:
        raise ValueError(f"expected a message with a header, found {len(data)} bytes that hold none") from error
    frame_id = data[at:end].rstrip(b"\0").decode("utf-8", "replace")
    return Head(seconds * 10**9 + nanoseconds, plain_frame(frame_id), (first[0], first[1]))


def plain_frame(frame_id: str) -> str:
    """A frame's name without the slash that some of ROS 1's programs put before it."""
    return frame_id.strip().lstrip("/")


def decode(path: Path, channel: Channel, data: bytes) -> Any:
    """A message with its fields by name.

    Raises:
        FormatError: The bytes are no such message.
    """
    from rosbags.serde import SerdeError

    kind = TRANSFORMS[0] if channel.type in TRANSFORMS else channel.type
    try:
        store = _typestore(channel.encoding)
        if channel.encoding == "ros1":
            return store.deserialize_ros1(data, kind)
        return store.deserialize_cdr(data, kind)
    # Strings that are no UTF-8, enumerations of unknown values.
    except (SerdeError, ValueError) as error:
        reason = " ".join(str(error).split())[:160]
        raise FormatError(path, f"expected a {channel.type} on {channel.topic}, found others ({reason})") from error


@cache
def _typestore(encoding: str) -> Typestore:
    from rosbags.typesys import Stores, get_types_from_msg, get_typestore

    if encoding == "cdr":
        return get_typestore(Stores.ROS2_HUMBLE)
    store = get_typestore(Stores.ROS1_NOETIC)
    store.register(get_types_from_msg("geometry_msgs/TransformStamped[] transforms", TRANSFORMS[0]))
    return store
