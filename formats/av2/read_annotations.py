"""``annotations.feather``: cuboids in ``ego`` at a sweep's time, with the full rotation."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from formats.arrow_columns import ArrowColumns
from formats.av2.feather import read_feather
from formats.av2.log import ANNOTATIONS
from formats.av2.poses import TIMESTAMP
from formats.av2.transforms import COLUMNS, Transforms, read_transforms
from formats.box_records import FileBox, labels_from_boxes
from formats.carried import KEY, carried_object, restore_frame_states, restore_image_boxes
from formats.checked_values import box_size, finite_number, usable_text
from formats.errors import FormatError
from formats.format import LabelReading
from formats.given import fingerprints
from formats.listing import Listing
from fusion import Problem, Scene
from geometry.arrays import IntArray
from labels import LabelSet
from labels.label_set import AttributeValue

TRACK, CATEGORY, POINTS, SCORE = "track_uuid", "category", "num_interior_pts", "score"
SIZE_LWH = ("length_m", "width_m", "height_m")
WANTED = (TIMESTAMP, TRACK, CATEGORY, *SIZE_LWH, *COLUMNS, POINTS, SCORE, KEY)
POINTS_GIVEN, POINTS_GIVEN_FOR = "av2.num_interior_pts", "av2.given_for"
"""The count that came with a cuboid, and the cuboid that it was given for; written where no cloud is there to count."""
TRACKS, IMAGE_BOXES, FRAME_STATES = "tracks", "image_boxes", "frame_states"
MAX_NAMED_ROWS = 100


def read_annotations(scene: Scene) -> LabelReading:
    """Read the labels beside a scene; empty where there are none, rows that cannot be used become problems."""
    path, listing = scene.path / ANNOTATIONS, Listing(root=scene.path, base=scene.path)
    if not listing.file(path):
        return LabelReading(LabelSet(), tuple(listing.problems))
    try:
        rows = _Rows(read_feather(path, WANTED), scene, listing)
    except FormatError as error:
        return LabelReading(LabelSet(), (Problem.of(error, listing.base),))
    labels = labels_from_boxes(scene.format, scene.name, len(scene.frames), rows.boxes(), listing)
    return LabelReading(rows.with_carried(labels), tuple(listing.problems))


class _Rows:
    """The rows of one file, column by column."""

    def __init__(self, table: ArrowColumns, scene: Scene, listing: Listing) -> None:
        """Take the columns; raises ``FormatError`` where one is missing or of another type."""
        self._path, self._scene, self._listing = table.path, scene, listing
        self._times = table.whole_numbers(TIMESTAMP)
        self._keys, self._categories = table.texts(TRACK), table.texts(CATEGORY)
        self._sizes: list[list[float]] = table.matrix(SIZE_LWH).tolist()
        self._places: Transforms = read_transforms(table)
        self._points: IntArray | None = table.whole_numbers(POINTS) if table.has(POINTS) else None
        self._scores = table.numbers(SCORE) if table.has(SCORE) else None
        self._texts = table.texts(KEY) if table.has(KEY) else None
        self._carried = table.carried if isinstance(table.carried, dict) else {}
        self._seen: dict[str, None] = {}
        self._named = 0

    def boxes(self) -> Iterator[FileBox]:
        """The boxes of all rows that can be used."""
        frames = {time_ns: index for index, time_ns in enumerate(self._scene.frame_times_ns)}
        marks = self._fingerprints() if self._points is not None else None
        tracks = self._carried.get(TRACKS)
        for row, time_ns in enumerate(self._times.tolist()):
            key, category = usable_text(self._keys[row]), usable_text(self._categories[row])
            size = box_size(self._sizes[row])
            frame = frames.get(time_ns)
            if frame is None:
                self._complain(row, f"expected the time of a frame in {TIMESTAMP}, found {time_ns}")
            elif key is None or category is None:
                self._complain(row, f"expected texts in {TRACK} and {CATEGORY}, found others")
            elif size is None:
                self._complain(row, f"expected sizes above zero, found {self._sizes[row]}")
            elif not self._places.usable[row]:
                self._complain(row, "expected a unit quaternion and a place, found other numbers")
            else:
                self._seen[key] = None
                yield FileBox(
                    self._path,
                    f"row {row}",
                    frame,
                    key,
                    category,
                    self._places.at(row),
                    size,
                    external_id=key,
                    score=self._score(row),
                    attributes={} if marks is None else self._given_points(row, marks[row]),
                    carried_cuboid=self._carried_cuboid(row),
                    carried_track=tracks.get(key) if isinstance(tracks, dict) else None,
                )
        if self._named > MAX_NAMED_ROWS:
            self._listing.complain(self._path, f"{self._named - MAX_NAMED_ROWS} more rows like the last")

    def with_carried(self, labels: LabelSet) -> LabelSet:
        """The labels with the image boxes and frame states that the file's metadata carries."""
        complaints: list[str] = []
        # Tracks come in the order in which their keys were seen.
        ids = dict(zip(self._seen, labels.tracks, strict=True))
        boxes = restore_image_boxes(
            self._carried.get(IMAGE_BOXES, []), self._scene.name, len(self._scene.frames), ids, complaints
        )
        states = restore_frame_states(self._carried.get(FRAME_STATES, {}), len(self._scene.frames), complaints)
        for complaint in complaints:
            self._listing.complain(self._path, complaint)
        return LabelSet(tracks=labels.tracks, cuboids=labels.cuboids, image_boxes=boxes, frame_states=states)

    def _fingerprints(self) -> list[str]:
        categories = [category or "" for category in self._categories]
        places = self._places
        translations = np.where(places.usable[:, np.newaxis], places.translations, 0.0)
        sizes = np.nan_to_num(np.array(self._sizes).reshape(-1, 3), posinf=0.0, neginf=0.0).clip(-1e6, 1e6)
        return fingerprints(categories, places.rotations, translations, sizes)

    def _given_points(self, row: int, mark: str) -> dict[str, AttributeValue]:
        count = -1 if self._points is None else int(self._points[row])
        return {POINTS_GIVEN: count, POINTS_GIVEN_FOR: mark} if count >= 0 else {}

    def _score(self, row: int) -> float | None:
        score = None if self._scores is None else finite_number(self._scores[row])
        return score if score is not None and 0.0 <= score <= 1.0 else None

    def _carried_cuboid(self, row: int) -> object:
        text = None if self._texts is None else self._texts[row]
        if not text:
            return None
        complaints: list[str] = []
        value = carried_object(text, f"row {row}", complaints)
        for complaint in complaints:
            self._listing.complain(self._path, complaint)
        return value

    def _complain(self, row: int, message: str) -> None:
        self._named += 1
        if self._named <= MAX_NAMED_ROWS:
            self._listing.complain(self._path, f"row {row}: {message}")
