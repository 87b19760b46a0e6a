"""Two tracks cannot be in one place: the surer one stays, there or altogether."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autolabel.tracking.track import ProposedTrack, part
from autolabel.upright import columns
from geometry import iou_bev
from geometry.arrays import BoolArray, FloatArray, IntArray

MOST_OVERLAP = 0.15
MOST_OVERLAP_CROWD = 0.3
"""Of two of a kind that has soft outlines, such as people in a group."""
MOST_COVERED = 0.6
"""So much of the smaller box may lie in the larger one."""
MOST_LOST = 0.5
"""A track that loses more than this share of the frames it was detected in was never there."""


def suppress(tracks: Sequence[ProposedTrack], frame_count: int, in_crowds: BoolArray) -> list[ProposedTrack]:
    """The tracks without what coincides with surer ones.

    Args:
        tracks: In ``base``, in the frames in which they are there.
        frame_count: Frames of the scene.
        in_crowds: (C,) by class, whether objects of it come close to each other.
    """
    order = sorted(range(len(tracks)), key=lambda number: _rank(tracks[number]))
    ranked = [tracks[number] for number in order]
    clashes = _clashes(ranked, frame_count, in_crowds)
    lost = [np.zeros(len(track.frames), dtype=bool) for track in ranked]
    known = [_between_detections(track) for track in ranked]
    dropped = _dropped(ranked, known, clashes)
    for surer, other, place_surer, place_other in clashes.tolist():
        if dropped[surer] or dropped[other]:
            continue
        # What was detected in a frame outdoes what is carried there from another time.
        if ranked[other].is_seen[place_other] and not known[surer][place_surer]:
            lost[surer][place_surer] = True
        else:
            lost[other][place_other] = True
    return [
        part(track, ~gone)
        for track, gone, is_dropped in zip(ranked, lost, dropped, strict=True)
        if not is_dropped and not gone.all()
    ]


def _rank(track: ProposedTrack) -> tuple[float, ...]:
    return (-track.score, -len(track.frames), float(track.frames[0]), *track.boxes_base[0].tolist())


def _clashes(ranked: Sequence[ProposedTrack], frame_count: int, in_crowds: BoolArray) -> IntArray:
    """(K, 4) the surer track, the other, and the places of the frame in both."""
    table: list[list[tuple[int, int]]] = [[] for _ in range(frame_count)]
    for number, track in enumerate(ranked):
        for place, frame in enumerate(track.frames.tolist()):
            table[frame].append((number, place))
    parts = [np.zeros((0, 4), np.int64)]
    for here in table:
        if len(here) < 2:
            continue
        rows = np.array([ranked[number].boxes_base[place] for number, place in here])
        classes = np.array([ranked[number].class_index for number, _ in here])
        pairs = np.argwhere(np.triu(_coincide(rows, classes, in_crowds), 1))
        places = np.array(here, dtype=np.int64)
        first, second = places[pairs[:, 0]], places[pairs[:, 1]]
        parts.append(np.column_stack([first[:, 0], second[:, 0], first[:, 1], second[:, 1]]))
    return np.concatenate(parts)


def _coincide(rows: FloatArray, classes: IntArray, in_crowds: BoolArray) -> BoolArray:
    """(N, N) which boxes are too much in one place."""
    overlap = iou_bev(columns(rows), columns(rows))
    area = rows[:, 3] * rows[:, 4]
    shared = overlap / (1.0 + overlap) * (area[:, None] + area[None])
    covered = shared / np.minimum(area[:, None], area[None])
    crowd = (classes[:, None] == classes[None]) & in_crowds[classes][:, None]
    return np.asarray((overlap > np.where(crowd, MOST_OVERLAP_CROWD, MOST_OVERLAP)) | (covered > MOST_COVERED))


def _between_detections(track: ProposedTrack) -> BoolArray:
    """(F,) which frames lie between its first and its last detection."""
    seen = np.maximum.accumulate(track.is_seen)
    return np.asarray(seen & np.maximum.accumulate(track.is_seen[::-1])[::-1])


def _dropped(ranked: Sequence[ProposedTrack], known: Sequence[BoolArray], clashes: IntArray) -> BoolArray:
    """(T,) which tracks coincide with surer ones, that stay, in most frames in which they were detected."""
    dropped = np.zeros(len(ranked), dtype=bool)
    order = np.argsort(clashes[:, 1], kind="stable")
    starts = np.searchsorted(clashes[order, 1], np.arange(len(ranked) + 1))
    for number, track in enumerate(ranked):
        mine = clashes[order[starts[number] : starts[number + 1]]]
        counts = [not dropped[surer] and bool(known[surer][place]) for surer, _, place, _ in mine.tolist()]
        mine = mine[np.array(counts, dtype=bool)]
        places = np.unique(mine[:, 3])
        dropped[number] = bool(track.is_seen[places].sum() > MOST_LOST * track.is_seen.sum())
    return dropped
