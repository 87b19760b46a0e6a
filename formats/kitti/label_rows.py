"""One row of KITTI's labels, of the tracking or the object set: its columns, its checks, its digits.

``[frame track_id] type truncated occluded alpha  left top right bottom  h w l  x y z  rotation_y [score]``; the object
set has a file a frame and no first two columns. Location is the centre of the bottom face in ``rect`` (x right, y down,
z forward); rotation_y turns about y, 0 points along +x.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import PurePath

import numpy as np

from formats.errors import FormatError
from formats.listing import MAX_FRAMES
from geometry import SE3, Box
from geometry.arrays import FloatArray
from geometry.rotation import wrap_angle

DONT_CARE = "DontCare"
COLUMNS = 17
OBJECT_COLUMNS = 15
MAX_MAGNITUDE = 1e7
"""Metres, pixels or radians: no label of a scene has a larger number, and products of smaller ones stay finite."""
UNKNOWN_3D = "-1000.000000 -1000.000000 -1000.000000 -10.000000 -1.000000 -1.000000 -1.000000"
UNKNOWN_3D_OBJECT = "-1 -1 -1 -1000 -1000 -1000 -10"

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
        """The row as the tracking set writes it: six decimals, whole numbers bare."""
        truncated = f"{self.truncated:.0f}" if float(self.truncated).is_integer() else f"{self.truncated:.2f}"
        numbers = (self.alpha, *self.bbox, *self.dimensions_hwl, *self.location, self.rotation_y)
        words = [str(self.frame), str(self.track_id), self.type, truncated, str(self.occluded)]
        return " ".join([*words, *map(six_decimals, numbers), *self._score_words()])

    def object_text(self) -> str:
        """The row as the object set writes it: two decimals, and more only where they say something."""
        numbers = (self.alpha, *self.bbox, *self.dimensions_hwl, *self.location, self.rotation_y)
        words = [self.type, short_number(self.truncated), str(self.occluded)]
        return " ".join([*words, *map(short_number, numbers), *self._score_words()])

    def _score_words(self) -> tuple[str, ...]:
        return () if self.score is None else (short_number(self.score),)


def six_decimals(number: float) -> str:
    """Six decimals; what rounds to zero has no sign."""
    text = f"{number:.6f}"
    return text if text != "-0.000000" else "0.000000"


def short_number(number: float) -> str:
    """Two to six decimals: as many as the number needs."""
    text = six_decimals(number)
    return text[:-4] if text.endswith("0000") else text.rstrip("0")


def parse_row(text: str, path: PurePath, line: int) -> LabelRow:
    """Parse and check one row of the tracking set.

    Raises:
        FormatError: It has not 17 (or, with a score, 18) fields, a field is no finite number, the 2D box or a size is
            impossible, or the frame is out of range; the message names the field.
    """
    words = text.split()
    if len(words) not in (COLUMNS, COLUMNS + 1):
        raise FormatError(path, f"expected {COLUMNS} fields (18 with a score), found {len(words)}", line)
    frame, track_id = (_whole(words[i], name, path, line) for i, name in ((0, "frame"), (1, "track_id")))
    if not 0 <= frame < MAX_FRAMES:
        raise FormatError(path, f"expected a frame from 0 to {MAX_FRAMES - 1}, found {frame}", line)
    return _row(frame, track_id, words[2:], path, line)


def parse_object_row(text: str, frame: int, path: PurePath, line: int) -> LabelRow:
    """Parse and check one row of the object set, of the frame that its file is for; its track is -1.

    Raises:
        FormatError: It has not 15 (or, with a score, 16) fields, a field is no finite number, or the 2D box or a size
            is impossible; the message names the field.
    """
    words = text.split()
    if len(words) not in (OBJECT_COLUMNS, OBJECT_COLUMNS + 1):
        raise FormatError(path, f"expected {OBJECT_COLUMNS} fields (16 with a score), found {len(words)}", line)
    return _row(frame, -1, words, path, line)


def box_from_row(row: LabelRow) -> Box:
    """The box in ``rect``: the geometric centre lies half a height above the bottom's, along the camera's y."""
    height, width, length = row.dimensions_hwl
    center = np.array(row.location) - (0.0, height / 2.0, 0.0)
    return Box(SE3(rect_rotation(row.rotation_y), center), np.array([length, width, height]))


def rect_rotation(rotation_y: float) -> FloatArray:
    """The rotation (3, 3) of ``rect_from_object`` = Ry(rotation_y) after the change of axes."""
    return np.asarray(rect_rotations(np.array([rotation_y]))[0])


def rect_rotations(rotation_y: FloatArray) -> FloatArray:
    """(N, 3, 3) of ``rect_rotation`` for angles (N,)."""
    turn = np.zeros((len(rotation_y), 3, 3))
    turn[:, 0, 0] = turn[:, 2, 2] = np.cos(rotation_y)
    turn[:, 0, 2] = np.sin(rotation_y)
    turn[:, 2, 0] = -turn[:, 0, 2]
    turn[:, 1, 1] = 1.0
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


def _row(frame: int, track_id: int, words: Sequence[str], path: PurePath, line: int) -> LabelRow:
    """A row of the words from its type on."""
    values = _numbers(words[1:], path, line)
    occluded = _whole(words[2], "occluded", path, line)
    left, top, right, bottom = bbox = (values[3], values[4], values[5], values[6])
    if left > right or top > bottom:
        raise FormatError(path, f"expected left ≤ right and top ≤ bottom, found {left} {top} {right} {bottom}", line)
    height, width, length = dimensions_hwl = (values[7], values[8], values[9])
    if words[0] != DONT_CARE and min(dimensions_hwl) <= 0:
        raise FormatError(path, f"expected height, width, length above 0, found {height} {width} {length}", line)
    return LabelRow(
        frame,
        track_id,
        words[0],
        values[0],
        occluded,
        values[2],
        bbox,
        dimensions_hwl,
        (values[10], values[11], values[12]),
        values[13],
        values[14] if len(values) > 14 else None,
    )


def _numbers(words: Sequence[str], path: PurePath, line: int) -> list[float]:
    """All numbers at once; one by one only to name the bad one."""
    try:
        values = list(map(float, words))
    except ValueError:
        values = []
    if values and min(values) > -MAX_MAGNITUDE and max(values) < MAX_MAGNITUDE and isfinite(sum(values)):
        return values
    return [_number(word, name, path, line) for name, word in zip(_NAMES, words, strict=False)]


def _number(word: str, name: str, path: PurePath, line: int) -> float:
    try:
        value = float(word)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise FormatError(path, f"expected a finite number for {name}, found {word[:40]!r}", line)
    if abs(value) >= MAX_MAGNITUDE:
        raise FormatError(path, f"expected a number below {MAX_MAGNITUDE:g} for {name}, found {word[:40]!r}", line)
    return value


def _whole(word: str, name: str, path: PurePath, line: int) -> int:
    value = _number(word, name, path, line)
    if not value.is_integer():
        raise FormatError(path, f"expected a whole number for {name}, found {word[:40]!r}", line)
    return int(value)
