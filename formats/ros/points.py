"""PointCloud2: points of any fields, byte order and padding as a cloud.

Message: https://docs.ros.org/en/noetic/api/sensor_msgs/html/msg/PointCloud2.html.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formats.errors import FormatError
from formats.ros.container import Channel
from formats.ros.messages import decode
from formats.ros.parts import read_part
from pointcloud import PointCloud, PointFileError
from pointcloud.columns import TIME, cloud_from_columns, is_wanted

KINDS = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 8: "f8"}
MAX_FIELDS = 1000
MIN_POINT_BYTES = 3
SAME_CLOCK_S = 10.0
"""A point's own time lies so near to its message's where both are of one clock."""


def read_cloud_part(path: Path, frame: str, *, part: str, channel: Channel, full_intensity: float = 1.0) -> PointCloud:
    """One PointCloud2 of a recording, in the sensor's frame; an organised cloud comes as a plain list.

    Args:
        path: The recording.
        frame: The sensor's name.
        part: The message's place.
        channel: Its channel.
        full_intensity: What becomes 1.

    Raises:
        PointFileError: The message is gone, broken, or contradicts itself.
    """
    try:
        message = decode(path, channel, read_part(path, part))
        columns = _columns(message)
    except FormatError as error:
        raise PointFileError(path, f"message {part}: {error.reason}") from error
    except ValueError as error:
        raise PointFileError(path, f"message {part} on {channel.topic}: {error}") from error
    cloud = cloud_from_columns(path, columns, frame)
    if full_intensity == 1.0 or cloud.intensity is None:
        return cloud
    return replace(cloud, intensity=cloud.intensity / np.float32(full_intensity))


def count_cloud_part(path: Path, *, part: str, points: int, size: int) -> int:
    """The points that a message's header promised when the recording was opened.

    Raises:
        PointFileError: It promised more than its bytes can hold.
    """
    if points * MIN_POINT_BYTES > size:
        raise PointFileError(path, f"message {part}: expected {points} points, found {size} bytes")
    return points


def _columns(message: Any) -> dict[str, NDArray[Any]]:
    """The fields that a cloud can hold; raises ``ValueError`` where the message contradicts itself."""
    dtype = _dtype(message)
    height, width, step = int(message.height), int(message.width), int(message.point_step)
    row_bytes = int(message.row_step) if height > 1 and message.row_step else width * step
    needed = (height - 1) * row_bytes + width * step if height and width else 0
    if row_bytes < width * step:
        raise ValueError(f"expected rows of at least {width * step} bytes, found {row_bytes}")
    if len(message.data) < needed:
        raise ValueError(f"expected {needed} bytes of {height} × {width} points, found {len(message.data)}")
    shape = (height, width) if needed else (0, 0)
    data = np.ascontiguousarray(message.data, dtype=np.uint8)
    points = np.ndarray(shape, dtype, data.data if needed else None, strides=(row_bytes, step))
    columns = {name: points[name].ravel() for name in dtype.names or ()}
    stamp = message.header.stamp
    return {name: _after_stamp(name, values, stamp.sec, stamp.nanosec) for name, values in columns.items()}


def _dtype(message: Any) -> np.dtype[Any]:
    """The wanted fields of a point at their offsets; of several of one name the first counts."""
    order = ">" if message.is_bigendian else "<"
    step = int(message.point_step)
    if len(message.fields) > MAX_FIELDS:
        raise ValueError(f"expected at most {MAX_FIELDS} fields, found {len(message.fields)}")
    fields: dict[str, tuple[str, int]] = {}
    for field in message.fields:
        if not is_wanted(field.name) or field.name in fields or field.count == 0:
            continue
        if field.datatype not in KINDS:
            raise ValueError(f"expected a datatype of 1 … 8 for {field.name}, found {field.datatype}")
        kind = order + KINDS[field.datatype]
        if field.offset + np.dtype(kind).itemsize > step:
            raise ValueError(f"expected {field.name} within {step} bytes of a point, found it at {field.offset}")
        fields[field.name] = kind, int(field.offset)
    if step <= 0 or not fields:
        raise ValueError(f"expected points with fields, found {len(message.fields)} fields in {step} bytes")
    return np.dtype(
        {
            "names": list(fields),
            "formats": [kind for kind, _ in fields.values()],
            "offsets": [offset for _, offset in fields.values()],
            "itemsize": step,
        }
    )


def _after_stamp(name: str, values: NDArray[Any], seconds: int, nanoseconds: int) -> NDArray[Any]:
    """Times since 1970 in seconds as times after the message's; everything else as it is."""
    if name.lower() not in TIME or values.dtype.kind != "f" or values.dtype.itemsize != 8 or not len(values):
        return values
    if not np.isfinite(values).all() or np.abs(values - seconds).max() > SAME_CLOCK_S:
        return values
    return np.asarray(values - seconds - nanoseconds * 1e-9)
