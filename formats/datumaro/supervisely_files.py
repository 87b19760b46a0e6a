"""Supervisely's point cloud projects: ``meta.json``, ``key_id_map.json`` and ``ds0/ann/<cloud>.pcd.json``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from formats.box_records import FileBox, box_size, finite_numbers, usable_attributes, usable_text
from formats.carried import KEY
from formats.errors import FormatError
from formats.euler_xyz import rotation_from_euler
from formats.frame_names import in_order
from formats.listing import Listing
from formats.native.json_files import read_json
from fusion import Problem
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
    value = read_object(project / IDS, listing) if listing.file(project / IDS) else None
    objects = value.get("objects") if value is not None else None
    return objects if isinstance(objects, Mapping) else {}


def read_object(path: Path, listing: Listing) -> Json | None:
    """The object of a JSON file, or None where it holds none, which is said."""
    try:
        value = read_json(path)
    except FormatError as error:
        listing.problems.append(Problem.of(error, listing.base))
        return None
    if not isinstance(value, Mapping):
        listing.complain(path, "expected an object, found something else")
        return None
    return value


def boxes_of_file(path: Path, frame_index: int, ids: Json, ego_from_lidar: SE3, listing: Listing) -> Iterator[FileBox]:
    """The cuboids of one frame's file."""
    value = read_object(path, listing)
    if value is None:
        return
    objects = {
        entry["key"]: entry
        for entry in _list(value, "objects")
        if isinstance(entry, Mapping) and isinstance(entry.get("key"), str)
    }
    for index, figure in enumerate(_list(value, "figures")):
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
    center, angles = _vector(geometry, "position"), _vector(geometry, "rotation")
    size, category = box_size(_vector(geometry, "dimensions") or ()), usable_text(found.get("classTitle"))
    key = usable_text(found["key"])
    if center is None or angles is None or size is None or category is None or key is None:
        return None
    number = ids.get(key)
    carried = figure.get(KEY)
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
        carried_cuboid=carried.get("cuboid") if isinstance(carried, Mapping) else None,
        carried_track=carried.get("track") if isinstance(carried, Mapping) else None,
    )


def _tags(found: Json) -> dict[str, AttributeValue]:
    """The answers of an object's tags in this frame; a tag without a value is a yes."""
    named = {
        tag["name"]: tag.get("value")
        for tag in _list(found, "tags")
        if isinstance(tag, Mapping) and isinstance(tag.get("name"), str)
    }
    plain = {name: True if value is None else value for name, value in named.items()}
    return usable_attributes(
        {name: TRUTHS.get(value, value) if isinstance(value, str) else value for name, value in plain.items()}
    )


def _list(value: Json, name: str) -> list[Any]:
    found = value.get(name)
    return found if isinstance(found, list) else []


def _vector(geometry: Json, name: str) -> tuple[float, ...] | None:
    value = geometry.get(name)
    return finite_numbers(value.get(axis) for axis in "xyz") if isinstance(value, Mapping) else None
