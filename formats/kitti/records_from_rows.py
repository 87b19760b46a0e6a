"""KITTI's rows, of the tracking or the object set, as Truebox records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha1
from pathlib import Path
from uuid import NAMESPACE_URL

import numpy as np

from formats.errors import FormatError
from formats.given import fingerprints
from formats.kitti.label_rows import DONT_CARE, LabelRow, rect_rotations
from formats.kitti.taxonomy import OCCLUDED
from formats.listing import Listing, read_text
from fusion import Problem
from geometry import SE3
from geometry.arrays import FloatArray
from labels import Cuboid, ImageBox, LabelSet, Track
from labels.label_set import AttributeValue

CONFIRMED_BY = "import"
GIVEN_FOR = "given_for"
ALPHA = "kitti.alpha"
TRUNCATED = "kitti.truncated"
"""The tracking set's level, or the object set's share, whichever the row's own set has."""
GIVEN_OCCLUDED = "kitti.occluded"
LINE = "kitti.line"
"""The line of the file, so that rows come back in their order."""
ROW_REST = "kitti.row"
SCORE = "kitti.score"


@dataclass(frozen=True)
class FileRow:
    """A row with its place.

    Attributes:
        path: The file.
        line: Its line there, from 1.
        row: What it says; its frame is the scene's frame index.
        text: Its words as they stand.
        key: Tells its object from the others of the scene; None for DontCare.
    """

    path: Path
    line: int
    row: LabelRow
    text: str
    key: str | None


@dataclass(frozen=True)
class RowPlace:
    """Where the rows of a frame are.

    Attributes:
        camera: The camera whose image they are made for.
        ego_from_rect: Takes their places into ``ego``.
    """

    camera: str
    ego_from_rect: SE3


def read_rows(path: Path, parse: Callable[[str, int], FileRow], listing: Listing) -> list[FileRow]:
    """All rows of a label file that can be read; the others become problems."""
    rows: list[FileRow] = []
    try:
        lines = read_text(path).splitlines()
    except FormatError as error:
        listing.problems.append(Problem.of(error, listing.base))
        return rows
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        try:
            rows.append(parse(text, number))
        except FormatError as error:
            listing.problems.append(Problem.of(error, listing.base))
    return rows


def uuid5_text(name: str) -> str:
    """``str(uuid.uuid5(NAMESPACE_URL, name))`` (RFC 9562, 5.5), four times as fast: a set has tens of thousands."""
    digest = bytearray(sha1(NAMESPACE_URL.bytes + name.encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class RecordBuilder:
    """Makes the records of one scene's rows; ids follow from names, so a second import gives the same."""

    def __init__(
        self,
        format_name: str,
        scene_name: str,
        rows: Sequence[FileRow],
        places: Mapping[int, RowPlace],
        listing: Listing,
    ) -> None:
        """Take the rows; two rows of one object in one frame, or a change of its category, become problems.

        Args:
            format_name: The format that is read.
            scene_name: The scene.
            rows: In the order of the files.
            places: For every frame that rows are of.
            listing: Where problems go.
        """
        self._prefix = f"truebox:{format_name}/{scene_name}"
        self._source = f"imported:{format_name}"
        self._places = places
        self._listing = listing
        self._ignored = [row for row in rows if row.key is None]
        self._tracks: defaultdict[str, dict[int, FileRow]] = defaultdict(dict)
        for file_row in rows:
            if file_row.key is not None:
                self._take(file_row, self._tracks[file_row.key])

    def build(self) -> LabelSet:
        """The label set of all rows."""
        tracks: dict[str, Track] = {}
        cuboids: dict[str, Cuboid] = {}
        boxes: dict[str, ImageBox] = {}
        for box in map(self._ignore_box, self._ignored):
            boxes[box.id] = box
        for index, file_row in enumerate(self._objects):
            key, row = file_row.key or "", file_row.row
            by_frame = self._tracks[key]
            track_id = self._track_ids[key]
            if track_id not in tracks:
                tracks[track_id] = self._track(track_id, key, by_frame)
            cuboid = self._cuboid(index, row, key, track_id, by_frame)
            cuboids[cuboid.id] = cuboid
            box = self._given_box(index, file_row, key, track_id)
            boxes[box.id] = box
        return LabelSet(tracks=tracks, cuboids=cuboids, image_boxes=boxes)

    def _take(self, file_row: FileRow, by_frame: dict[int, FileRow]) -> None:
        row = file_row.row
        if row.frame in by_frame:
            self._complain(file_row, f"expected one box of track {row.track_id} in frame {row.frame}, found a second")
            return
        by_frame[row.frame] = file_row

    @cached_property
    def _track_ids(self) -> dict[str, str]:
        return {key: self._uuid("track", key, None) for key in self._tracks}

    @cached_property
    def _objects(self) -> list[FileRow]:
        """The rows of objects, track by track, each by frame."""
        return [by_frame[frame] for by_frame in self._tracks.values() for frame in sorted(by_frame)]

    @cached_property
    def _ego_from_objects(self) -> tuple[FloatArray, FloatArray]:
        """Rotations (N, 3, 3) and centres (N, 3) of all objects in ``ego``."""
        rows = [file_row.row for file_row in self._objects]
        centers = np.array([row.location for row in rows]).reshape(-1, 3)
        # The geometric centre lies half a height above the bottom's, along the camera's y.
        centers[:, 1] -= np.array([row.dimensions_hwl[0] for row in rows]) / 2.0
        rotations = rect_rotations(np.array([row.rotation_y for row in rows]))
        places = [self._places[row.frame].ego_from_rect for row in rows]
        turns = np.array([place.rotation for place in places]).reshape(-1, 3, 3)
        shifts = np.array([place.translation for place in places]).reshape(-1, 3)
        return turns @ rotations, np.einsum("nij,nj->ni", turns, centers) + shifts

    @cached_property
    def _sizes(self) -> FloatArray:
        """(N, 3) length, width, height of all objects."""
        return np.array([file_row.row.dimensions_hwl[::-1] for file_row in self._objects]).reshape(-1, 3)

    @cached_property
    def _fingerprints(self) -> list[str]:
        categories = [self._category(file_row.key or "") for file_row in self._objects]
        return fingerprints(categories, *self._ego_from_objects, self._sizes)

    def _category(self, key: str) -> str:
        by_frame = self._tracks[key]
        return by_frame[min(by_frame)].row.type

    def _track(self, track_id: str, key: str, by_frame: dict[int, FileRow]) -> Track:
        frames = sorted(by_frame)
        category = by_frame[frames[0]].row.type
        for file_row in by_frame.values():
            if file_row.row.type != category:
                found = file_row.row.type
                self._complain(file_row, f"expected track {key} to stay {category}, found {found}: {category} is kept")
        return Track(
            id=track_id,
            category=category,
            first_frame=frames[0],
            last_frame=frames[-1],
            external_id=key if key.isdigit() else None,
            is_rigid=len({file_row.row.dimensions_hwl for file_row in by_frame.values()}) == 1,
        )

    def _cuboid(self, index: int, row: LabelRow, key: str, track_id: str, by_frame: Mapping[int, FileRow]) -> Cuboid:
        rotations, centers = self._ego_from_objects
        return Cuboid(
            id=self._uuid("cuboid", key, row.frame),
            track_id=track_id,
            frame_index=row.frame,
            ego_from_object=SE3(rotations[index], centers[index]),
            size_lwh_m=self._sizes[index],
            source=self._source,
            confirmed_by=CONFIRMED_BY,
            score=row.score if row.score is not None and 0.0 <= row.score <= 1.0 else None,
            attributes={OCCLUDED: row.occluded},
            # Where rows are missing the object was not labelled, and nothing is to be derived there.
            ends_segment=len(by_frame) > 1 and row.frame + 1 not in by_frame and row.frame != max(by_frame),
        )

    def _given_box(self, index: int, file_row: FileRow, key: str, track_id: str) -> ImageBox:
        row = file_row.row
        attributes: dict[str, AttributeValue] = {
            ALPHA: row.alpha,
            TRUNCATED: int(row.truncated) if row.truncated.is_integer() else row.truncated,
            GIVEN_OCCLUDED: row.occluded,
            LINE: file_row.line,
            GIVEN_FOR: self._fingerprints[index],
        }
        if row.score is not None:
            attributes[SCORE] = row.score
        box_id = self._uuid("given", key, row.frame)
        camera = self._places[row.frame].camera
        return ImageBox(box_id, row.frame, camera, row.bbox, "given", track_id, attributes)

    def _ignore_box(self, file_row: FileRow) -> ImageBox:
        row = file_row.row
        box_id = self._uuid("ignore", str(file_row.line), row.frame)
        words = file_row.text.split()
        rest = " ".join(words[words.index(DONT_CARE) + 1 :])
        camera = self._places[row.frame].camera
        return ImageBox(box_id, row.frame, camera, row.bbox, "ignore", None, {LINE: file_row.line, ROW_REST: rest})

    def _uuid(self, kind: str, key: str, frame: int | None) -> str:
        return uuid5_text(f"{self._prefix}/{kind}/{key}/{frame}")

    def _complain(self, file_row: FileRow, message: str) -> None:
        self._listing.complain(file_row.path, f"line {file_row.line}: {message}")
