"""Labels as one OpenLABEL file a scene."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from formats.carried import KEY, carried_cuboid, carried_frame_states, carried_image_boxes, carried_track
from formats.format import SceneExport, WriteReport
from formats.given import cuboid_fingerprint
from formats.openlabel.cuboid_values import encode_cuboid, exact_rotation
from formats.openlabel.object_attributes import encode_attributes, odd_attributes
from formats.openlabel.read_image_boxes import DONT_CARE, center_from_ltrb
from formats.openlabel.read_scene import SUFFIX
from formats.openlabel.write_scene import SceneParts
from formats.scene_names import check_scene_name
from formats.selection import SelectedCuboid, select_cuboids
from formats.taxonomy_codec import encode_taxonomy
from formats.write_files import check_not_own, write_files
from labels import ImageBox, Track

SCHEMA_VERSION = "1.0.0"
KEY_PATTERN = re.compile(
    r"-?[0-9]{1,18}|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}", re.ASCII
)
CUBOID_NAME = "cuboid"
JsonObject = dict[str, Any]


@dataclass
class WrittenObject:
    """One object while it is put together.

    Attributes:
        name: For people.
        category: Its type.
        static: What holds for it in every frame.
        frames: By frame index, its object data.
    """

    name: str
    category: str
    static: JsonObject = field(default_factory=dict)
    frames: defaultdict[int, defaultdict[str, list[JsonObject]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )

    def entry(self, numbers: Sequence[int]) -> JsonObject:
        """What stands of it under ``objects``."""
        entry: JsonObject = {"name": self.name, "type": self.category, "frame_intervals": _spans(self.frames, numbers)}
        if self.static:
            entry["object_data"] = self.static
        of_name: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for index, data in self.frames.items():
            for kind, values in data.items():
                for value in values:
                    of_name[value["name"], kind].append(index)
        pointers = {name: {"type": kind, "frame_intervals": _spans(f, numbers)} for (name, kind), f in of_name.items()}
        return entry | {"object_data_pointers": pointers}


def write_labels_file(export: SceneExport, out: Path) -> WriteReport:
    """Write ``<scene>.json`` below a folder.

    Raises:
        FormatError: The scene's name is no file name, a camera cannot be written, or the file is the dataset's own.
    """
    name = f"{export.scene.name}{SUFFIX}"
    check_scene_name(export.scene.name, out)
    check_not_own(out / name, export.scene)
    text, rows = document_text(export)
    return WriteReport(write_files(out, {name: text}), rows)


def document_text(export: SceneExport) -> tuple[str, int]:
    """The file's text, and how many cuboids and ignore regions it holds; a frame and an object stand in a line each."""
    parts = SceneParts(export)
    selected = select_cuboids(export).cuboids
    keys = object_keys(item.track for item in selected)
    objects = _make_objects(export, selected, keys, parts.systems["ego"])
    numbers = parts.numbers
    frames = {
        str(numbers[frame.index]): {"frame_properties": parts.frame_properties(frame)}
        | _frame_objects(objects, frame.index)
        for frame in export.scene.frames
    }
    content: JsonObject = {
        "metadata": {
            "schema_version": SCHEMA_VERSION,
            "name": export.scene.name,
            KEY: _own(export, parts, keys, selected),
        },
        "coordinate_systems": parts.coordinate_systems(),
        "streams": parts.streams(),
        "objects": {key: item.entry(numbers) for key, item in objects.items()},
        "frames": frames,
        "frame_intervals": _spans(range(len(numbers)), numbers),
    }
    ignored = sum(box.kind == "ignore" for box in export.labels.image_boxes.values())
    return _text(content), len(selected) + ignored


def object_keys(tracks: Iterable[Track]) -> dict[str, str]:
    """What each track is called in the file, by its id: its own external id where that can be one, else a free number.

    Tracks are taken in the order of their first cuboid, so that what was read is written the same.
    """
    ordered = list({track.id: track for track in tracks}.values())
    keys: dict[str, str] = {}
    taken: set[str] = set()
    for track in ordered:
        own = track.external_id or ""
        if KEY_PATTERN.fullmatch(own) and own not in taken:
            keys[track.id] = own
            taken.add(own)
    free = (str(number) for number in range(len(ordered) + len(taken) + 1) if str(number) not in taken)
    return {track.id: keys.get(track.id) or next(free) for track in ordered}


def _make_objects(
    export: SceneExport, selected: Sequence[SelectedCuboid], keys: dict[str, str], ego: str
) -> dict[str, WrittenObject]:
    objects: dict[str, WrittenObject] = {}
    for item in selected:
        key = keys[item.track.id]
        if key not in objects:
            static = encode_attributes(item.track.attributes)
            objects[key] = WrittenObject(f"{item.track.category}{key}", item.track.category, static)
        objects[key].frames[item.cuboid.frame_index]["cuboid"].append(_cuboid(item, ego))
    ignored = WrittenObject(DONT_CARE, DONT_CARE)
    for box in export.labels.image_boxes.values():
        if box.frame_index >= len(export.scene.frames):
            continue
        if box.kind == "ignore":
            _add_box(ignored, box)
        elif box.track_id in keys:
            _add_box(objects[keys[box.track_id]], box)
    if ignored.frames:
        number = next(number for number in range(len(objects) + 1) if str(number) not in objects)
        objects[str(number)] = ignored
    return objects


def _cuboid(item: SelectedCuboid, ego: str) -> JsonObject:
    cuboid = item.cuboid
    value: JsonObject = {
        "name": CUBOID_NAME,
        "coordinate_system": ego,
        "val": encode_cuboid(cuboid.ego_from_object, cuboid.size_lwh_m),
    }
    if not item.is_key:
        return value | {KEY: {"derived": cuboid_fingerprint(cuboid, item.track.category)}}
    if attributes := encode_attributes(cuboid.attributes):
        value["attributes"] = attributes
    if cuboid.score is not None:
        value["confidence_score"] = cuboid.score
    own = _without_plain_attributes(carried_cuboid(cuboid))
    rotation = exact_rotation(cuboid.ego_from_object)
    return value | {KEY: own if rotation is None else own | {"rotation": rotation}}


def _without_plain_attributes(carried: JsonObject) -> JsonObject:
    """What is carried, less the answers that the form's own fields give back."""
    odd = odd_attributes(carried.pop("attributes", {}))
    return carried | ({"attributes": odd} if odd else {})


def _add_box(item: WrittenObject, box: ImageBox) -> None:
    boxes = item.frames[box.frame_index]["bbox"]
    number = sum(other["coordinate_system"] == box.camera for other in boxes)
    name = f"{box.kind}:{box.camera}" + (f":{number}" if number else "")
    boxes.append({"name": name, "coordinate_system": box.camera, "val": center_from_ltrb(box.ltrb_px)})


def _frame_objects(objects: dict[str, WrittenObject], index: int) -> JsonObject:
    found = {key: {"object_data": dict(item.frames[index])} for key, item in objects.items() if index in item.frames}
    return {"objects": found} if found else {}


def _own(
    export: SceneExport, parts: SceneParts, keys: dict[str, str], selected: Sequence[SelectedCuboid]
) -> JsonObject:
    own: JsonObject = {"version": 1} | parts.own()
    tracks: JsonObject = {}
    for item in selected:
        track, key = item.track, keys[item.track.id]
        if key in tracks:
            continue
        value = _without_plain_attributes(carried_track(track))
        # Said even where it is what most tracks are: a reader would take the key, and go by the sizes.
        value |= {"external_id": track.external_id, "is_rigid": track.is_rigid}
        tracks[key] = value
    own["tracks"] = tracks
    own["image_boxes"] = carried_image_boxes(export.labels, keys)
    if states := carried_frame_states(export.labels):
        own["frame_states"] = states
    if export.taxonomy is not None:
        own["taxonomy"] = encode_taxonomy(export.taxonomy)
    return own


def _spans(frames: Iterable[int], numbers: Sequence[int]) -> list[JsonObject]:
    """Frame intervals of frame indices, in master frame numbers; a hole in the numbers ends an interval."""
    spans: list[JsonObject] = []
    for number in sorted(numbers[index] for index in frames):
        if spans and spans[-1]["frame_end"] == number - 1:
            spans[-1]["frame_end"] = number
        else:
            spans.append({"frame_start": number, "frame_end": number})
    return spans


def _text(content: JsonObject) -> str:
    blocks = []
    for name, value in content.items():
        if name in ("frames", "objects", "streams", "coordinate_systems") and value:
            lines = ",\n".join(f"{_dump(key)}: {_dump(item)}" for key, item in value.items())
            blocks.append(f'"{name}": {{\n{lines}\n}}')
        else:
            blocks.append(f'"{name}": {_dump(value)}')
    return '{"openlabel": {\n' + ",\n".join(blocks) + "\n}}\n"


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
