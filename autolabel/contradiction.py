"""What people said of labelled frames holds against the machine: where they saw nothing, there is nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from autolabel.detections import Detections
from autolabel.labeled_scene import LabeledScene
from autolabel.recording import Recording
from autolabel.tracking.track import ProposedTrack, boxes_at, by_frame, part
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
    tracks: Sequence[ProposedTrack],
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
    for track, is_taken in zip(tracks, _lie_on(tracks, recording, _rows_by_frame(begun)), strict=True):
        is_denied = [
            int(frame) in known.frames and track.point_counts[place] >= FEWEST_POINTS and not is_taken[place]
            for place, frame in enumerate(track.frames)
        ]
        if any(is_denied) or is_taken.mean() > MOST_SHARED:
            continue
        kept.append(part(track, ~is_taken))
    return kept


def _rows_by_frame(begun: Mapping[str, Mapping[int, Box]]) -> dict[int, FloatArray]:
    """By frame, the boxes (N, 7) of all objects in ``ego``."""
    boxes: defaultdict[int, list[Box]] = defaultdict(list)
    for of_track in begun.values():
        for frame, box in of_track.items():
            boxes[frame].append(box)
    return {frame: upright(there) for frame, there in boxes.items()}


def _lie_on(
    tracks: Sequence[ProposedTrack], recording: Recording, taken_ego: Mapping[int, FloatArray]
) -> list[BoolArray]:
    """By track, (F,) in which of its frames it lies on one of the boxes."""
    found = [np.zeros(len(track.frames), dtype=bool) for track in tracks]
    for frame, here in by_frame(tracks).items():
        if frame in taken_ego:
            rows_ego = moved(boxes_at(tracks, here), recording.base_from_ego(frame).inverse())
            is_taken = np.any(overlap_bev(rows_ego, taken_ego[frame]) > SAME, axis=1)
            for (number, place), is_on in zip(here, is_taken.tolist(), strict=True):
                found[number][place] = is_on
    return found
