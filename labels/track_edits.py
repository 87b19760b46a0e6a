"""What people do to whole tracks: split, trim, one size, labelled once; each one edit, so one step of undo.

Twins of the web's verbs: a key is made of what is derived where a cut would otherwise move cuboids, sizes change about
the corner nearest to the lidar, and answers that only came with an import fall when the box changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from geometry import CORNER_SIGNS, SE3, Box
from geometry.arrays import FloatArray, frozen_array
from labels.answers import answers_of_people
from labels.edit import Draft, LabelEdit, NewId, new_uuid
from labels.errors import LabelError
from labels.label_set import Cuboid, LabelSet
from labels.timeline import Timeline

MOST_SNAP_M = 0.3
"""Drifting poses carry a parked car off by this; what is farther is another object, or a wrong fit."""


@dataclass(frozen=True)
class Maker:
    """Who makes the new keys of an edit.

    Attributes:
        confirmed_by: Who agrees with them, or None.
        source: ``human`` where a person edits, as in the web app.
        new_id: Makes ids for new records.
    """

    confirmed_by: str | None = None
    source: str = "human"
    new_id: NewId = new_uuid

    def key(self, derived: Cuboid) -> Cuboid:
        """A stored cuboid of a derived one, where that is."""
        return replace(
            derived,
            id=self.new_id(),
            source=self.source,
            confirmed_by=self.confirmed_by,
            score=None,
            ends_segment=False,
        )


ANYBODY = Maker()


def split_track(
    timeline: Timeline, track_id: str, frame_index: int, new_track_id: str, maker: Maker = ANYBODY
) -> LabelEdit:
    """From a frame on it is another track; every cuboid stays where it is.

    The new track has the old one's category and answers, but no external id; 2D boxes go with their frames.

    Raises:
        LabelError: There is no such track, or it has no cuboid on one side of the frame.
    """
    track, frames = timeline.track(track_id), timeline.frames(track_id)
    if not frames or not frames[0] < frame_index <= frames[-1]:
        raise LabelError(f"track {track_id} has cuboids on one side of frame {frame_index} only")
    draft, life = Draft(timeline.labels), timeline.life(track_id)
    # Neither part reaches into a gap, where a static track would fill it.
    last_before = max(frame for frame in frames if frame < frame_index)
    first_after = min(frame for frame in frames if frame >= frame_index)
    draft.put(replace(track, first_frame=life[0], last_frame=last_before))
    draft.put(replace(track, id=new_track_id, external_id=None, first_frame=first_after, last_frame=life[-1]))
    keys = timeline.keys(track_id)
    before, after = (any(key.frame_index < frame_index for key in keys), keys[-1].frame_index >= frame_index)
    # A static track whose keys are all on one side is held on that side without another key.
    if after:
        _make_key(draft, timeline, track_id, frame_index - 1, maker)
    if before:
        _make_key(draft, timeline, track_id, frame_index, maker, owner=new_track_id)
    for key in keys:
        if key.frame_index >= frame_index:
            draft.put(replace(key, track_id=new_track_id))
    for box in timeline.labels.image_boxes.values():
        if box.track_id == track_id and box.frame_index >= frame_index:
            draft.put(replace(box, track_id=new_track_id))
    return draft.edit()


def trim_life(
    timeline: Timeline, track_id: str, first_frame: int, last_frame: int, maker: Maker = ANYBODY
) -> LabelEdit:
    """Let a track live from one frame to another; cuboids and 2D boxes beyond go, those within stay where they are.

    A longer life shows cuboids of static tracks only: where others go is for a fit to say.

    Raises:
        LabelError: There is no such track, or nothing is left of it in that life.
        ValueError: The frames do not rise from 0.
    """
    draft, keys = Draft(timeline.labels), timeline.keys(track_id)
    trimmed = replace(timeline.track(track_id), first_frame=first_frame, last_frame=last_frame)
    left = [frame for frame in timeline.frames(track_id) if first_frame <= frame <= last_frame]
    if not left:
        raise LabelError(f"track {track_id} has no cuboid in frames {first_frame} … {last_frame}")
    places = [key.frame_index for key in keys]
    if places[0] < first_frame:
        # A life that began in a gap would fill it where the track is static.
        trimmed = replace(trimmed, first_frame=left[0])
    draft.put(trimmed)
    is_empty = not any(first_frame <= place <= last_frame for place in places)
    makes_first = places[0] < first_frame and (places[-1] >= first_frame or is_empty)
    if makes_first:
        _make_key(draft, timeline, track_id, first_frame, maker)
    makes_last = places[-1] > last_frame and (places[0] <= last_frame or (is_empty and not makes_first))
    if makes_last and not (makes_first and first_frame == last_frame):
        _make_key(draft, timeline, track_id, last_frame, maker)
    for key in keys:
        if not first_frame <= key.frame_index <= last_frame:
            draft.remove(key)
    for box in timeline.labels.image_boxes.values():
        if box.track_id == track_id and not first_frame <= box.frame_index <= last_frame:
            draft.remove(box)
    return draft.edit()


def set_size(labels: LabelSet, track_id: str, size_lwh_m: ArrayLike, lidar_ego: ArrayLike) -> LabelEdit:
    """Give all keys of a track one size, each about the corner nearest to the lidar, where the points are.

    Args:
        labels: The stored labels.
        track_id: The track.
        size_lwh_m: (3,) length, width, height in metres.
        lidar_ego: (3,) where the lidar is, in ``ego``.

    Raises:
        LabelError: There is no such track.
        ValueError: The size is not three numbers above zero.
    """
    if track_id not in labels.tracks:
        raise LabelError(f"track {track_id} does not exist")
    draft = Draft(labels)
    for key in labels.keys_of_track(track_id):
        box = resize_about_near_corner(key.box_ego, size_lwh_m, lidar_ego)
        if box != key.box_ego:
            attributes = answers_of_people(labels, key)
            draft.put(
                replace(key, ego_from_object=box.frame_from_object, size_lwh_m=box.size_lwh_m, attributes=attributes)
            )
    return draft.edit()


def resize_about_near_corner(box: Box, size_lwh_m: ArrayLike, point: ArrayLike) -> Box:
    """Another size, the corner nearest to a point staying where it is; point and box in one frame of reference."""
    size = frozen_array("size_lwh_m", size_lwh_m, (3,))
    distance_m = np.linalg.norm(box.corners() - np.asarray(point, dtype=np.float64), axis=1)
    signs = CORNER_SIGNS[int(distance_m.argmin())]
    moved = box.frame_from_object.apply(signs * (box.size_lwh_m - size) / 2.0)
    return Box(SE3(box.frame_from_object.rotation, moved), size)


@dataclass(frozen=True)
class StaticEdit:
    """A track labelled once.

    Attributes:
        edit: The difference.
        frames_gained: Frames of its life that had no cuboid and get one.
        keys_removed: Keys that are not needed any more.
        snaps_bounded: Frames whose offset was larger than allowed and was cut to the bound.
    """

    edit: LabelEdit
    frames_gained: tuple[int, ...] = ()
    keys_removed: int = 0
    snaps_bounded: tuple[int, ...] = ()


def static_track(
    timeline: Timeline,
    track_id: str,
    frame_index: int,
    box_ego: Box | None = None,
    *,
    offsets_world: Mapping[int, ArrayLike] | None = None,
    most_snap_m: float = MOST_SNAP_M,
    maker: Maker = ANYBODY,
) -> StaticEdit:
    """Label an object that stands still once: its cuboid of one frame holds for its whole life.

    Where poses drift, offsets follow the points: each such frame gets a key of its own, off the one place by no more
    than ``most_snap_m``; between them the offset is interpolated.

    Args:
        timeline: The labels.
        track_id: The track.
        frame_index: The frame whose cuboid is taken.
        box_ego: Where the object is in that frame; as it is now by default.
        offsets_world: By frame, how far the points are off the one place, (3,) in ``world``.
        most_snap_m: The bound of the offsets.
        maker: Who makes new keys.

    Raises:
        LabelError: There is no such track, it has no cuboid in that frame, or the scene has no poses.
    """
    track, resolved = timeline.track(track_id), timeline.at(track_id, frame_index)
    if resolved is None:
        raise LabelError(f"track {track_id} has no cuboid in frame {frame_index}")
    world_from_ego = timeline.world_from_ego(frame_index)
    draft, life, had = Draft(timeline.labels), timeline.life(track_id), set(timeline.frames(track_id))
    draft.put(replace(track, first_frame=life[0], last_frame=life[-1], is_static=True, interpolate_in="world"))
    stored = resolved.cuboid if resolved.is_key else maker.key(resolved.cuboid)
    if box_ego is not None and box_ego != stored.box_ego:
        stored = _moved(timeline.labels, stored, box_ego, maker)
    stored = replace(stored, ends_segment=False)
    gone = [key for key in timeline.keys(track_id) if key.id != stored.id]
    for key in gone:
        draft.remove(key)
    draft.put(stored)
    world_box, bounded = stored.box_ego.transform(world_from_ego), []
    for frame, offset in sorted((offsets_world or {}).items()):
        if frame == frame_index or frame not in life:
            continue
        kept = _bounded(offset, most_snap_m)
        if not np.array_equal(kept, np.asarray(offset)):
            bounded.append(frame)
        at = SE3(world_box.frame_from_object.rotation, world_box.center + kept)
        ego_from_object = timeline.world_from_ego(frame).inverse() @ at
        draft.put(maker.key(replace(stored, frame_index=frame, ego_from_object=ego_from_object, attributes={})))
    gained = tuple(frame for frame in life if frame not in had)
    return StaticEdit(draft.edit(), gained, len(gone), tuple(bounded))


def _moved(labels: LabelSet, key: Cuboid, box_ego: Box, maker: Maker) -> Cuboid:
    """A key with another box: somebody's own now, so the import's answers and a model's score fall."""
    return replace(
        key,
        ego_from_object=box_ego.frame_from_object,
        size_lwh_m=box_ego.size_lwh_m,
        attributes=answers_of_people(labels, key),
        source=maker.source,
        confirmed_by=maker.confirmed_by,
        score=None,
    )


def _bounded(offset: ArrayLike, most_m: float) -> FloatArray:
    vector = frozen_array("offset", offset, (3,))
    length_m = float(np.linalg.norm(vector))
    return vector if length_m <= most_m else np.asarray(vector * (most_m / length_m))


def _make_key(
    draft: Draft, timeline: Timeline, track_id: str, frame_index: int, maker: Maker, *, owner: str | None = None
) -> None:
    """Store what is derived in a frame; nothing where there is a key, or no cuboid."""
    resolved = timeline.at(track_id, frame_index)
    if resolved is not None and not resolved.is_key:
        draft.put(replace(maker.key(resolved.cuboid), track_id=owner or track_id))
