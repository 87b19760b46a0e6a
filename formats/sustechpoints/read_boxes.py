"""``label/<frame>.json``: boxes as position, scale and rotation (psr) in the lidar's frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from formats.box_records import FileBox, carried_parts
from formats.carried import KEY
from formats.checked_values import as_object, box_size, numbers_under, usable_text
from formats.euler_xyz import rotation_from_euler
from formats.format import Answers, Guess, LabelReading
from formats.json_files import read_json_or_complain
from formats.labels_only import read_boxes
from formats.listing import Listing
from formats.scene_extras import SceneExtras
from formats.sustechpoints.answers import settle_angles
from formats.sustechpoints.taxonomy import OBJ_ATTR
from fusion import Scene
from geometry import SE3

LABELS = "label"
MAX_LOOKED_AT = 100
"""Files whose angles are looked at before import; evenly spread over the scene."""


def read_scene_boxes(scene: Scene, extras: SceneExtras, listing: Listing) -> LabelReading:
    """The labels of a scene."""
    files = {frame.index: scene.path / LABELS / f"{frame.name}.json" for frame in scene.frames}
    angle_unit = looked_at_angles(scene.path, [frame.name for frame in scene.frames], scene.assume).answer
    found = [
        box
        for frame_index, path in files.items()
        for box in _boxes(path, frame_index, extras.ego_from_lidar, angle_unit, listing)
    ]
    return read_boxes(scene, found, extras, scene.path / "truebox.json", listing)


def looked_at_angles(folder: Path, names: list[str], assume: Answers) -> Guess:
    """Radians or degrees, by the boxes of some of a scene's files."""
    listing = Listing(root=folder, base=folder)
    step = max(1, -(-len(names) // MAX_LOOKED_AT))
    angles: list[float] = []
    for name in names[::step]:
        path = folder / LABELS / f"{name}.json"
        for entry in _entries(path, listing):
            angles += numbers_under(as_object(entry.get("psr")).get("rotation"), "xyz") or ()
    return settle_angles(angles, assume)


def _boxes(path: Path, frame_index: int, ego_from_lidar: SE3, angle_unit: str, listing: Listing) -> Iterator[FileBox]:
    for index, entry in enumerate(_entries(path, listing)):
        where, psr = f"box {index}", as_object(entry.get("psr"))
        center, angles = numbers_under(psr.get("position"), "xyz"), numbers_under(psr.get("rotation"), "xyz")
        size, category = box_size(numbers_under(psr.get("scale"), "xyz") or ()), usable_text(entry.get("obj_type"))
        if center is None or angles is None or size is None or category is None:
            expected = "expected obj_type and psr with position, rotation and a scale above 0"
            listing.complain(path, f"{where}: {expected}, found something else")
            continue
        angles_rad = np.radians(angles) if angle_unit == "degrees" else np.array(angles)
        identity = entry.get("obj_id")
        external_id = usable_text(str(identity) if type(identity) is int else identity)
        carried_cuboid, carried_track = carried_parts(entry.get(KEY))
        answer = usable_text(entry.get(OBJ_ATTR))
        yield FileBox(
            path,
            where,
            frame_index,
            external_id or f"{frame_index}#{index}",
            category,
            ego_from_lidar @ SE3(rotation_from_euler(angles_rad.tolist()), np.array(center)),
            size,
            external_id,
            attributes={OBJ_ATTR: answer} if answer else {},
            carried_cuboid=carried_cuboid,
            carried_track=carried_track,
        )


def _entries(path: Path, listing: Listing) -> list[Mapping[str, Any]]:
    """The boxes of a file: a list, or one under ``objs``."""
    value = read_json_or_complain(path, listing)
    if value is None:
        return []
    entries = value.get("objs") if isinstance(value, Mapping) else value
    if not isinstance(entries, list):
        listing.complain(path, "expected a list of boxes, found something else")
        return []
    usable = [entry for entry in entries if isinstance(entry, Mapping)]
    if len(usable) < len(entries):
        listing.complain(path, f"expected boxes that are objects, found {len(entries) - len(usable)} that are not")
    return usable
