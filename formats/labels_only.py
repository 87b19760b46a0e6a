"""Scenes of forms that hold boxes alone: frames named after the files, and the one lidar that the boxes belong to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from calibration import SensorRig
from formats.box_records import FileBox, labels_from_boxes, record_track_id
from formats.format import LabelReading
from formats.listing import MAX_FRAMES, Listing
from formats.scene_extras import SceneExtras, decode_records
from fusion import Frame, Scene


def labels_only_scene(
    name: str, path: Path, format_name: str, frame_names: Sequence[str], extras: SceneExtras, listing: Listing
) -> Scene:
    """A scene without data; its lidar stands where ego is unless the extras know better."""
    if len(frame_names) > MAX_FRAMES:
        listing.complain(path, f"expected at most {MAX_FRAMES} frames, found {len(frame_names)}: no more are read")
    kept = frame_names[:MAX_FRAMES]
    times_ns = extras.frame_times_ns(len(kept))
    return Scene(
        name,
        path,
        format_name,
        SensorRig({extras.lidar: extras.ego_from_lidar}, {}, (extras.lidar,)),
        tuple(Frame(index, times_ns[index], name=frame_name) for index, frame_name in enumerate(kept)),
        extras.trajectory,
        problems=tuple(listing.problems),
    )


def read_boxes(
    scene: Scene, boxes: Iterable[FileBox], extras: SceneExtras, extras_path: Path, listing: Listing
) -> LabelReading:
    """The records of a scene's boxes with the image boxes and frame states that were carried."""
    found = list(boxes)
    labels = labels_from_boxes(scene.format, scene.name, len(scene.frames), found, listing)
    track_ids = {box.key: record_track_id(scene.format, scene.name, box.key) for box in found}
    complaints: list[str] = []
    known = {key: track_id for key, track_id in track_ids.items() if track_id in labels.tracks}
    image_boxes, states = decode_records(extras, scene, known, complaints)
    for complaint in complaints:
        listing.complain(extras_path, complaint)
    return LabelReading(replace(labels, image_boxes=image_boxes, frame_states=states), tuple(listing.problems))
