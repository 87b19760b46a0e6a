"""Truebox records as KITTI's tracking rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import PurePath

import numpy as np

from formats.errors import FormatError
from formats.format import SceneExport
from formats.given import cuboid_fingerprint
from formats.kitti.calib import RECT
from formats.kitti.label_rows import (
    DONT_CARE,
    UNKNOWN_3D,
    LabelRow,
    alpha_of,
    location_of,
    parse_row,
    rect_rotation,
    rotation_y_of,
    tilt_of,
)
from formats.kitti.read_labels import ALPHA, GIVEN_FOR, LINE, ROW_REST, TRUNCATED
from formats.kitti.taxonomy import OCCLUDED, OCCLUDED_UNKNOWN
from formats.kitti.write_calib import label_camera
from formats.selection import SelectedCuboid, select_cuboids
from fusion import project_box
from geometry import SE3, Box
from labels import Cuboid, ImageBox, Track

TRUNCATION_LEVELS = (0.5, 0.99)
"""Where the tracking set's level 1 and level 2 begin, as the share of the 2D box outside the image.

Measured on 19 175 of KITTI's rows: 0.5 parts level 0 from level 1 in 99.9 % of them. What level 2 means is not written
down, and no share parts it; here it says that next to nothing of the object is in the image.
"""
LAST = 1 << 40
"""Rows that came with no line stand after those that did."""

RowOrder = tuple[int, int, int]


class RowMaker:
    """Makes the rows of one scene.

    Attributes:
        camera: The camera whose image the rows' 2D boxes are in.
        selected: The cuboids that the export's options let through.
    """

    def __init__(self, export: SceneExport) -> None:
        """Raise ``FormatError`` where the scene has no camera."""
        rig = export.scene.rig
        camera = label_camera(rig)
        if camera is None:
            raise FormatError(export.scene.path, "expected a camera, found none: KITTI's rows are made for its image")
        self.camera = camera
        self._export = export
        ego_from_rect = rig.ego_from_sensor[RECT if RECT in rig.ego_from_sensor else camera]
        self._rect_from_ego = ego_from_rect.inverse()
        self._cam_from_rect = rig.cam_from_ego(camera) @ ego_from_rect
        self._numbers = track_numbers(list(export.labels.tracks.values()))
        self._image_boxes = {
            (box.track_id, box.frame_index, box.kind): box
            for box in export.labels.image_boxes.values()
            if box.camera == camera and box.track_id is not None
        }

    @cached_property
    def selected(self) -> tuple[SelectedCuboid, ...]:
        """The cuboids to write, whether or not they are in the image."""
        return select_cuboids(self._export).cuboids

    def texts(self) -> list[str]:
        """All rows: by frame, then in the order of the file they came from, then by track number."""
        keyed = [*self._cuboid_texts(), *self._ignore_texts()]
        return [text for _, text in sorted(keyed, key=lambda item: item[0])]

    def row_of(self, selected: SelectedCuboid) -> LabelRow | None:
        """The row of one cuboid, or None where it is not in the image."""
        cuboid = selected.cuboid
        rect_from_object = self._rect_from_ego @ cuboid.ego_from_object
        rotation_y = rotation_y_of(rect_from_object)
        # The box as the row will say it: its tilt is gone.
        box_rect = Box(SE3(rect_rotation(rotation_y), rect_from_object.translation), cuboid.size_lwh_m)
        location = location_of(box_rect)
        alpha = alpha_of(location, rotation_y)
        given = self._given(cuboid)
        if given is not None and self._stands(given, selected):
            bbox, truncated = given.ltrb_px, _number(given, TRUNCATED, 0.0)
            alpha = _number(given, ALPHA, alpha)
        else:
            camera = self._export.scene.rig.cameras[self.camera]
            projected = project_box(box_rect.transform(self._cam_from_rect), camera)
            if projected is None or projected.trunc_ltrb_px is None:
                return None
            bbox, truncated = projected.trunc_ltrb_px, float(truncation_level(projected.truncation))
        tight = self._image_boxes.get((cuboid.track_id, cuboid.frame_index, "tight"))
        length, width, height = (float(side) for side in cuboid.size_lwh_m)
        return LabelRow(
            cuboid.frame_index,
            self._numbers[cuboid.track_id],
            "_".join(selected.track.category.split()) or "Misc",
            truncated,
            _occluded(selected),
            alpha,
            tight.ltrb_px if tight is not None else bbox,
            (height, width, length),
            location,
            rotation_y,
        )

    def tilt_rad(self, cuboid: Cuboid) -> float:
        """The tilt against the camera's down that the row will not hold."""
        return tilt_of(self._rect_from_ego @ cuboid.ego_from_object)

    def _given(self, cuboid: Cuboid) -> ImageBox | None:
        return self._image_boxes.get((cuboid.track_id, cuboid.frame_index, "given"))

    def _stands(self, given: ImageBox, selected: SelectedCuboid) -> bool:
        """Whether what came with the import still holds: category, place and size are as they were."""
        same = given.attributes.get(GIVEN_FOR) == cuboid_fingerprint(selected.cuboid, selected.track.category)
        return same and self._export.options.derive_2d == "missing"

    def _cuboid_texts(self) -> Iterator[tuple[RowOrder, str]]:
        for selected in self.selected:
            row = self.row_of(selected)
            if row is not None:
                given = self._given(selected.cuboid)
                line = LAST if given is None else int(_number(given, LINE, LAST))
                yield (row.frame, line, row.track_id), row.text()

    def _ignore_texts(self) -> Iterator[tuple[RowOrder, str]]:
        for box in self._export.labels.image_boxes.values():
            if box.kind == "ignore" and box.camera == self.camera and box.frame_index < len(self._export.scene.frames):
                order = (box.frame_index, int(_number(box, LINE, LAST)), -1)
                yield order, f"{box.frame_index} -1 {DONT_CARE} {_ignore_rest(box)}"


def truncation_level(truncation: float) -> int:
    """The tracking set's 0, 1 or 2 of the share of a box's area outside the image."""
    return sum(truncation >= threshold for threshold in TRUNCATION_LEVELS)


def track_numbers(tracks: Sequence[Track]) -> dict[str, int]:
    """KITTI's number of every track: its external id where that is one, else the smallest that is free."""
    numbers: dict[str, int] = {}
    taken: set[int] = set()
    ordered = sorted(tracks, key=lambda track: (track.first_frame, track.id))
    for track in ordered:
        number = own_number(track)
        if number is not None and number not in taken:
            numbers[track.id] = number
            taken.add(number)
    free = (number for number in range(2 * len(ordered)) if number not in taken)
    return numbers | {track.id: next(free) for track in ordered if track.id not in numbers}


def own_number(track: Track) -> int | None:
    """A track's external id as a whole number, or None."""
    text = track.external_id or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _number(box: ImageBox, name: str, default: float) -> float:
    """A number among the attributes, which people may have changed to anything."""
    value = box.attributes.get(name, default)
    return float(value) if isinstance(value, int | float) and np.isfinite(value) else default


def _occluded(selected: SelectedCuboid) -> int:
    """What was said of the cuboid, or of the key that it follows from; 3 where nobody said it."""
    value = selected.cuboid.attributes.get(OCCLUDED, selected.key.attributes.get(OCCLUDED))
    try:
        level = int(value) if value is not None else OCCLUDED_UNKNOWN
    except ValueError:
        return OCCLUDED_UNKNOWN
    return level if -1 <= level <= OCCLUDED_UNKNOWN else OCCLUDED_UNKNOWN


def _ignore_rest(box: ImageBox) -> str:
    """The row behind the type: as it came, but for a rectangle that was changed since."""
    sides = " ".join(f"{side:.6f}" for side in box.ltrb_px)
    words = str(box.attributes.get(ROW_REST, "")).split()
    try:
        came = parse_row(" ".join(["0 -1", DONT_CARE, *words]), PurePath(), 1)
    except FormatError:
        return f"-1 -1 -10.000000 {sides} {UNKNOWN_3D}"
    return " ".join(words) if came.bbox == box.ltrb_px else " ".join([*words[:3], sides, *words[7:]])
