"""What another ecosystem's record has no field for, as one small JSON object beside its own fields.

Writers put it under the key or column ``truebox`` where the form allows more fields than its own; readers work without
it. Every value is checked: one that is wrong is named and left out, for anybody may have written the file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, uuid5

from labels import Cuboid, FrameState, ImageBox, LabelSet, RecordError, Track
from labels.json_fields import JsonFields

KEY = "truebox"
MAX_TEXT = 100_000
JsonObject = dict[str, Any]
Record = TypeVar("Record", Track, Cuboid)
TRACK_DEFAULTS: JsonObject = {
    "external_id": None,
    "is_rigid": True,
    "is_static": False,
    "interpolate_in": "world",
    "attributes": {},
}
CUBOID_DEFAULTS: JsonObject = {
    "source": "",
    "confirmed_by": None,
    "score": None,
    "ends_segment": False,
    "attributes": {},
}


def carried_track(track: Track) -> JsonObject:
    """What of a track differs from what most tracks are; may be empty."""
    value = {name: getattr(track, name) for name in TRACK_DEFAULTS}
    return _differing(value | {"attributes": dict(track.attributes)}, TRACK_DEFAULTS)


def carried_cuboid(cuboid: Cuboid) -> JsonObject:
    """Who made a cuboid, who agreed, and its answers; may be empty."""
    value = {name: getattr(cuboid, name) for name in CUBOID_DEFAULTS}
    return _differing(value | {"attributes": dict(cuboid.attributes)}, CUBOID_DEFAULTS)


def carried_text(value: JsonObject) -> str:
    """A carried object as compact text, for forms whose columns hold texts; empty for an empty object."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True) if value else ""


def carried_object(text: object, where: str, complaints: list[str]) -> JsonObject:
    """Inverse of ``carried_text``; what is no such text is named and taken as nothing."""
    if not isinstance(text, str) or len(text) > MAX_TEXT:
        complaints.append(f"{where}: expected a text of at most {MAX_TEXT} characters in {KEY}, found something else")
        return {}
    if not text:
        return {}
    try:
        value = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        complaints.append(f"{where}: expected JSON in {KEY}, found something else ({error})")
        return {}
    return value if isinstance(value, dict) else {}


def restore_track(track: Track, value: object, complaints: list[str]) -> Track:
    """A track with what was carried; its own attributes stay where none of that name was carried."""

    def restored() -> Track:
        fields = JsonFields(value, f"track {track.external_id or track.id}")
        changes: JsonObject = {}
        if fields.has("external_id"):
            changes["external_id"] = fields.optional_text("external_id")
        for name in ("is_rigid", "is_static"):
            if fields.has(name):
                changes[name] = fields.boolean(name)
        if fields.has("interpolate_in"):
            changes["interpolate_in"] = fields.choice("interpolate_in", ("world", "ego"))
        if fields.has("attributes"):
            changes["attributes"] = {**track.attributes, **fields.attributes("attributes")}
        return replace(track, **changes)

    return _checked(restored, track, complaints)


def restore_cuboid(cuboid: Cuboid, value: object, complaints: list[str]) -> Cuboid:
    """A cuboid with what was carried; its own attributes stay where none of that name was carried."""

    def restored() -> Cuboid:
        fields = JsonFields(value, f"cuboid in frame {cuboid.frame_index}")
        changes: JsonObject = {}
        if fields.has("source"):
            changes["source"] = fields.text("source")
            changes["confirmed_by"] = fields.optional_text("confirmed_by") if fields.has("confirmed_by") else None
        if fields.has("score"):
            changes["score"] = fields.optional_number("score")
        if fields.has("ends_segment"):
            changes["ends_segment"] = fields.boolean("ends_segment")
        if fields.has("attributes"):
            changes["attributes"] = {**cuboid.attributes, **fields.attributes("attributes")}
        return replace(cuboid, **changes)

    return _checked(restored, cuboid, complaints)


def carried_image_boxes(labels: LabelSet, track_keys: Mapping[str, str]) -> list[JsonObject]:
    """The image boxes of a scene, ignore regions among them.

    Args:
        labels: The labels.
        track_keys: What the form calls each track, by the track's id; a box of another track is left out.
    """
    return [
        {
            "frame_index": box.frame_index,
            "camera": box.camera,
            "ltrb_px": list(box.ltrb_px),
            "kind": box.kind,
            "track": None if box.track_id is None else track_keys[box.track_id],
            "attributes": dict(box.attributes),
        }
        for box in labels.image_boxes.values()
        if box.track_id is None or box.track_id in track_keys
    ]


def restore_image_boxes(
    value: object, scene_name: str, frame_count: int, track_ids: Mapping[str, str], complaints: list[str]
) -> dict[str, ImageBox]:
    """Inverse of ``carried_image_boxes``: by id.

    Args:
        value: What a file holds.
        scene_name: Goes into the boxes' ids.
        frame_count: Boxes of later frames are named and left out.
        track_ids: The track's id by what the form calls it; boxes of others are named and left out.
        complaints: Where a line goes for everything left out.
    """
    if not isinstance(value, Sequence) or isinstance(value, str):
        complaints.append("image boxes: expected a list, found something else")
        return {}
    boxes: dict[str, ImageBox] = {}
    for index, entry in enumerate(value):
        try:
            box = _image_box(JsonFields(entry, f"image_boxes[{index}]"), scene_name, index, track_ids)
        except (RecordError, ValueError) as error:
            complaints.append(str(error))
            continue
        if box.frame_index >= frame_count:
            complaints.append(f"image_boxes[{index}]: expected a frame below {frame_count}, found {box.frame_index}")
        else:
            boxes[box.id] = box
    return boxes


def carried_frame_states(labels: LabelSet) -> dict[str, str]:
    """What people said of whole frames, by frame index."""
    return {key: state.state for key, state in labels.frame_states.items()}


def restore_frame_states(value: object, frame_count: int, complaints: list[str]) -> dict[str, FrameState]:
    """Inverse of ``carried_frame_states``."""
    states: dict[str, FrameState] = {}
    for key, state in value.items() if isinstance(value, Mapping) else ():
        index = int(key) if isinstance(key, str) and key.isascii() and key.isdigit() and len(key) < 10 else frame_count
        if index < frame_count and state in ("done", "empty"):
            found = FrameState(index, state)
            states[found.id] = found
        else:
            complaints.append(
                f"frame states: expected done or empty of a frame below {frame_count}, found {str(key)[:20]!r}"
            )
    return states


def _image_box(fields: JsonFields, scene_name: str, index: int, track_ids: Mapping[str, str]) -> ImageBox:
    left, top, right, bottom = fields.numbers("ltrb_px", 4)
    track = fields.optional_text("track")
    if track is not None and track not in track_ids:
        raise RecordError(f"{fields.where}.track", f"expected a track of the scene, found {track[:60]!r}")
    kind = fields.choice("kind", ("tight", "given", "ignore"))
    frame_index, camera = fields.index("frame_index"), fields.text("camera")
    name = f"truebox:carried:{scene_name}:{index}:{frame_index}:{camera}"
    return ImageBox(
        id=str(uuid5(NAMESPACE_URL, name)),
        frame_index=frame_index,
        camera=camera,
        ltrb_px=(left, top, right, bottom),
        kind=kind,  # type: ignore[arg-type]
        track_id=None if track is None else track_ids[track],
        attributes=fields.attributes("attributes"),
    )


def _checked(restored: Callable[[], Record], record: Record, complaints: list[str]) -> Record:
    try:
        return restored()
    except (RecordError, ValueError) as error:
        complaints.append(f"{KEY}: {error}")
        return record


def _differing(value: JsonObject, defaults: JsonObject) -> JsonObject:
    return {name: found for name, found in value.items() if found != defaults[name]}


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")
