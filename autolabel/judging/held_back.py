"""What a model's tracks are worth in labelled frames that it never learnt from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from autolabel.contradiction import chosen
from autolabel.judging.evidence import NAMES, evidence_of
from autolabel.labeled_scene import LabeledScene
from autolabel.network.detect import Detector
from autolabel.recording import Recording
from autolabel.region import LabeledRegion, grid_over
from autolabel.tracking.build_tracks import build_tracks
from autolabel.tracking.track import ProposedTrack
from autolabel.upright import COLUMNS, moved, overlap_bev
from autolabel.witnesses import Witnesses
from geometry.arrays import BoolArray, FloatArray
from quality.effort import CostSheet, is_exact, load_costs

AROUND_S = 0.7
"""Tracks are built from frames so long before and after."""
MOST_AROUND = 8
RIGHT = 0.5
"""The overlap from above from which a box counts as right."""


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Tracks, and whether they were right.

    Attributes:
        evidence: (N, 8), see ``evidence_of``.
        categories: N names.
        is_right: (N,) whether an object of that category is there.
        is_exact: (N,) whether its box may stand as it is.
    """

    evidence: FloatArray
    categories: list[str]
    is_right: BoolArray
    is_exact: BoolArray

    @classmethod
    def join(cls, parts: Sequence[Outcomes]) -> Outcomes:
        """Several together."""
        return cls(
            np.concatenate([np.zeros((0, len(NAMES))), *(part.evidence for part in parts)]),
            [name for part in parts for name in part.categories],
            np.concatenate([np.zeros(0, np.bool_), *(part.is_right for part in parts)]),
            np.concatenate([np.zeros(0, np.bool_), *(part.is_exact for part in parts)]),
        )


def outcomes_in(
    detector: Detector,
    witnesses: Witnesses,
    told: LabeledScene,
    frame: int,
    region: LabeledRegion,
) -> Outcomes:
    """The tracks through a labelled frame, built from the frames around it.

    Args:
        detector: With a model that did not learn from the frame.
        witnesses: Who else is asked about the tracks.
        told: The scene.
        frame: The labelled frame.
        region: Where labels are.
    """
    first, last = _around(told.recording, frame)
    window = region.cut(told.recording).part(first, last)
    grid = grid_over(window, region)
    found = [detector.detect(window, index, grid) for index in range(len(window))]
    classes = detector.model.classes
    tracks = build_tracks(window, [chosen(each, region.holds(each.boxes_ego)) for each in found], classes)
    tracks = witnesses.heard(tracks, told.scene, window, first_frame=first, knows_scene=True)
    there = [track for track in tracks if frame - first in track.frames]
    rows = [_row_in(track, window, frame - first) for track in there]
    names = [classes[track.class_index].name for track in there]
    evidence = np.array([evidence_of(track, window) for track in there]).reshape(-1, len(NAMES))
    claimed, true = np.array(rows).reshape(-1, COLUMNS), told.boxes_ego(frame)
    said = [item.category for item in told.frames[frame]]
    same = np.array([[category == name for category in said] for name in names], np.bool_).reshape(-1, len(true))
    is_right = ((overlap_bev(claimed, true) >= RIGHT) & same).any(axis=1)
    exact = np.array([_is_exact(row, true[mine], name) for row, mine, name in zip(claimed, same, names, strict=True)])
    return Outcomes(evidence, names, np.asarray(is_right), exact.astype(np.bool_))


def _is_exact(row: FloatArray, true: FloatArray, category: str) -> bool:
    """Whether a box may stand as it is for any of some true ones (N, 7)."""
    tolerance = _costs().tolerances.of(category)
    return bool(is_exact(np.broadcast_to(row, true.shape), true, tolerance).any())


@cache
def _costs() -> CostSheet:
    return load_costs(None)


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
