"""What a person did in one change of labels, in the words of the unit costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from geometry.rotation import wrap_angle
from labels import Cuboid, LabelChange, Track

Verb = Literal[
    "create",
    "keyframe",
    "position",
    "heading",
    "flip",
    "size",
    "category",
    "delete",
    "trim",
    "merge",
    "review",
    "other",
]
MOVED_M = 0.005
TURNED_RAD = 0.002
"""Less is the rounding of what was written down."""


@dataclass(frozen=True)
class Deed:
    """One change.

    Attributes:
        verb: What was done, where several things were, the one that takes longest to do.
        track_ids: The tracks it was done to.
        boxes: Key cuboids touched.
    """

    verb: Verb
    track_ids: frozenset[str]
    boxes: int


def deed_of(change: LabelChange) -> Deed:
    """Name a change."""
    cuboids = list(_cuboids(change))
    tracks = {track.id for track in _tracks(change)} | {cuboid.track_id for cuboid in cuboids}
    return Deed(_verb(change), frozenset(tracks), len(cuboids))


def _verb(change: LabelChange) -> Verb:
    updated = [(old, new) for old, new in change.updated.get("cuboids", ()) if isinstance(new, Cuboid)]
    pairs = [(old, new) for old, new in updated if isinstance(old, Cuboid)]
    has_moved_home = any(old.track_id != new.track_id for old, new in pairs)
    if change.removed.get("tracks"):
        return "merge" if has_moved_home or change.added.get("cuboids") else "delete"
    if change.added.get("tracks"):
        return "trim" if has_moved_home or change.removed.get("cuboids") else "create"
    if change.added.get("cuboids"):
        return "keyframe"
    if change.removed.get("cuboids"):
        return "trim"
    if pairs:
        return _verb_of_boxes(pairs)
    return _verb_of_tracks(change)


def _verb_of_boxes(pairs: list[tuple[Cuboid, Cuboid]]) -> Verb:
    turned = max(abs(float(wrap_angle(new.box_ego.yaw_rad - old.box_ego.yaw_rad))) for old, new in pairs)
    moved = max(float(np.abs(new.box_ego.center - old.box_ego.center).max()) for old, new in pairs)
    resized = max(float(np.abs(new.size_lwh_m - old.size_lwh_m).max()) for old, new in pairs)
    if turned > np.pi / 2.0:
        return "flip"
    if resized > MOVED_M:
        return "size"
    if moved > MOVED_M:
        return "keyframe" if turned > TURNED_RAD else "position"
    if turned > TURNED_RAD:
        return "heading"
    return "review" if any(new.confirmed_by != old.confirmed_by for old, new in pairs) else "other"


def _verb_of_tracks(change: LabelChange) -> Verb:
    pairs = change.updated.get("tracks", ())
    both = [(old, new) for old, new in pairs if isinstance(old, Track) and isinstance(new, Track)]
    if any(old.category != new.category for old, new in both):
        return "category"
    if any((old.first_frame, old.last_frame) != (new.first_frame, new.last_frame) for old, new in both):
        return "trim"
    return "review" if change.touched_ids("frame_states") else "other"


def _cuboids(change: LabelChange) -> Iterator[Cuboid]:
    records = [*change.added.get("cuboids", ()), *change.removed.get("cuboids", ())]
    records += [new for _, new in change.updated.get("cuboids", ())]
    yield from (record for record in records if isinstance(record, Cuboid))


def _tracks(change: LabelChange) -> Iterator[Track]:
    records = [*change.added.get("tracks", ()), *change.removed.get("tracks", ())]
    records += [new for _, new in change.updated.get("tracks", ())]
    yield from (record for record in records if isinstance(record, Track))
