"""What people said of labelled frames holds against the machine: where they saw nothing, there is nothing."""

from __future__ import annotations

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
    kept = []
    for track in tracks:
        is_taken = np.array([_lies_on(track, place, recording, begun) for place in range(len(track.frames))])
        is_denied = [
            int(frame) in known.frames and track.point_counts[place] >= FEWEST_POINTS and not is_taken[place]
            for place, frame in enumerate(track.frames)
        ]
        if any(is_denied) or is_taken.mean() > MOST_SHARED:
            continue
        kept.append(_without(track, is_taken))
    return kept


def _lies_on(track: ProposedTrack, place: int, recording: Recording, begun: Mapping[str, Mapping[int, Box]]) -> bool:
    frame = int(track.frames[place])
    boxes = [of_track[frame] for of_track in begun.values() if frame in of_track]
    if not boxes:
        return False
    row = moved(track.boxes_base[place : place + 1], recording.base_from_ego(frame).inverse())
    return bool(_overlapped(row, upright(boxes))[0])


def _overlapped(rows: FloatArray, others: FloatArray) -> BoolArray:
    return np.asarray((overlap_bev(rows, others) > SAME).any(axis=1))


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
