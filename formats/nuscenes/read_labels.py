"""Rows of ``sample_annotation`` as Truebox records: from the map into ``ego`` at the sample's time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from formats.box_records import FileBox, labels_from_boxes
from formats.carried import restore_frame_states, restore_image_boxes
from formats.format import LabelReading
from formats.given import fingerprints
from formats.listing import Listing
from formats.nuscenes.answers import answers_of_names
from formats.nuscenes.poses import HAS_WORLD
from formats.nuscenes.read_scene import read_samples
from formats.nuscenes.rows import carried_of, read_place, read_size_lwh, text_of, token_of
from formats.nuscenes.table_index import JsonObject
from formats.nuscenes.tables import LABEL_TABLES, OWN_TABLE, Tables
from formats.nuscenes.tally import Tally
from formats.nuscenes.taxonomy import VISIBILITY
from fusion import Scene
from geometry import SE3
from labels import LabelSet, RecordError
from labels.label_set import AttributeValue

COUNTS = {"num_lidar_pts": "nuscenes.num_lidar_pts", "num_radar_pts": "nuscenes.num_radar_pts"}
"""The counts of points as they came, by field."""
GIVEN_FOR = "nuscenes.given_for"
IMAGE_BOXES, FRAME_STATES = "image_boxes", "frame_states"
"""What the scene's own row holds of its labels."""


def read_scene_labels(tables: Tables, token: str, scene: Scene) -> LabelReading:
    """The labels of one scene; what cannot be used becomes problems.

    Raises:
        FormatError: A table cannot be read.
    """
    listing = Listing(root=tables.root, base=tables.folder)
    missing = [table for table in LABEL_TABLES[:3] if not tables.has(table)]
    if missing:
        # The sets that are to be predicted come without.
        return LabelReading(LabelSet())
    own = tables.own.get(token, {})
    if scene.trajectory is None and own.get(HAS_WORLD) is not False:
        listing.complain(tables.path("ego_pose"), "labels cannot be placed: the scene has no world")
        return LabelReading(LabelSet(), tuple(listing.problems))
    tally = Tally(listing)
    times = {frame.timestamp_ns: frame.index for frame in scene.frames}
    samples = [sample for sample in read_samples(tables, token, Tally(listing)) if sample.timestamp_ns in times]
    frames = [times[sample.timestamp_ns] for sample in samples]
    reader = _Annotations(tables, scene, {item.token: i for i, item in enumerate(samples)}, frames, bool(own), tally)
    boxes = list(reader.boxes(tables.annotations.of(tables.numbers[token])))
    labels = labels_from_boxes(scene.format, scene.name, len(samples), boxes, listing)
    complaints: list[str] = []
    labels = _spread(_own_records(labels, boxes, own, scene, len(samples), complaints), frames)
    for complaint in complaints:
        tally.add(tables.path(OWN_TABLE), "records cannot be used", complaint)
    tables.complain_to(listing, LABEL_TABLES)
    tally.complain()
    return LabelReading(labels, tuple(listing.problems))


@dataclass(frozen=True)
class _Annotations:
    """Reads the rows of one scene.

    Attributes:
        tables: The tables.
        scene: The scene.
        samples: The place of each sample in the scene, by token.
        frames: The scene's frame of each sample.
        is_own: Whether this program wrote the scene, so that its counts of points are derived.
        tally: Counts what cannot be used.
    """

    tables: Tables
    scene: Scene
    samples: Mapping[str, int]
    frames: Sequence[int]
    is_own: bool
    tally: Tally

    def boxes(self, rows: list[JsonObject]) -> Iterator[FileBox]:
        """The boxes of the rows that can be used, in their order; the frames are the samples' places."""
        path = self.tables.path("sample_annotation")
        instances = self.tables.instances.of(text_of(row, "instance_token") for row in rows)
        places: dict[int, SE3] = {}
        for row in rows:
            sample_index = self.samples.get(text_of(row, "sample_token"))
            if sample_index is None:
                self.tally.add(path, "annotations are of a sample that cannot be used: left out", _name(row))
                continue
            if sample_index not in places:
                frame = self.scene.frames[self.frames[sample_index]]
                places[sample_index] = self.scene.map_from_ego(frame.timestamp_ns).inverse()
            try:
                yield self._box(row, instances, sample_index, places[sample_index])
            except (RecordError, ValueError, OverflowError) as error:
                self.tally.add(path, "annotations cannot be used: left out", f"{_name(row)}: {error}")

    def _box(
        self, row: JsonObject, instances: Mapping[str, JsonObject], sample_index: int, ego_from_map: SE3
    ) -> FileBox:
        instance_token = token_of(row, "instance_token")
        instance = instances.get(instance_token)
        category = text_of(self.tables.categories.get(text_of(instance, "category_token")), "name").strip()
        if not category:
            raise RecordError("instance_token", "expected an object with a category, found none in the tables")
        size = read_size_lwh(row)
        ego_from_object = ego_from_map @ read_place(row)
        answers = self._answers(row)
        if not self.is_own:
            counts = {name: row[field] for field, name in COUNTS.items() if _is_count(row.get(field))}
            place = (ego_from_object.rotation[None], ego_from_object.translation[None], np.array([size]))
            answers |= counts | ({GIVEN_FOR: fingerprints([category], *place)[0]} if counts else {})
        return FileBox(
            path=self.tables.path("sample_annotation"),
            where=f"annotation {_name(row)}",
            frame_index=sample_index,
            key=instance_token,
            category=category,
            ego_from_object=ego_from_object,
            size_lwh_m=size,
            external_id=instance_token,
            attributes=answers,
            carried_cuboid=carried_of(row) or None,
            carried_track=carried_of(instance or {}) or None,
        )

    def _answers(self, row: JsonObject) -> dict[str, AttributeValue]:
        tokens = row.get("attribute_tokens")
        listed = tokens if isinstance(tokens, list) else []
        rows = [self.tables.attributes.get(token) for token in listed if isinstance(token, str)]
        answers = answers_of_names(name for name in (text_of(found, "name") for found in rows) if name)
        if level := text_of(self.tables.visibilities.get(text_of(row, "visibility_token")), "level"):
            answers[VISIBILITY] = level
        return answers


def _own_records(
    labels: LabelSet, boxes: list[FileBox], own: JsonObject, scene: Scene, sample_count: int, complaints: list[str]
) -> LabelSet:
    """The labels with the image boxes and the states of frames that this program keeps in a table of its own."""
    # Tracks come in the order in which their boxes first appear.
    track_ids = dict(zip(dict.fromkeys(box.key for box in boxes), labels.tracks, strict=True))
    image_boxes = restore_image_boxes(own.get(IMAGE_BOXES, []), scene.name, sample_count, track_ids, complaints)
    frame_states = restore_frame_states(own.get(FRAME_STATES, {}), sample_count, complaints)
    return replace(labels, image_boxes=image_boxes, frame_states=frame_states)


def _spread(labels: LabelSet, frames: Sequence[int]) -> LabelSet:
    """Labels whose frame i is the scene's ``frames[i]``: with all sweeps as frames, samples are not neighbours."""
    if list(frames) == list(range(len(frames))):
        return labels
    states = [replace(state, frame_index=frames[state.frame_index]) for state in labels.frame_states.values()]
    return replace(
        labels,
        tracks={
            key: replace(track, first_frame=frames[track.first_frame], last_frame=frames[track.last_frame])
            for key, track in labels.tracks.items()
        },
        cuboids={key: replace(item, frame_index=frames[item.frame_index]) for key, item in labels.cuboids.items()},
        image_boxes={key: replace(box, frame_index=frames[box.frame_index]) for key, box in labels.image_boxes.items()},
        frame_states={state.id: state for state in states},
    )


def _name(row: JsonObject) -> str:
    return text_of(row, "token")[:40]


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31
