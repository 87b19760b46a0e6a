"""A track that was found and runs into an object that people labelled is that object: it lives on under their name."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from autolabel.labeled_scene import LabeledScene
from autolabel.recording import Recording
from autolabel.tracking.track import ProposedTrack
from autolabel.upright import box_of, moved
from geometry import Box, iou_bev
from geometry.arrays import FloatArray, IntArray
from labels import resize_about_near_corner

SAME = 0.3
"""Boxes of one frame that overlap by this, from above, are of one object."""
FEWEST_SHARED = 3
"""Frames in which the two must be the same; fewer where the object has no more."""

Begun = dict[str, dict[int, Box]]


@dataclass(frozen=True, eq=False)
class Adopted:
    """What became of the tracks.

    Attributes:
        begun: By people's track, its boxes by frame, with those it adopted.
        others: The tracks that are nobody's yet.
    """

    begun: Begun
    others: tuple[ProposedTrack, ...]


def adopt(
    tracks: Iterable[ProposedTrack],
    recording: Recording,
    known: LabeledScene,
    begun: Mapping[str, Mapping[int, Box]],
    rigid: frozenset[str],
) -> Adopted:
    """Let objects that people labelled live on where they were found.

    Args:
        tracks: What was found, the surest first.
        recording: Where.
        known: What people labelled. An object does not live on past a labelled frame in which they did not see it.
        begun: Their objects, carried a little way.
        rigid: Categories whose objects keep their size.
    """
    grown: Begun = {track_id: dict(boxes) for track_id, boxes in begun.items()}
    categories = {track_id: category for track_id, (category, _) in known.tracks().items()}
    seen = {track_id: _seen(boxes) for track_id, boxes in grown.items()}
    others = []
    for track in tracks:
        boxes = boxes_ego(track, recording)
        owner = _owner(_seen(boxes), seen)
        if owner is None:
            others.append(track)
            continue
        like = _like(owner, known, recording) if categories[owner] in rigid else None
        for frame in _beyond(sorted(boxes), grown[owner], known):
            grown[owner][frame] = _alike(boxes, frame, grown[owner], like, recording)
        seen[owner] = _seen(grown[owner])
    return Adopted(grown, tuple(others))


def boxes_ego(track: ProposedTrack, recording: Recording) -> dict[int, Box]:
    """By frame, the boxes of a track in ``ego``."""
    return {
        frame: box_of(moved(row[None], recording.base_from_ego(frame).inverse())[0])
        for frame, row in zip(track.frames.tolist(), track.boxes_base, strict=True)
    }


class _Seen(NamedTuple):
    """An object's boxes, and circles around them seen from above, which tell at once that most are not another's.

    Attributes:
        boxes: By frame.
        frames: (N,) those frames, ascending.
        circles: (N, 3) middle x, y and radius in each.
    """

    boxes: Mapping[int, Box]
    frames: IntArray
    circles: FloatArray


def _seen(boxes: Mapping[int, Box]) -> _Seen:
    frames = sorted(boxes)
    rows = [[*boxes[frame].center[:2], math.hypot(*boxes[frame].size_lwh_m[:2]) / 2.0] for frame in frames]
    return _Seen(boxes, np.array(frames, np.int64), np.array(rows, np.float64).reshape(-1, 3))


def _owner(track: _Seen, begun: Mapping[str, _Seen]) -> str | None:
    """The object that a track is in enough of the frames that both have."""
    votes: Counter[str] = Counter()
    shared: Counter[str] = Counter()
    for track_id, known in begun.items():
        frames, here, there = np.intersect1d(track.frames, known.frames, assume_unique=True, return_indices=True)
        away = track.circles[here] - known.circles[there]
        reach = track.circles[here, 2] + known.circles[there, 2]
        near = frames[np.hypot(away[:, 0], away[:, 1]) < reach].tolist()
        shared[track_id] = len(frames)
        votes[track_id] = sum(_is_same(track.boxes[frame], known.boxes[frame]) for frame in near)
    if not votes:
        return None
    best, count = votes.most_common(1)[0]
    return best if count >= max(1, min(FEWEST_SHARED, shared[best])) else None


def _is_same(box: Box, other: Box) -> bool:
    return float(iou_bev([box], [other])[0, 0]) > SAME


def _beyond(frames: Sequence[int], own: Mapping[int, Box], known: LabeledScene) -> list[int]:
    """The frames that an object has not got, as far as no labelled frame without it lies between."""
    missed = [frame for frame in known.frames if frame not in own]
    first = max((frame for frame in missed if frame < min(own)), default=-1)
    last = min((frame for frame in missed if frame > max(own)), default=frames[-1] + 1)
    return [frame for frame in frames if frame not in own and first < frame < last]


def _like(owner: str, known: LabeledScene, recording: Recording) -> Box | None:
    """The box that people gave it nearest to the lidar, whose size counts."""
    _, keys = known.tracks()[owner]
    center = recording.lidar_center_ego
    return min(keys.values(), key=lambda box: float(np.linalg.norm(box.center - center)))


def _alike(boxes: Mapping[int, Box], frame: int, own: Mapping[int, Box], like: Box | None, recording: Recording) -> Box:
    """A box as found, with the size that people gave, and front and rear as they had it."""
    box = boxes[frame]
    nearest = min((other for other in own if other in boxes), key=lambda other: abs(other - frame))
    if np.cos(boxes[nearest].yaw_rad - own[nearest].yaw_rad) < 0.0:
        box = Box.from_yaw(box.center, box.size_lwh_m, box.yaw_rad + np.pi)
    return box if like is None else resize_about_near_corner(box, like.size_lwh_m, recording.lidar_center_ego)
