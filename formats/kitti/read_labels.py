"""KITTI's tracking rows as Truebox records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from formats.errors import FormatError
from formats.format import LabelReading
from formats.given import cuboid_fingerprint
from formats.kitti.calib import LABEL_CAMERA, RECT
from formats.kitti.files import Listing
from formats.kitti.label_rows import DONT_CARE, LabelRow, box_from_row, parse_row
from formats.kitti.taxonomy import OCCLUDED
from fusion import Problem, Scene
from geometry import SE3
from labels import Cuboid, ImageBox, LabelSet, Track
from labels.label_set import AttributeValue

SOURCE = "imported:kitti-tracking"
CONFIRMED_BY = "import"
GIVEN_FOR = "given_for"
ALPHA = "kitti.alpha"
TRUNCATED = "kitti.truncated"
LINE = "kitti.line"
"""The line of the file, so that rows come back in their order."""
ROW_REST = "kitti.row"
SCORE = "kitti.score"

NumberedRow = tuple[int, LabelRow, str]


def label_path(scene: Scene) -> Path:
    """Where a tracking sequence's labels are."""
    return scene.path / "label_02" / f"{scene.name}.txt"


def read_tracking_labels(scene: Scene) -> LabelReading:
    """Read ``label_02/<name>.txt`` beside a scene; empty where there is none, bad rows become problems."""
    path = label_path(scene)
    listing = Listing(root=scene.path, base=scene.path)
    if not listing.file(path):
        return LabelReading(LabelSet(), tuple(listing.problems))
    if RECT not in scene.rig.ego_from_sensor:
        listing.complain(path, "labels cannot be placed: the calibration does not say where the camera sits")
        return LabelReading(LabelSet(), tuple(listing.problems))
    rows: list[NumberedRow] = []
    for number, text in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        if not text.strip():
            continue
        try:
            row = parse_row(text, path, number)
            _check_frame(row, scene, path, number)
        except FormatError as error:
            listing.problems.append(Problem.of(error, scene.path))
        else:
            rows.append((number, row, text))
    builder = _Builder(scene.name, scene.rig.ego_from_sensor[RECT], path, listing)
    return LabelReading(builder.build(rows), tuple(listing.problems))


def _check_frame(row: LabelRow, scene: Scene, path: Path, number: int) -> None:
    if row.frame >= len(scene.frames):
        raise FormatError(path, f"expected a frame below {len(scene.frames)}, found {row.frame}", number)


class _Builder:
    """Collects the records of one scene; ids follow from the scene's name, so a second import gives the same."""

    def __init__(self, scene_name: str, ego_from_rect: SE3, path: Path, listing: Listing) -> None:
        self._scene_name = scene_name
        self._ego_from_rect = ego_from_rect
        self._path = path
        self._listing = listing
        self._cuboids: dict[str, Cuboid] = {}
        self._image_boxes: dict[str, ImageBox] = {}

    def build(self, rows: Iterable[NumberedRow]) -> LabelSet:
        """The label set of all rows."""
        by_track: defaultdict[str, dict[int, NumberedRow]] = defaultdict(dict)
        for number, row, text in rows:
            if row.type == DONT_CARE:
                self._add_ignore(number, row, text)
                continue
            # Rows without a track stand for one object each.
            key = str(row.track_id) if row.track_id >= 0 else f"line {number}"
            if row.frame in by_track[key]:
                self._complain(number, f"expected one box of track {row.track_id} in frame {row.frame}, found a second")
            else:
                by_track[key][row.frame] = (number, row, text)
        tracks = dict(self._add_track(key, by_frame) for key, by_frame in by_track.items())
        return LabelSet(tracks=tracks, cuboids=self._cuboids, image_boxes=self._image_boxes)

    def _add_track(self, key: str, by_frame: dict[int, NumberedRow]) -> tuple[str, Track]:
        frames = sorted(by_frame)
        category = by_frame[frames[0]][1].type
        for number, row, _ in by_frame.values():
            if row.type != category:
                self._complain(number, f"expected track {key} to stay {category}, found {row.type}: {category} is kept")
        track = Track(
            id=self._uuid("track", key),
            category=category,
            first_frame=frames[0],
            last_frame=frames[-1],
            external_id=key if key.isdigit() else None,
            is_rigid=len({row.dimensions_hwl for _, row, _ in by_frame.values()}) == 1,
        )
        for frame in frames:
            number, row, _ = by_frame[frame]
            # Where rows are missing the object was not labelled, and nothing is to be derived there.
            ends_segment = frame + 1 not in by_frame and frame != frames[-1]
            self._add_cuboid(track, key, number, row, ends_segment=ends_segment)
        return track.id, track

    def _add_cuboid(self, track: Track, key: str, number: int, row: LabelRow, *, ends_segment: bool) -> None:
        box_ego = box_from_row(row).transform(self._ego_from_rect)
        cuboid = Cuboid(
            id=self._uuid("cuboid", key, row.frame),
            track_id=track.id,
            frame_index=row.frame,
            ego_from_object=box_ego.frame_from_object,
            size_lwh_m=box_ego.size_lwh_m,
            source=SOURCE,
            confirmed_by=CONFIRMED_BY,
            attributes={OCCLUDED: row.occluded},
            ends_segment=ends_segment,
        )
        if row.score is not None and 0.0 <= row.score <= 1.0:
            cuboid = replace(cuboid, score=row.score)
        self._cuboids[cuboid.id] = cuboid
        attributes: dict[str, AttributeValue] = {
            ALPHA: row.alpha,
            TRUNCATED: int(row.truncated) if row.truncated.is_integer() else row.truncated,
            LINE: number,
            GIVEN_FOR: cuboid_fingerprint(cuboid, track.category),
        }
        if row.score is not None:
            attributes[SCORE] = row.score
        box_id = self._uuid("given", key, row.frame)
        self._image_boxes[box_id] = ImageBox(box_id, row.frame, LABEL_CAMERA, row.bbox, "given", track.id, attributes)

    def _add_ignore(self, number: int, row: LabelRow, text: str) -> None:
        box_id = self._uuid("ignore", str(number), row.frame)
        rest = " ".join(text.split()[3:])
        self._image_boxes[box_id] = ImageBox(
            box_id, row.frame, LABEL_CAMERA, row.bbox, "ignore", None, {LINE: number, ROW_REST: rest}
        )

    def _uuid(self, kind: str, key: str, frame: int | None = None) -> str:
        return str(uuid5(NAMESPACE_URL, f"truebox:kitti-tracking/{self._scene_name}/{kind}/{key}/{frame}"))

    def _complain(self, number: int, message: str) -> None:
        self._listing.complain(self._path, f"line {number}: {message}")
