"""One row of KITTI's tracking labels: its columns, its checks, its digits.

``frame track_id type truncated occluded alpha  left top right bottom  h w l  x y z  rotation_y [score]``. Location is
the centre of the bottom face in ``rect`` (x right, y down, z forward); rotation_y turns about y, 0 points along +x.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from pathlib import PurePath

import numpy as np

from formats.errors import FormatError
from formats.kitti.files import MAX_FRAMES
from geometry import SE3, Box
from geometry.arrays import FloatArray
from geometry.rotation import wrap_angle

DONT_CARE = "DontCare"
COLUMNS = 17
UNKNOWN_3D = "-1000.000000 -1000.000000 -1000.000000 -10.000000 -1.000000 -1.000000 -1.000000"

Ltrb = tuple[float, float, float, float]

# Columns: object x (length), y (width), z (height) in rect at rotation_y = 0.
RECT_FROM_OBJECT_AT_ZERO = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])


@dataclass(frozen=True)
class LabelRow:
    """The columns of one row, in the file's own words; sizes and place are unchecked for DontCare."""

    frame: int
    track_id: int
    type: str
    truncated: float
    occluded: int
    alpha: float
    bbox: Ltrb
    dimensions_hwl: tuple[float, float, float]
    location: tuple[float, float, float]
    rotation_y: float
    score: float | None = None

    def text(self) -> str:
        """The row as KITTI writes it: six decimals, whole numbers bare."""
        truncated = f"{self.truncated:.0f}" if float(self.truncated).is_integer() else f"{self.truncated:.2f}"
        numbers = (self.alpha, *self.bbox, *self.dimensions_hwl, *self.location, self.rotation_y)
        words = [str(self.frame), str(self.track_id), self.type, truncated, str(self.occluded)]
        return " ".join(words + [f"{number + 0.0:.6f}" for number in numbers])


def parse_row(text: str, path: PurePath, line: int) -> LabelRow:
    """Parse and check one row.

    Raises:
        FormatError: It has not 17 (or, with a score, 18) fields, a field is no finite number, the 2D box or a size is
            impossible, or the frame is out of range; the message names the field.
    """
    words = text.split()
    if len(words) not in (COLUMNS, COLUMNS + 1):
        raise FormatError(path, f"expected {COLUMNS} fields (18 with a score), found {len(words)}", line)
    numbers = [_number(word, name, path, line) for name, word in zip(_NAMES, words[3:], strict=False)]
    frame, track_id = (_whole(words[i], name, path, line) for i, name in ((0, "frame"), (1, "track_id")))
    row = LabelRow(
        frame,
        track_id,
        words[2],
        numbers[0],
        _whole(words[4], "occluded", path, line),
        numbers[2],
        (numbers[3], numbers[4], numbers[5], numbers[6]),
        (numbers[7], numbers[8], numbers[9]),
        (numbers[10], numbers[11], numbers[12]),
        numbers[13],
        numbers[14] if len(numbers) > 14 else None,
    )
    _check(row, path, line)
    return row


def box_from_row(row: LabelRow) -> Box:
    """The box in ``rect``: the geometric centre lies half a height above the bottom's, along the camera's y."""
    height, width, length = row.dimensions_hwl
    center = np.array(row.location) - (0.0, height / 2.0, 0.0)
    return Box(SE3(rect_rotation(row.rotation_y), center), np.array([length, width, height]))


def rect_rotation(rotation_y: float) -> FloatArray:
    """The rotation (3, 3) of ``rect_from_object`` = Ry(rotation_y) after the change of axes."""
    cos, sin = np.cos(rotation_y), np.sin(rotation_y)
    turn = np.array([[cos, 0.0, sin], [0.0, 1.0, 0.0], [-sin, 0.0, cos]])
    return np.asarray(turn @ RECT_FROM_OBJECT_AT_ZERO)


def rotation_y_of(rect_from_object: SE3) -> float:
    """The heading about the camera's y of a box in ``rect``; exact however the box is tilted otherwise."""
    ahead = rect_from_object.rotation[:, 0]
    return float(np.arctan2(-ahead[2], ahead[0]))


def tilt_of(rect_from_object: SE3) -> float:
    """The angle in radians between a box's up and the camera's, which a row cannot hold."""
    up = rect_from_object.rotation[:, 2]
    return float(np.arctan2(np.hypot(up[0], up[2]), -up[1]))


def location_of(box_rect: Box) -> tuple[float, float, float]:
    """The centre of the bottom face as KITTI means it; inverse of ``box_from_row``."""
    x, y, z = box_rect.center
    return (float(x), float(y + box_rect.size_lwh_m[2] / 2.0), float(z))


def alpha_of(location: tuple[float, float, float], rotation_y: float) -> float:
    """The angle under which the camera sees the object: rotation_y - atan2(x, z)."""
    return float(wrap_angle(rotation_y - np.arctan2(location[0], location[2])))


_NAMES = (
    *("truncated", "occluded", "alpha", "left", "top", "right", "bottom"),
    *("height", "width", "length", "x", "y", "z", "rotation_y", "score"),
)


def _number(word: str, name: str, path: PurePath, line: int) -> float:
    try:
        value = float(word)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise FormatError(path, f"expected a finite number for {name}, found {word!r}", line)
    return value


def _whole(word: str, name: str, path: PurePath, line: int) -> int:
    value = _number(word, name, path, line)
    if not value.is_integer():
        raise FormatError(path, f"expected a whole number for {name}, found {word!r}", line)
    return int(value)


def _check(row: LabelRow, path: PurePath, line: int) -> None:
    if not 0 <= row.frame < MAX_FRAMES:
        raise FormatError(path, f"expected a frame from 0 to {MAX_FRAMES - 1}, found {row.frame}", line)
    left, top, right, bottom = row.bbox
    if left > right or top > bottom:
        raise FormatError(path, f"expected left ≤ right and top ≤ bottom, found {left} {top} {right} {bottom}", line)
    if row.type != DONT_CARE and min(row.dimensions_hwl) <= 0:
        height, width, length = row.dimensions_hwl
        raise FormatError(path, f"expected height, width, length above 0, found {height} {width} {length}", line)
