"""Truebox records as KITTI's rows, of the tracking or the object set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite, isnan, nan
from pathlib import PurePath
from typing import Literal

from formats.errors import FormatError
from formats.format import SceneExport
from formats.given import fingerprints
from formats.kitti.derive_rows import DerivedRows, derive_rows
from formats.kitti.label_rows import (
    DONT_CARE,
    UNKNOWN_3D,
    UNKNOWN_3D_OBJECT,
    LabelRow,
    parse_object_row,
    short_number,
)
from formats.kitti.records_from_rows import ALPHA, GIVEN_FOR, GIVEN_OCCLUDED, LINE, ROW_REST, SCORE, TRUNCATED
from formats.kitti.suggest_occlusion import OcclusionSuggester
from formats.kitti.taxonomy import OCCLUDED, OCCLUDED_UNKNOWN
from formats.kitti.views import LabelView, label_views
from formats.selection import SelectedCuboid, select_cuboids
from labels import ImageBox, Track

RowSet = Literal["kitti-tracking", "kitti-object"]

TRUNCATION_LEVELS = (0.5, 0.99)
"""Where the tracking set's level 1 and level 2 begin, as the share of the 2D box outside the image.

Measured on 19 175 of KITTI's rows: 0.5 parts level 0 from level 1 in 99.9 % of them. What level 2 means is not written
down, and no share parts it; here it says that next to nothing of the object is in the image.
"""
LAST = 1 << 40
"""Rows that came with no line stand after those that did."""


@dataclass(frozen=True)
class MadeRow:
    """A row and where it stands in its frame.

    Attributes:
        frame_index: The frame.
        order: The line it came from, then the track's number.
        text: The row as the set writes it.
    """

    frame_index: int
    order: tuple[int, int]
    text: str


class RowMaker:
    """Makes the rows of one scene.

    Attributes:
        views: The camera whose image the rows of each frame are made for.
    """

    def __init__(self, export: SceneExport, row_set: RowSet = "kitti-tracking") -> None:
        """Raise ``FormatError`` where the scene has no camera that rows can be made for."""
        self._export = export
        self._row_set = row_set
        self.views: Sequence[LabelView] = label_views(export.scene)
        self._image_boxes = {
            (box.track_id, box.frame_index, box.camera, box.kind): box
            for box in export.labels.image_boxes.values()
            if box.track_id is not None
        }

    @cached_property
    def selected(self) -> tuple[SelectedCuboid, ...]:
        """The cuboids to write, whether or not they are in the image."""
        return select_cuboids(self._export).cuboids

    @cached_property
    def derived(self) -> DerivedRows:
        """Place, angles and 2D box of every selected cuboid, as they follow from it."""
        return derive_rows(self.selected, self.views)

    @cached_property
    def rows(self) -> tuple[LabelRow | None, ...]:
        """The row of every selected cuboid; None for one that is not in the image."""
        return tuple(self._row(index, selected) for index, selected in enumerate(self.selected))

    @cached_property
    def has_scores(self) -> bool:
        """Whether rows get a score: only where every one of them has one, as evaluators want it."""
        return bool(self.selected) and all(self._score(selected) is not None for selected in self.selected)

    def made(self) -> list[MadeRow]:
        """All rows: by frame, then in the order of the file they came from, then by track number."""
        return sorted([*self._cuboid_rows(), *self._ignore_rows()], key=lambda row: (row.frame_index, row.order))

    def texts(self) -> list[str]:
        """The words of all rows, in their order."""
        return [row.text for row in self.made()]

    def given(self, selected: SelectedCuboid, kind: Literal["given", "tight"] = "given") -> ImageBox | None:
        """The image box of a cuboid that came with an import, or that a person drew."""
        frame_index = selected.cuboid.frame_index
        return self._image_boxes.get((selected.track.id, frame_index, self.views[frame_index].camera, kind))

    def is_of_image(self, box: ImageBox) -> bool:
        """Whether rows are made for the image that a box is in."""
        return box.frame_index < len(self.views) and box.camera == self.views[box.frame_index].camera

    def _row(self, index: int, selected: SelectedCuboid) -> LabelRow | None:
        derived, given = self.derived, self.given(selected)
        location, rotation_y, alpha = derived.locations[index], derived.rotation_y[index], derived.alpha[index]
        share = derived.truncation[index]
        truncated = share if self._row_set == "kitti-object" else float(truncation_level(share))
        bbox = derived.bboxes[index]
        if given is not None and self._stands(index, given):
            bbox, alpha = given.ltrb_px, _number(given, ALPHA, alpha)
            if selected.cuboid.source == f"imported:{self._row_set}":
                truncated = _number(given, TRUNCATED, truncated)
        if bbox is None:
            return None
        tight = self.given(selected, "tight")
        length, width, height = map(float, selected.cuboid.size_lwh_m)
        return LabelRow(
            selected.cuboid.frame_index,
            self._numbers[selected.track.id],
            "_".join(selected.track.category.split()) or "Misc",
            truncated,
            self._occluded(index, selected, given),
            alpha,
            tight.ltrb_px if tight is not None else bbox,
            (height, width, length),
            location,
            rotation_y,
            self._score(selected) if self.has_scores else None,
        )

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return track_numbers(list(self._export.labels.tracks.values()))

    @cached_property
    def _fingerprints(self) -> list[str]:
        categories = [selected.track.category for selected in self.selected]
        return fingerprints(categories, self.derived.rotations_ego, self.derived.centers_ego, self.derived.sizes_lwh_m)

    def _stands(self, index: int, given: ImageBox) -> bool:
        """Whether what came with the import still holds: category, place and size are as they were."""
        if self._export.options.derive_2d == "all":
            return False
        return given.attributes.get(GIVEN_FOR) == self._fingerprints[index]

    def _score(self, selected: SelectedCuboid) -> float | None:
        given = self.given(selected)
        came = nan if given is None else _number(given, SCORE, nan)
        return selected.cuboid.score if isnan(came) else came

    def _occluded(self, index: int, selected: SelectedCuboid, given: ImageBox | None) -> int:
        """What was said of the cuboid, or of the key that it follows from; a suggestion where nobody said it.

        A person's answer stands always. One that came with an import, which the given box still has, stands as long as
        the rest of what came does.
        """
        value = selected.cuboid.attributes.get(OCCLUDED, selected.key.attributes.get(OCCLUDED))
        level = _level(value)
        came = given is not None and given.attributes.get(GIVEN_OCCLUDED) == value
        if level is None or (given is not None and came and not self._stands(index, given)):
            return self._suggester.level(index)
        return level

    @cached_property
    def _suggester(self) -> OcclusionSuggester:
        return OcclusionSuggester(self._export.scene, self.selected, self.derived)

    def _cuboid_rows(self) -> Iterator[MadeRow]:
        for selected, row in zip(self.selected, self.rows, strict=True):
            if row is not None:
                given = self.given(selected)
                line = LAST if given is None else int(_number(given, LINE, LAST))
                text = row.text() if self._row_set == "kitti-tracking" else row.object_text()
                yield MadeRow(row.frame, (line, row.track_id), text)

    def _ignore_rows(self) -> Iterator[MadeRow]:
        for box in self._export.labels.image_boxes.values():
            if box.kind == "ignore" and self.is_of_image(box):
                order = (int(_number(box, LINE, LAST)), -1)
                yield MadeRow(box.frame_index, order, _ignore_text(box, self._row_set))


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
    return float(value) if isinstance(value, (int, float)) and isfinite(value) else default


def _level(value: object) -> int | None:
    """An answer to the question of occlusion; None where there is none that can be used."""
    if not isinstance(value, str | int | float):
        return None
    try:
        level = int(value)
    except (ValueError, OverflowError):
        return None
    return level if -1 <= level <= OCCLUDED_UNKNOWN else None


def _ignore_text(box: ImageBox, row_set: RowSet) -> str:
    """The row as it came, but for a rectangle that was changed since, and the digits of the other set."""
    is_tracking = row_set == "kitti-tracking"
    digits = "{:.6f}".format if is_tracking else short_number
    sides = [digits(side) for side in box.ltrb_px]
    head = f"{box.frame_index} -1 {DONT_CARE}" if is_tracking else DONT_CARE
    words = str(box.attributes.get(ROW_REST, "")).split()
    try:
        came = parse_object_row(" ".join([DONT_CARE, *words]), box.frame_index, PurePath(), 1)
    except FormatError:
        words = [*("-1", "-1", "-10.000000" if is_tracking else "-10"), *sides]
        return " ".join([head, *words, UNKNOWN_3D if is_tracking else UNKNOWN_3D_OBJECT])
    return " ".join([head, *words] if came.bbox == box.ltrb_px else [head, *words[:3], *sides, *words[7:]])
