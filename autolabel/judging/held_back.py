"""What a model's tracks are worth in labelled frames that it never learnt from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autolabel.classes import ClassSet
from autolabel.contradiction import chosen
from autolabel.judging.evidence import NAMES, evidence_of
from autolabel.labeled_scene import LabeledScene
from autolabel.network.detect import Detector
from autolabel.recording import Recording
from autolabel.region import LabeledRegion, grid_over
from autolabel.tracking.build_tracks import build_tracks
from autolabel.tracking.track import ProposedTrack
from autolabel.upright import moved, overlap_bev
from geometry.arrays import BoolArray, FloatArray

AROUND_S = 0.7
"""Tracks are built from frames so long before and after."""
MOST_AROUND = 8
RIGHT = 0.5
"""The overlap from above from which a box counts as right."""


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Tracks, and whether they were right.

    Attributes:
        evidence: (N, 6), see ``evidence_of``.
        categories: N names.
        is_right: (N,).
    """

    evidence: FloatArray
    categories: list[str]
    is_right: BoolArray

    @classmethod
    def join(cls, parts: Sequence[Outcomes]) -> Outcomes:
        """Several together."""
        return cls(
            np.concatenate([np.zeros((0, len(NAMES))), *(part.evidence for part in parts)]),
            [name for part in parts for name in part.categories],
            np.concatenate([np.zeros(0, np.bool_), *(part.is_right for part in parts)]),
        )


def outcomes_in(
    detector: Detector, classes: ClassSet, told: LabeledScene, frame: int, region: LabeledRegion
) -> Outcomes:
    """The tracks through a labelled frame, built from the frames around it.

    Args:
        detector: With a model that did not learn from the frame.
        classes: The model's.
        told: The scene.
        frame: The labelled frame.
        region: Where labels are.
    """
    first, last = _around(told.recording, frame)
    window = region.cut(told.recording).part(first, last)
    grid = grid_over(window, region)
    found = [detector.detect(window, index, grid) for index in range(len(window))]
    tracks = build_tracks(window, [chosen(each, region.holds(each.boxes_ego)) for each in found], classes)
    there = [track for track in tracks if frame - first in track.frames]
    rows = [_row_in(track, window, frame - first) for track in there]
    names = [classes[track.class_index].name for track in there]
    objects = told.frames[frame]
    overlap = overlap_bev(np.array(rows).reshape(-1, 7), told.boxes_ego(frame))
    same = np.array([[item.category == name for item in objects] for name in names], np.bool_).reshape(overlap.shape)
    evidence = np.array([evidence_of(track, window) for track in there]).reshape(-1, len(NAMES))
    return Outcomes(evidence, names, np.asarray(((overlap >= RIGHT) & same).any(axis=1)))


def _around(recording: Recording, frame: int) -> tuple[int, int]:
    if not recording.in_world:
        return frame, frame
    first = last = frame
    while first > 0 and frame - first < MOST_AROUND and recording.time_s(frame) - recording.time_s(first) < AROUND_S:
        first -= 1
    end = len(recording) - 1
    while last < end and last - frame < MOST_AROUND and recording.time_s(last) - recording.time_s(frame) < AROUND_S:
        last += 1
    return first, last


def _row_in(track: ProposedTrack, recording: Recording, frame: int) -> FloatArray:
    place = int(np.searchsorted(track.frames, frame))
    return np.asarray(moved(track.boxes_base[place : place + 1], recording.base_from_ego(frame).inverse())[0])
