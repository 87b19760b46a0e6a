"""Which proposed box is which true box: by frame, whatever their categories, and steady over a track's life."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geometry import BoxColumns, iou_bev_aligned
from geometry.arrays import BoolArray, FloatArray, IntArray
from quality.effort.scene import BoxTable, IgnoreTest
from quality.metrics.overlaps import pairs_of_frames
from quality.metrics.pairs import best_assignment

LEAST_IOU = 0.15
REACH_M = 0.5
REACH_WIDTHS = 0.5
"""Boxes of thin things overlap little or not at all and yet are moved rather than drawn anew: their middles count."""
BESIDE = 0.3
ROWS_AT_ONCE = 20_000


@dataclass(frozen=True, eq=False)
class Matches:
    """Who is who.

    Attributes:
        truth: (P,) rows of the truth, all scored.
        proposal: (P,) rows of the proposals.
        is_on_truth: (M,) rows of the proposals that have a partner, one that does not count included.
        is_excused: (M,) rows of the proposals that are neither right nor wrong: on a true box that does not count, or
            without a partner where that is ignored.
    """

    truth: IntArray
    proposal: IntArray
    is_on_truth: BoolArray
    is_excused: BoolArray


def match_boxes(truth: BoxTable, proposals: BoxTable, is_ignored: IgnoreTest | None = None) -> Matches:
    """Match one to one in each frame so that the gains add up to the most (Hungarian method).

    The gain of a pair is the overlap from above, and a little for near middles, plus the mean of that between the two
    tracks over the true one's life: of two that fit equally well, the one that has fitted all along.
    """
    i, j, gain = _candidates(truth, proposals)
    pair, group = np.unique(truth.track[i] * max(1, len(proposals.names)) + proposals.track[j], return_inverse=True)
    lives = np.bincount(truth.track, minlength=len(truth.names))
    steady = np.bincount(group, gain, len(pair))[group] / lives[truth.track[i]] if len(i) else gain
    chosen = best_assignment(truth.frame[i], i, j, gain + steady)
    i, j = i[chosen], j[chosen]
    is_on_truth, is_excused = np.zeros((2, len(proposals.frame)), dtype=np.bool_)
    is_on_truth[j] = True
    is_excused[j[~truth.is_scored[i]]] = True
    if is_ignored is not None:
        alone = np.flatnonzero(~is_on_truth)
        is_excused[alone] |= is_ignored(proposals.frame[alone], proposals.boxes[alone])
    counts = truth.is_scored[i]
    return Matches(i[counts], j[counts], is_on_truth, is_excused)


def _candidates(truth: BoxTable, proposals: BoxTable) -> tuple[IntArray, IntArray, FloatArray]:
    """Rows of both, by the truth's, and the gain of each pair, above zero."""
    parts = [
        _candidates_of(truth, proposals, first, min(first + ROWS_AT_ONCE, len(truth.frame)))
        for first in range(0, len(truth.frame), ROWS_AT_ONCE)
    ]
    if not parts:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    rows, columns, gains = (np.concatenate(column) for column in zip(*parts, strict=True))
    return rows, columns, gains


def _candidates_of(truth: BoxTable, proposals: BoxTable, first: int, end: int) -> tuple[IntArray, IntArray, FloatArray]:
    i, j = pairs_of_frames(truth.frame[first:end], proposals.frame)
    i = i + first
    a, b = truth.boxes, proposals.boxes
    away_m = np.hypot(a[i, 0] - b[j, 0], a[i, 1] - b[j, 1])
    is_near = away_m <= np.maximum((np.hypot(*a[:, 3:5].T)[i] + np.hypot(*b[:, 3:5].T)[j]) / 2.0, REACH_M)
    i, j, away_m = i[is_near], j[is_near], away_m[is_near]
    iou = iou_bev_aligned(_columns(a[i]), _columns(b[j]))
    closeness = np.maximum(0.0, 1.0 - away_m / np.maximum(REACH_M, REACH_WIDTHS * a[i, 4]))
    kept = (iou > LEAST_IOU) | (closeness > 0.0)
    return i[kept], j[kept], (iou + BESIDE * closeness)[kept]


def _columns(boxes: FloatArray) -> BoxColumns:
    return BoxColumns.from_arrays(boxes[:, :3], boxes[:, 3:6], boxes[:, 6])
