"""Datumaro's JSON: one file a subset, with items (frames) whose annotations are cuboids in the cloud's frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from formats.box_records import FileBox, carried_parts
from formats.carried import KEY
from formats.checked_values import box_size, finite_numbers, usable_attributes, usable_text
from formats.errors import FormatError
from formats.euler_xyz import rotation_from_euler
from formats.json_files import read_json
from formats.listing import Listing
from geometry import SE3

ANNOTATIONS = "annotations"
CUBOID = "cuboid_3d"
RESERVED = ("track_id", "keyframe", "outside")
"""Attributes with a meaning of their own: the object's number, and CVAT's marks of its tracks."""
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Item:
    """One frame of a file.

    Attributes:
        name: Its id.
        where: Its place in the file.
        value: The object.
    """

    name: str
    where: str
    value: Json


@dataclass(frozen=True)
class Subset:
    """One file.

    Attributes:
        path: The file.
        labels: Category names by label id.
        items: Frames in their order.
        extras: What of ours was carried.
    """

    path: Path
    labels: tuple[str, ...]
    items: tuple[Item, ...]
    extras: Any


def read_subset(path: Path, listing: Listing) -> Subset:
    """A file's frames.

    Raises:
        FormatError: It is no file of Datumaro.
    """
    value = read_json(path)
    if not isinstance(value, Mapping) or not isinstance(value.get("items"), list):
        raise FormatError(path, "expected an object with categories and items, found something else")
    items: dict[str, Item] = {}
    for index, entry in enumerate(value["items"]):
        name = usable_text(entry.get("id")) if isinstance(entry, Mapping) else None
        if name is None or name in items:
            found = "another item of that id" if name in items else "none"
            listing.complain(path, f"items[{index}]: expected an id of its own, found {found}")
        else:
            items[name] = Item(name, f"items[{index}]", entry)
    return Subset(path, _label_names(value), _in_order(list(items.values())), value.get(KEY))


def boxes_of(subset: Subset, ego_from_lidar: SE3, listing: Listing) -> Iterator[FileBox]:
    """The cuboids of a file; annotations of other kinds are named once, cuboids that cannot be used one by one."""
    others = 0
    for frame_index, item in enumerate(subset.items):
        annotations = item.value.get("annotations")
        for index, entry in enumerate(annotations if isinstance(annotations, list) else ()):
            where = f"{item.where}.annotations[{index}]"
            if not isinstance(entry, Mapping) or entry.get("type") != CUBOID:
                others += 1
                continue
            box = _box(subset, frame_index, where, entry, ego_from_lidar)
            if isinstance(box, str):
                listing.complain(subset.path, f"{where}: {box}")
            elif box is not None:
                yield box
    if others:
        listing.complain(subset.path, f"{others} annotations are no {CUBOID}: left out")


def _box(subset: Subset, frame_index: int, where: str, entry: Json, ego_from_lidar: SE3) -> FileBox | str | None:
    """A box, what is wrong with it, or None where it says that its object is not there."""
    attributes = usable_attributes(entry.get("attributes"))
    if attributes.get("outside") is True:
        return None
    center, angles = _vector(entry.get("position")), _vector(entry.get("rotation", [0.0, 0.0, 0.0]))
    size = box_size(_vector(entry.get("scale")) or ())
    label = entry.get("label_id")
    if center is None or angles is None or size is None:
        return "expected position, rotation and a scale above 0 of 3 numbers each, found something else"
    if type(label) is not int or not 0 <= label < len(subset.labels):
        return f"expected a label_id below {len(subset.labels)}, found {label!s:.20}"
    number = attributes.get("track_id", entry.get("object_id"))
    external_id = usable_text(str(number)) if type(number) in (int, str) and number != -1 else None
    carried_cuboid, carried_track = carried_parts(entry.get(KEY))
    lidar_from_object = SE3(rotation_from_euler(angles), np.array(center))
    return FileBox(
        subset.path,
        where,
        frame_index,
        external_id or f"{frame_index}#{where}",
        subset.labels[label],
        ego_from_lidar @ lidar_from_object,
        size,
        external_id,
        attributes={name: value for name, value in attributes.items() if name not in RESERVED},
        carried_cuboid=carried_cuboid,
        carried_track=carried_track,
    )


def _label_names(value: Json) -> tuple[str, ...]:
    """The names by label id; one that is no name keeps its place."""
    names: Any = value
    for key in ("categories", "label", "labels"):
        names = names.get(key) if isinstance(names, Mapping) else None
    entries = names if isinstance(names, list) else []
    found = (usable_text(entry.get("name")) if isinstance(entry, Mapping) else None for entry in entries)
    return tuple(name or f"label {index}" for index, name in enumerate(found))


def _in_order(items: list[Item]) -> tuple[Item, ...]:
    """By the number of the frame where every item has its own, else as they stand."""
    numbers = [_frame_number(item) for item in items]
    if None in numbers or len(set(numbers)) < len(items):
        return tuple(items)
    return tuple(item for _, item in sorted(zip(numbers, items, strict=True), key=lambda pair: pair[0] or 0))


def _frame_number(item: Item) -> int | None:
    attributes = item.value.get("attr")
    number = attributes.get("frame") if isinstance(attributes, Mapping) else None
    return number if type(number) is int else None


def _vector(value: Any) -> tuple[float, ...] | None:
    return finite_numbers(value) if isinstance(value, list) and len(value) == 3 else None
