"""Waymo's ``lidar_box`` component: upright boxes in the vehicle's frame at the frame's pose."""

from __future__ import annotations

from collections.abc import Iterator

from formats.arrow_columns import ArrowColumns
from formats.box_records import FileBox, labels_from_boxes
from formats.checked_values import box_size, finite_numbers, usable_text
from formats.errors import FormatError
from formats.format import LabelReading
from formats.listing import Listing
from formats.waymo.components import read_component
from formats.waymo.images import FRAME_KEY
from formats.waymo.taxonomy import DIFFICULTY, TYPES
from fusion import Problem, Scene
from geometry import SE3
from labels import LabelSet
from labels.label_set import AttributeValue

BOX = "[LiDARBoxComponent]"
OBJECT_KEY = "key.laser_object_id"
CENTER = tuple(f"{BOX}.box.center.{axis}" for axis in "xyz")
SIZE = tuple(f"{BOX}.box.size.{axis}" for axis in "xyz")
HEADING, TYPE = f"{BOX}.box.heading", f"{BOX}.type"
POINTS = f"{BOX}.num_lidar_points_in_box"
DETECTION = f"{BOX}.difficulty_level.detection"
POINTS_GIVEN = "waymo.num_lidar_points_in_box"
MAX_NAMED_ROWS = 100


def read_boxes(scene: Scene) -> LabelReading:
    """Read the boxes of a segment; empty where there are none, rows that cannot be used become problems."""
    path = scene.path / "lidar_box" / f"{scene.name}.parquet"
    listing = Listing(root=scene.path, base=scene.path)
    if not listing.file(path):
        return LabelReading(LabelSet(), tuple(listing.problems))
    try:
        table = read_component(path, (FRAME_KEY, OBJECT_KEY, *CENTER, *SIZE, HEADING, TYPE, POINTS, DETECTION))
        boxes = list(_boxes(table, scene, listing))
    except FormatError as error:
        return LabelReading(LabelSet(), (Problem.of(error, listing.base),))
    labels = labels_from_boxes(scene.format, scene.name, len(scene.frames), boxes, listing)
    return LabelReading(labels, tuple(listing.problems))


def _boxes(table: ArrowColumns, scene: Scene, listing: Listing) -> Iterator[FileBox]:
    frames = {frame.name: frame.index for frame in scene.frames}
    micros, keys = table.whole_numbers(FRAME_KEY).tolist(), table.texts(OBJECT_KEY)
    places = table.matrix((*CENTER, HEADING)).tolist()
    sizes, types = table.matrix(SIZE).tolist(), table.whole_numbers(TYPE).tolist()
    attributes, named = _attributes(table), 0
    for row, key in enumerate(map(usable_text, keys)):
        frame, size, place = frames.get(str(micros[row])), box_size(sizes[row]), finite_numbers(places[row])
        if frame is None or key is None:
            reason = f"expected the time of a frame and an object's id, found {micros[row]} and {str(keys[row])[:40]!r}"
        elif size is None or place is None:
            reason = f"expected a box with sizes above zero, found {[*places[row], *sizes[row]]}"
        elif not 0 <= types[row] < len(TYPES):
            reason = f"expected a type of 0 to {len(TYPES) - 1}, found {types[row]}"
        else:
            ego_from_object = SE3.from_yaw(place[3], place[:3])
            yield FileBox(
                table.path,
                f"row {row}",
                frame,
                key,
                TYPES[types[row]],
                ego_from_object,
                size,
                external_id=key,
                attributes=attributes[row],
            )
            continue
        named += 1
        if named <= MAX_NAMED_ROWS:
            listing.complain(table.path, f"row {row}: {reason}")
    if named > MAX_NAMED_ROWS:
        listing.complain(table.path, f"{named - MAX_NAMED_ROWS} more rows like the last")


def _attributes(table: ArrowColumns) -> list[dict[str, AttributeValue]]:
    """(N) by row, the difficulty where it is known, and the points that Waymo counted."""
    found: list[dict[str, AttributeValue]] = [{} for _ in range(len(table))]
    for name, column, least in ((DIFFICULTY, DETECTION, 1), (POINTS_GIVEN, POINTS, 0)):
        numbers = table.whole_numbers(column).tolist() if table.has(column) else []
        for row, number in enumerate(numbers):
            if number >= least:
                found[row][name] = number
    return found
