"""Two tracks of one object become one: who wins where both have a cuboid, and what was contradictory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

import numpy as np

from geometry import iou_3d_aligned
from labels.edit import Draft, LabelEdit
from labels.label_set import Cuboid, ImageBox, Track
from labels.timeline import Timeline
from labels.track_edits import ANYBODY, Maker

Side = Literal["into", "other"]
ConflictKind = Literal["cuboid", "category", "attribute", "image_box"]


@dataclass(frozen=True)
class MergeConflict:
    """Something of which both tracks say their own.

    Attributes:
        kind: ``cuboid`` (both have one in a frame), ``category``, ``attribute``, or ``image_box``.
        sentence: What it is, for people.
        frame_index: The frame, or None where it concerns the whole track.
        into: What the track that stays says.
        other: What the track that goes says.
        iou: Of two cuboids, how much they overlap; else None.
    """

    kind: ConflictKind
    sentence: str
    frame_index: int | None
    into: Cuboid | ImageBox | str
    other: Cuboid | ImageBox | str
    iou: float | None = None


@dataclass(frozen=True)
class TrackMerge:
    """What a merge of two tracks would do.

    Attributes:
        edit: The difference.
        conflicts: What one of the two had to give way in, by frame; those of the whole track first.
    """

    edit: LabelEdit
    conflicts: tuple[MergeConflict, ...] = ()


def merge_tracks(
    timeline: Timeline,
    into_id: str,
    other_id: str,
    *,
    keep: Side = "into",
    bridge: bool = False,
    maker: Maker = ANYBODY,
) -> TrackMerge:
    """Put all of one track into another, which keeps its id, category and external id; the other one goes.

    Every cuboid stays where it is, but for frames in which both have one: there that of ``keep`` wins, and the
    conflict is reported. Where neither has one between the two, nothing is derived, unless ``bridge`` says so.

    Raises:
        LabelError: There is no such track.
        ValueError: A track is merged into itself.
    """
    into, other = timeline.track(into_id), timeline.track(other_id)
    if into_id == other_id:
        raise ValueError("a track cannot be merged into itself")
    draft = Draft(timeline.labels)
    conflicts = [*_track_conflicts(into, other)]
    draft.put(_merged_track(timeline, into, other))
    draft.remove(other)
    runs = list(_runs(timeline, into, other, keep))
    stored: set[str] = set()
    for place, (owner, frames) in enumerate(runs):
        keys = list(_keys_of_run(timeline, owner, frames, into, maker))
        if place + 1 < len(runs):
            is_gap = runs[place + 1][1][0] > frames[-1] + 1
            keys[-1] = replace(keys[-1], ends_segment=is_gap and not bridge)
        for key in keys:
            draft.put(key)
            stored.add(key.id)
    for key in [*timeline.keys(into_id), *timeline.keys(other_id)]:
        if key.id not in stored:
            draft.remove(key)
    conflicts += _cuboid_conflicts(timeline, into_id, other_id)
    conflicts += _move_image_boxes(draft, timeline, into_id, other_id, keep)
    conflicts.sort(key=lambda conflict: -1 if conflict.frame_index is None else conflict.frame_index)
    return TrackMerge(draft.edit(), tuple(conflicts))


def _merged_track(timeline: Timeline, into: Track, other: Track) -> Track:
    lives = [*timeline.life(into.id), *timeline.life(other.id)]
    return replace(
        into,
        first_frame=min(lives),
        last_frame=max(lives),
        # What stands in one of them may move in the other; its cuboids are then kept as keys.
        is_static=False,
        attributes={**other.attributes, **into.attributes},
    )


def _runs(timeline: Timeline, into: Track, other: Track, keep: Side) -> Iterator[tuple[Track, list[int]]]:
    """Stretches of frames in a row in which one of the two has its cuboid in the merged track."""
    first, second = (into, other) if keep == "into" else (other, into)
    owners = dict.fromkeys(timeline.frames(second.id), second) | dict.fromkeys(timeline.frames(first.id), first)
    numbered = enumerate(sorted(owners))
    # Within a stretch frames rise as fast as their numbers, and the owner is the same.
    for _, group in groupby(numbered, key=lambda item: (item[1] - item[0], owners[item[1]].id)):
        frames = [frame for _, frame in group]
        yield owners[frames[0]], frames


def _keys_of_run(
    timeline: Timeline, owner: Track, frames: Sequence[int], into: Track, maker: Maker
) -> Iterator[Cuboid]:
    """The keys of a stretch, and keys at its ends, so that all between stays where it is."""
    own = {key.frame_index: key for key in timeline.keys(owner.id)}
    derives_alike = owner.interpolate_in == into.interpolate_in
    for frame in frames:
        resolved = timeline.at(owner.id, frame)
        if frame in own:
            yield replace(own[frame], track_id=into.id)
        elif resolved is not None and (frame in (frames[0], frames[-1]) or not derives_alike):
            yield replace(maker.key(resolved.cuboid), track_id=into.id)


def _track_conflicts(into: Track, other: Track) -> Iterator[MergeConflict]:
    if into.category != other.category:
        sentence = f"the track that stays is a {into.category}, the other one a {other.category}"
        yield MergeConflict("category", sentence, None, into.category, other.category)
    for name in sorted(into.attributes.keys() & other.attributes.keys()):
        yours, theirs = into.attributes[name], other.attributes[name]
        if yours != theirs:
            yield MergeConflict("attribute", f"{name} is {yours} and {theirs}", None, f"{yours}", f"{theirs}")


def _cuboid_conflicts(timeline: Timeline, into_id: str, other_id: str) -> list[MergeConflict]:
    frames = sorted({*timeline.frames(into_id)} & {*timeline.frames(other_id)})
    both = [(timeline.at(into_id, frame), timeline.at(other_id, frame)) for frame in frames]
    pairs = [(mine.cuboid, theirs.cuboid) for mine, theirs in both if mine is not None and theirs is not None]
    if not pairs:
        return []
    overlaps = iou_3d_aligned(*([cuboid.box_ego for cuboid in side] for side in zip(*pairs, strict=True)))
    return [
        MergeConflict("cuboid", f"both have a cuboid, IoU {iou:.2f}", mine.frame_index, mine, theirs, float(iou))
        for (mine, theirs), iou in zip(pairs, np.atleast_1d(overlaps), strict=True)
    ]


def _move_image_boxes(
    draft: Draft, timeline: Timeline, into_id: str, other_id: str, keep: Side
) -> Iterator[MergeConflict]:
    """2D boxes go along; there is at most one of a kind in an image."""
    boxes = timeline.labels.image_boxes.values()
    mine = {(box.frame_index, box.camera, box.kind): box for box in boxes if box.track_id == into_id}
    for box in boxes:
        if box.track_id != other_id:
            continue
        twin = mine.get((box.frame_index, box.camera, box.kind))
        if twin is None or keep == "other":
            draft.put(replace(box, track_id=into_id))
        else:
            draft.remove(box)
        if twin is not None:
            sentence = f"both have a {box.kind} 2D box in {box.camera}"
            yield MergeConflict("image_box", sentence, box.frame_index, twin, box)
            if keep == "other":
                draft.remove(twin)
