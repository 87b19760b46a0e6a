"""``tracklet_labels.xml`` of raw drives: the objects of a drive as boost's XML serialisation, read and written.

A tracklet has one category and one size, and a pose a frame from ``first_frame`` on without gaps. A pose is the centre
of the bottom face in the lidar's frame and three angles, of which KITTI only uses ``rz``, the yaw.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from math import isfinite
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from formats.errors import FormatError
from formats.kitti.label_rows import MAX_MAGNITUDE
from formats.listing import MAX_FRAMES, read_bytes

POSE_NUMBERS = ("tx", "ty", "tz", "rx", "ry", "rz")
POSE_FLAGS = (
    *("state", "occlusion", "occlusion_kf", "truncation", "amt_occlusion", "amt_occlusion_kf"),
    *("amt_border_l", "amt_border_r", "amt_border_kf"),
)
STATE_INTERPOLATED, STATE_LABELED = 1, 2
UNSET = -1
TRUNCATION_BEHIND = 99
MAX_DEPTH = 6
MAX_FIELDS = 64
POSE_DEPTH, TRACKLET_DEPTH = 5, 3
DECIMALS = 9


@dataclass(frozen=True)
class TrackletPose:
    """Where an object is in one frame.

    Attributes:
        bottom_velodyne: The centre of the bottom face in the lidar's frame.
        angles_rad: About x, y and z, applied in this order.
        flags: The values of ``POSE_FLAGS``; -1 where nobody set one.
    """

    bottom_velodyne: tuple[float, float, float]
    angles_rad: tuple[float, float, float]
    flags: tuple[float, ...] = (UNSET,) * len(POSE_FLAGS)


@dataclass(frozen=True)
class Tracklet:
    """One object."""

    object_type: str
    size_hwl: tuple[float, float, float]
    first_frame: int
    poses: tuple[TrackletPose, ...]
    finished: int = 1


@dataclass
class TrackletReading:
    """What a file holds, and what is wrong with the rest of it."""

    tracklets: list[Tracklet] = field(default_factory=list)
    errors: list[FormatError] = field(default_factory=list)


def read_tracklets(path: Path) -> TrackletReading:
    """Read all tracklets; one that is malformed is left out and named, and a file that breaks off keeps what it had.

    No entity is expanded and no other file is opened, whatever the XML asks for.
    """
    reading = TrackletReading()
    try:
        for number, element, poses in _tracklet_elements(path):
            try:
                reading.tracklets.append(_tracklet(_Fields(path, element, f"tracklet {number}"), poses))
            except FormatError as error:
                reading.errors.append(error)
    except FormatError as error:
        reading.errors.append(error)
    return reading


def tracklets_text(tracklets: Sequence[Tracklet]) -> str:
    """The file as KITTI's own tools write it."""
    return "\n".join(_lines(tracklets)) + "\n"


def _tracklet_elements(path: Path) -> Iterator[tuple[int, Element, list[Element]]]:
    """Every tracklet with its poses; elements are dropped as they end, so memory stays that of one tracklet."""
    open_elements: list[Element] = []
    poses: list[Element] = []
    number = 0
    data = BytesIO(read_bytes(path))
    try:
        for event, element in iterparse(data, events=("start", "end"), forbid_dtd=False, forbid_entities=True):
            if event == "start":
                _check_nesting(path, open_elements, element)
                open_elements.append(element)
                continue
            open_elements.pop()
            if element.tag == "item" and len(open_elements) == POSE_DEPTH - 1:
                poses.append(element)
                open_elements[-1].remove(element)
                if len(poses) > MAX_FRAMES:
                    raise FormatError(path, f"expected at most {MAX_FRAMES} poses of tracklet {number}, found more")
            elif element.tag == "item" and len(open_elements) == TRACKLET_DEPTH - 1:
                yield number, element, poses
                open_elements[-1].remove(element)
                number, poses = number + 1, []
    except ParseError as error:
        raise FormatError(path, f"expected XML, found a fault: {error.msg}", error.position[0]) from error
    except DefusedXmlException as error:
        raise FormatError(path, f"expected plain XML, found an entity or a reference: {error!r}"[:200]) from error
    except (LookupError, ValueError) as error:
        raise FormatError(path, f"expected XML in an encoding that is known: {error}") from error


def _check_nesting(path: Path, open_elements: Sequence[Element], element: Element) -> None:
    if not open_elements and element.tag != "boost_serialization":
        raise FormatError(path, f"expected boost_serialization as the outermost element, found {element.tag[:40]}")
    if len(open_elements) >= MAX_DEPTH or (open_elements and len(open_elements[-1]) > MAX_FIELDS):
        raise FormatError(path, f"expected tracklets and their poses, found other elements such as {element.tag[:40]}")


class _Fields:
    """Typed reading of an element's children, with the place in every complaint."""

    def __init__(self, path: Path, element: Element, where: str) -> None:
        """Take an element."""
        self._path = path
        self._element = element
        self.where = where

    def wrong(self, message: str) -> FormatError:
        """The error of something that is not as expected."""
        return FormatError(self._path, f"{self.where}: {message}")

    def text(self, name: str) -> str:
        """The text of a child that must be there."""
        found = self._element.findtext(name)
        if found is None or not 0 < len(found.strip()) <= 100:
            raise self.wrong(f"expected {name}, found {'none' if found is None else 'an empty or endless one'}")
        return found.strip()

    def number(self, name: str) -> float:
        """A finite number that must be there."""
        text = self.text(name)
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not isfinite(value) or abs(value) >= MAX_MAGNITUDE:
            raise self.wrong(f"expected a finite number for {name}, found {text[:40]!r}")
        return value

    def whole(self, name: str) -> int:
        """A whole number that must be there."""
        value = self.number(name)
        if not value.is_integer():
            raise self.wrong(f"expected a whole number for {name}, found {value}")
        return int(value)

    def flag(self, name: str) -> float:
        """A number that older files lack."""
        return float(UNSET) if self._element.find(name) is None else self.number(name)

    def child(self, element: Element, where: str) -> _Fields:
        """The fields of an element in this one."""
        return _Fields(self._path, element, f"{self.where}, {where}")

    def declared_poses(self) -> int | None:
        """How many poses the file says there are."""
        text = self._element.findtext("poses/count")
        return int(text) if text is not None and text.strip().isdecimal() and len(text) < 10 else None


def _tracklet(fields: _Fields, pose_elements: Sequence[Element]) -> Tracklet:
    height, width, length = (fields.number(name) for name in "hwl")
    if min(height, width, length) <= 0:
        raise fields.wrong(f"expected h, w, l above 0, found {height} {width} {length}")
    first_frame = fields.whole("first_frame")
    if not 0 <= first_frame < MAX_FRAMES:
        raise fields.wrong(f"expected first_frame from 0 to {MAX_FRAMES - 1}, found {first_frame}")
    declared = fields.declared_poses()
    if declared != len(pose_elements):
        raise fields.wrong(f"expected {declared} poses as declared, found {len(pose_elements)}")
    if not pose_elements or first_frame + len(pose_elements) > MAX_FRAMES:
        raise fields.wrong(f"expected 1 to {MAX_FRAMES - first_frame} poses, found {len(pose_elements)}")
    poses = tuple(_pose(fields.child(element, f"pose {i}")) for i, element in enumerate(pose_elements))
    return Tracklet(
        fields.text("objectType"), (height, width, length), first_frame, poses, int(fields.flag("finished"))
    )


def _pose(fields: _Fields) -> TrackletPose:
    tx, ty, tz, rx, ry, rz = (fields.number(name) for name in POSE_NUMBERS)
    return TrackletPose((tx, ty, tz), (rx, ry, rz), tuple(fields.flag(name) for name in POSE_FLAGS))


def _lines(tracklets: Sequence[Tracklet]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>'
    yield "<!DOCTYPE boost_serialization>"
    yield '<boost_serialization signature="serialization::archive" version="9">'
    yield '<tracklets class_id="0" tracking_level="0" version="0">'
    yield f"\t<count>{len(tracklets)}</count>"
    yield "\t<item_version>1</item_version>"
    for index, tracklet in enumerate(tracklets):
        yield from _tracklet_lines(tracklet, is_first=index == 0)
    yield "</tracklets>"
    yield "</boost_serialization>"


def _tracklet_lines(tracklet: Tracklet, *, is_first: bool) -> Iterator[str]:
    # Boost names a class where it first occurs.
    yield '\t<item class_id="1" tracking_level="0" version="1">' if is_first else "\t<item>"
    yield f"\t\t<objectType>{escape(tracklet.object_type)}</objectType>"
    for name, side in zip("hwl", tracklet.size_hwl, strict=True):
        yield f"\t\t<{name}>{_digits(side)}</{name}>"
    yield f"\t\t<first_frame>{tracklet.first_frame}</first_frame>"
    yield '\t\t<poses class_id="2" tracking_level="0" version="0">' if is_first else "\t\t<poses>"
    yield f"\t\t\t<count>{len(tracklet.poses)}</count>"
    yield "\t\t\t<item_version>2</item_version>"
    for index, pose in enumerate(tracklet.poses):
        named = is_first and index == 0
        yield '\t\t\t<item class_id="3" tracking_level="0" version="2">' if named else "\t\t\t<item>"
        values = zip((*POSE_NUMBERS, *POSE_FLAGS), (*pose.bottom_velodyne, *pose.angles_rad, *pose.flags), strict=True)
        yield from (f"\t\t\t\t<{name}>{_digits(value)}</{name}>" for name, value in values)
        yield "\t\t\t</item>"
    yield "\t\t</poses>"
    yield f"\t\t<finished>{tracklet.finished}</finished>"
    yield "\t</item>"


def _digits(value: float) -> str:
    """A nanometre is enough; whole numbers are bare."""
    text = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
    return text if text != "-0" else "0"
