"""What people said of labelled frames holds against the machine: where they saw nothing, there is nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from autolabel.detections import Detections
from autolabel.labeled_scene import LabeledScene
from autolabel.recording import Recording
from autolabel.tracking.track import ProposedTrack
from autolabel.upright import moved, overlap_bev, upright
from geometry import Box
from geometry.arrays import BoolArray, FloatArray

SAME = 0.1
"""Boxes that overlap by this, from above, are about the same object."""
FEWEST_POINTS = 5
"""A person may overlook an object that shows fewer."""
MOST_SHARED = 0.3


def chosen(detections: Detections, mask: BoolArray) -> Detections:
    """Some detections of a frame, by a mask (N,)."""
    return Detections(
        detections.boxes_ego[mask], detections.classes[mask], detections.scores[mask], detections.headings[mask]
    )


def not_contradicted(
    tracks: Iterable[ProposedTrack],
    recording: Recording,
    known: LabeledScene,
    begun: Mapping[str, Mapping[int, Box]],
) -> list[ProposedTrack]:
    """The tracks that no labelled frame speaks against, without the frames in which they lie on another object.

    Args:
        tracks: What was found.
        recording: Where.
        known: A track that is seen in a labelled frame where nobody labelled anything is dropped.
        begun: The objects that people labelled, carried on; a track that mostly lies on them is dropped too.
    """
    taken_ego = _rows_by_frame(begun)
    kept = []
    for track in tracks:
        is_taken = _lies_on(track, recording, taken_ego)
        is_denied = [
            int(frame) in known.frames and track.point_counts[place] >= FEWEST_POINTS and not is_taken[place]
            for place, frame in enumerate(track.frames)
        ]
        if any(is_denied) or is_taken.mean() > MOST_SHARED:
            continue
        kept.append(_without(track, is_taken))
    return kept


def _rows_by_frame(begun: Mapping[str, Mapping[int, Box]]) -> dict[int, FloatArray]:
    """By frame, the boxes (N, 7) of all objects in ``ego``."""
    boxes: defaultdict[int, list[Box]] = defaultdict(list)
    for of_track in begun.values():
        for frame, box in of_track.items():
            boxes[frame].append(box)
    return {frame: upright(there) for frame, there in boxes.items()}


def _lies_on(track: ProposedTrack, recording: Recording, taken_ego: Mapping[int, FloatArray]) -> BoolArray:
    """(N,) in which of its frames a track lies on one of the boxes."""
    is_taken = np.zeros(len(track.frames), dtype=bool)
    for place, frame in enumerate(track.frames.tolist()):
        if frame in taken_ego:
            row = moved(track.boxes_base[place : place + 1], recording.base_from_ego(frame).inverse())
            is_taken[place] = (overlap_bev(row, taken_ego[frame]) > SAME).any()
    return is_taken


def _without(track: ProposedTrack, is_taken: BoolArray) -> ProposedTrack:
    if not is_taken.any():
        return track
    left = ~is_taken
    return replace(
        track,
        frames=track.frames[left],
        boxes_base=track.boxes_base[left],
        scores=track.scores[left],
        is_seen=track.is_seen[left],
        point_counts=track.point_counts[left],
    )
