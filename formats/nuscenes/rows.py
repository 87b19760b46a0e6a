"""Rows of the tables as checked values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from formats.carried import KEY
from formats.checked_values import MAX_PLACE_M, finite_number
from formats.nuscenes.table_index import JsonObject
from geometry import SE3
from labels import RecordError
from labels.json_fields import JsonFields

NS_PER_US = 1000
MAX_TIME_US = 2**62 // NS_PER_US
MAX_PATH = 1000
LENGTH_TOLERANCE = 1e-3
EXACT_TIME = "timestamp_ns"
NAME, CAMERAS, IS_ABSENT, ROW_TIME, DESKEW, CAMERA = "name", "cameras", "is_absent", "row_time_ns", "deskew", "camera"
"""What rows carry of ours beside their standard fields."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One row of ``sample``.

    Attributes:
        token: Its token.
        timestamp_ns: The time that its cuboids hold for.
        carried: What it carries of ours.
    """

    token: str
    timestamp_ns: int
    carried: JsonObject


@dataclass(frozen=True, slots=True)
class DataRow:
    """One row of ``sample_data``: a cloud or an image.

    Attributes:
        sample: The token of its sample.
        pose: The token of the ego pose at its time.
        calibration: The token of its calibrated sensor.
        timestamp_ns: When it was taken.
        is_key: Whether it belongs to its sample, rather than between two.
        size_px: Width and height of an image.
        file: Relative to the dataset's root.
        carried: What it carries of ours.
    """

    sample: str
    pose: str
    calibration: str
    timestamp_ns: int
    is_key: bool
    size_px: tuple[int, int]
    file: PurePosixPath
    carried: JsonObject


def read_sample(row: JsonObject) -> Sample:
    """Check a row of ``sample``; raises ``RecordError``."""
    return Sample(token_of(row, "token"), time_ns(row), carried_of(row))


def read_data_row(row: JsonObject) -> DataRow:
    """Check a row of ``sample_data``; raises ``RecordError``."""
    fields = JsonFields(row, "")
    return DataRow(
        sample=token_of(row, "sample_token"),
        pose=token_of(row, "ego_pose_token"),
        calibration=token_of(row, "calibrated_sensor_token"),
        timestamp_ns=time_ns(row),
        is_key=fields.boolean("is_key_frame"),
        size_px=(_pixels(row.get("width")), _pixels(row.get("height"))),
        file=_file(fields),
        carried=carried_of(row),
    )


def read_place(row: JsonObject) -> SE3:
    """``translation`` and ``rotation`` (w first) as a transform; raises ``RecordError``."""
    translation, quat_wxyz = read_place_numbers(row)
    return SE3.from_quat_wxyz(quat_wxyz, translation)


def read_place_numbers(row: JsonObject) -> tuple[list[float], list[float]]:
    """``translation`` and ``rotation``, a quaternion of length 1, w first; raises ``RecordError``."""
    fields = JsonFields(row, "")
    translation, rotation = fields.raw("translation"), fields.raw("rotation")
    for name, value, count in (("translation", translation, 3), ("rotation", rotation, 4)):
        if not _are_numbers(value, count):
            raise fields.wrong(name, f"{count} finite numbers", value)
    if abs(math.hypot(*rotation) - 1.0) > LENGTH_TOLERANCE:
        raise fields.wrong("rotation", "a quaternion of length 1", rotation)
    return translation, rotation


def read_size_lwh(row: JsonObject) -> tuple[float, float, float]:
    """``size`` (width, length, height) as length, width, height; raises ``RecordError``."""
    fields = JsonFields(row, "")
    size = fields.raw("size")
    if not _are_numbers(size, 3) or min(size) <= 0:
        raise fields.wrong("size", "3 numbers above zero", size)
    width, length, height = map(float, size)
    return length, width, height


def time_ns(row: JsonObject) -> int:
    """A row's time; to the nanosecond where it carries one that agrees. Raises ``RecordError``."""
    fields = JsonFields(row, "")
    value = fields.raw("timestamp")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_TIME_US:
        raise fields.wrong("timestamp", "whole microseconds", value)
    exact = carried_of(row).get(EXACT_TIME)
    if isinstance(exact, int) and 0 <= exact - value * NS_PER_US < NS_PER_US:
        return int(exact)
    return value * NS_PER_US


def carried_of(row: JsonObject) -> JsonObject:
    """What a row carries of ours; empty for rows of others."""
    value = row.get(KEY)
    return value if isinstance(value, dict) else {}


def text_of(row: Mapping[str, Any] | None, name: str) -> str:
    """A printable text of a row, or an empty one; half a surrogate pair could be written to no other file."""
    value = None if row is None else row.get(name)
    return value if isinstance(value, str) and len(value) <= MAX_PATH and value.isprintable() else ""


def token_of(row: JsonObject, name: str) -> str:
    """A token of a row; raises ``RecordError`` where there is none."""
    token = text_of(row, name)
    if not token:
        raise RecordError(name, f"expected a token, found {row.get(name)!r:.60}")
    return token


def _are_numbers(value: Any, count: int) -> bool:
    return (
        isinstance(value, list)
        and len(value) == count
        and all(finite_number(item, MAX_PLACE_M) is not None for item in value)
    )


def _pixels(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 100_000 else 0


def _file(fields: JsonFields) -> PurePosixPath:
    name = fields.text("filename", max_length=MAX_PATH)
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.name or not name.isprintable() or "\\" in name:
        raise RecordError(
            f"{fields.where}.filename", f"expected a path below the dataset's folder, found {name[:60]!r}"
        )
    return path
