"""Supervisely's point cloud projects: ``meta.json``, ``key_id_map.json`` and ``ds0/ann/<cloud>.pcd.json``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from formats.box_records import FileBox, carried_parts
from formats.carried import KEY
from formats.checked_values import as_list, as_object, box_size, numbers_under, usable_attributes, usable_text
from formats.euler_xyz import rotation_from_euler
from formats.frame_names import in_order
from formats.json_files import read_object_or_complain
from formats.listing import Listing
from geometry import SE3
from labels.label_set import AttributeValue

META, IDS = "meta.json", "key_id_map.json"
SUFFIX = ".pcd.json"
GEOMETRY = "cuboid_3d"
TRUTHS = {"true": True, "false": False}
"""How tags say yes and no."""
Json = Mapping[str, Any]


def annotation_files(dataset: Path, listing: Listing) -> dict[str, Path]:
    """The annotation files of one dataset of a project by frame name, in their order."""
    folder = dataset / "ann"
    names = [name for name in listing.files(folder) if name.endswith(".json")]
    # Older projects leave the cloud's suffix out.
    stems = {name.removesuffix(".json").removesuffix(".pcd"): folder / name for name in names}
    return {stem: stems[stem] for stem in in_order(stems)}


def read_ids(project: Path, listing: Listing) -> Json:
    """The numbers of objects by key; empty where the file is not there."""
    return as_object((read_object_or_complain(project / IDS, listing) or {}).get("objects"))


def boxes_of_file(path: Path, frame_index: int, ids: Json, ego_from_lidar: SE3, listing: Listing) -> Iterator[FileBox]:
    """The cuboids of one frame's file."""
    value = read_object_or_complain(path, listing)
    if value is None:
        return
    objects = {
        entry["key"]: entry
        for entry in as_list(value.get("objects"))
        if isinstance(entry, Mapping) and isinstance(entry.get("key"), str)
    }
    for index, figure in enumerate(as_list(value.get("figures"))):
        where = f"figures[{index}]"
        key = figure.get("objectKey") if isinstance(figure, Mapping) else None
        found = objects.get(key) if isinstance(key, str) else None
        box = None if found is None else _box(path, where, frame_index, figure, found, ids, ego_from_lidar)
        if box is None:
            expected = f"expected a {GEOMETRY} with position, rotation, dimensions above 0 and an object with a class"
            listing.complain(path, f"{where}: {expected}, found something else")
        else:
            yield box


def _box(
    path: Path, where: str, frame_index: int, figure: Json, found: Json, ids: Json, ego_from_lidar: SE3
) -> FileBox | None:
    geometry = figure.get("geometry")
    if figure.get("geometryType", GEOMETRY) != GEOMETRY or not isinstance(geometry, Mapping):
        return None
    center, angles = numbers_under(geometry.get("position"), "xyz"), numbers_under(geometry.get("rotation"), "xyz")
    size, category = (
        box_size(numbers_under(geometry.get("dimensions"), "xyz") or ()),
        usable_text(found.get("classTitle")),
    )
    key = usable_text(found["key"])
    if center is None or angles is None or size is None or category is None or key is None:
        return None
    number = ids.get(key)
    carried_cuboid, carried_track = carried_parts(figure.get(KEY))
    return FileBox(
        path,
        where,
        frame_index,
        key,
        category,
        ego_from_lidar @ SE3(rotation_from_euler(angles), np.array(center)),
        size,
        str(number) if type(number) is int and abs(number) < 2**63 else key,
        attributes=_tags(found),
        carried_cuboid=carried_cuboid,
        carried_track=carried_track,
    )


def _tags(found: Json) -> dict[str, AttributeValue]:
    """The answers of an object's tags in this frame; a tag without a value is a yes."""
    named = {
        tag["name"]: tag.get("value")
        for tag in as_list(found.get("tags"))
        if isinstance(tag, Mapping) and isinstance(tag.get("name"), str)
    }
    plain = {name: True if value is None else value for name, value in named.items()}
    return usable_attributes(
        {name: TRUTHS.get(value, value) if isinstance(value, str) else value for name, value in plain.items()}
    )
