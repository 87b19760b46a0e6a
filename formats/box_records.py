"""Boxes that a label file holds one by one, as consistent records: tracks, their lives and their key cuboids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import numpy as np

from formats.carried import carried_cuboid, carried_track, restore_cuboid, restore_track
from formats.checked_values import as_object
from formats.listing import Listing
from formats.selection import SelectedCuboid
from geometry import SE3
from labels import Cuboid, LabelSet, Track
from labels.label_set import Attributes

CONFIRMED_BY = "import"


@dataclass(frozen=True)
class FileBox:
    """One box of a label file.

    Attributes:
        path: The file.
        where: The record in it, for complaints.
        frame_index: The scene's frame.
        key: Tells its object from the others of the scene.
        category: What it is.
        ego_from_object: Where it is, in ``ego`` at the frame's time.
        size_lwh_m: Length, width, height.
        external_id: The format's own id of the object, or None.
        score: A model's confidence, or None.
        attributes: Answers of the cuboid.
        track_attributes: Answers of the track; the first box's count.
        is_static: Whether the object stands still; it does where all its boxes say so.
        carried_cuboid: What the record carried of ours, as it stands there.
        carried_track: The same of the track.
    """

    path: Path
    where: str
    frame_index: int
    key: str
    category: str
    ego_from_object: SE3
    size_lwh_m: tuple[float, float, float]
    external_id: str | None = None
    score: float | None = None
    attributes: Attributes = field(default_factory=dict)
    track_attributes: Attributes = field(default_factory=dict)
    is_static: bool = False
    carried_cuboid: Any = None
    carried_track: Any = None


def labels_from_boxes(
    format_name: str, scene_name: str, frame_count: int, boxes: Iterable[FileBox], listing: Listing
) -> LabelSet:
    """The records of all boxes; ids follow from names, so that a second import gives the same.

    A second box of an object in a frame, a box of no frame, and a change of an object's category become problems.
    """
    prefix = f"truebox:{format_name}/{scene_name}"
    by_key: defaultdict[str, dict[int, FileBox]] = defaultdict(dict)
    for box in boxes:
        if not 0 <= box.frame_index < frame_count:
            _complain(listing, box, f"expected a frame below {frame_count}, found {box.frame_index}")
        elif box.frame_index in by_key[box.key]:
            _complain(listing, box, f"expected one box of {box.key[:60]} a frame, found a second")
        else:
            by_key[box.key][box.frame_index] = box
    tracks: dict[str, Track] = {}
    cuboids: dict[str, Cuboid] = {}
    for key, by_frame in by_key.items():
        if by_frame:
            ordered = [by_frame[frame] for frame in sorted(by_frame)]
            track = _track(record_track_id(format_name, scene_name, key), ordered, listing)
            tracks[track.id] = track
            for box in ordered:
                ends = len(ordered) > 1 and box is not ordered[-1] and box.frame_index + 1 not in by_frame
                cuboid = _cuboid(
                    _uuid(prefix, f"cuboid/{box.frame_index}", key), track, box, ends, format_name, listing
                )
                cuboids[cuboid.id] = cuboid
    return LabelSet(tracks=tracks, cuboids=cuboids)


def carried_beside(cuboid: Cuboid, held: Collection[str]) -> dict[str, Any]:
    """What of a cuboid to carry where a form holds some of its answers itself, which then may be changed there."""
    return carried_cuboid(
        replace(cuboid, attributes={name: value for name, value in cuboid.attributes.items() if name not in held})
    )


def carried_box(item: SelectedCuboid, track_key: str, held: Collection[str]) -> dict[str, Any]:
    """What a box's record carries of its cuboid and its track.

    Args:
        item: The cuboid and its track.
        track_key: What the form calls the track, and a reader takes for its external id.
        held: Answers of the cuboid that the form holds itself.
    """
    own_id = {} if track_key == item.track.external_id else {"external_id": item.track.external_id}
    return {"cuboid": carried_beside(item.cuboid, held), "track": carried_track(item.track) | own_id}


def carried_parts(value: Any) -> tuple[Any, Any]:
    """What ``carried_box`` gave, as it stands in a file: of the cuboid and of the track, each None without it."""
    parts = as_object(value)
    return parts.get("cuboid"), parts.get("track")


def record_track_id(format_name: str, scene_name: str, key: str) -> str:
    """The id of the track that ``labels_from_boxes`` makes of the boxes of a key."""
    return _uuid(f"truebox:{format_name}/{scene_name}", "track", key)


def _track(track_id: str, boxes: list[FileBox], listing: Listing) -> Track:
    first = boxes[0]
    for box in boxes:
        if box.category != first.category:
            found = f"found {box.category}: {first.category} is kept"
            _complain(listing, box, f"expected {box.key[:60]} to stay {first.category}, {found}")
    track = Track(
        track_id,
        first.category,
        first.frame_index,
        boxes[-1].frame_index,
        first.external_id,
        is_rigid=len({box.size_lwh_m for box in boxes}) == 1,
        is_static=all(box.is_static for box in boxes),
        attributes=first.track_attributes,
    )
    if first.carried_track is None:
        return track
    complaints: list[str] = []
    # What is not carried is as most tracks are, whatever its boxes look like.
    restored = restore_track(replace(track, is_rigid=True), first.carried_track, complaints)
    for complaint in complaints:
        _complain(listing, first, complaint)
    return restored


def _cuboid(cuboid_id: str, track: Track, box: FileBox, ends: bool, format_name: str, listing: Listing) -> Cuboid:
    cuboid = Cuboid(
        cuboid_id,
        track.id,
        box.frame_index,
        box.ego_from_object,
        np.array(box.size_lwh_m),
        source=f"imported:{format_name}",
        confirmed_by=CONFIRMED_BY,
        score=box.score,
        attributes=box.attributes,
        # Where boxes are missing the object was not labelled, and nothing is to be derived there.
        ends_segment=ends,
    )
    if box.carried_cuboid is None:
        return cuboid
    complaints: list[str] = []
    restored = restore_cuboid(cuboid, box.carried_cuboid, complaints)
    for complaint in complaints:
        _complain(listing, box, complaint)
    return restored


def _uuid(prefix: str, kind: str, key: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"{prefix}/{kind}/{key}"))


def _complain(listing: Listing, box: FileBox, message: str) -> None:
    listing.complain(box.path, f"{box.where}: {message}")
