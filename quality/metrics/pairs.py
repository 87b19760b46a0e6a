"""Which predicted object is which object of the truth, and how far they are apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from geometry.arrays import BoolArray, FloatArray, IntArray
from geometry.rotation import wrap_angle
from quality.metrics.average_precision import Comparison
from quality.metrics.kitti_rules import EvaluatedClass
from quality.metrics.objects import ObjectTable

MIN_PAIR_OVERLAP = 0.1
"""Volumes that overlap this much are one object, seen well or badly."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """One class matched one to one so that the overlaps add up to the most.

    Attributes:
        truth: (P,) places in the truth, rising.
        prediction: (P,) places in the prediction.
        iou_3d: (P,) overlap of the volumes.
        missed: (M,) places of the truth without a partner.
        false: (F,) places of the prediction without a partner.
        excused: (K,) predictions that are neither right nor wrong: on a neighbouring class or in an ignore region.
    """

    truth: IntArray
    prediction: IntArray
    iou_3d: FloatArray
    missed: IntArray
    false: IntArray
    excused: IntArray


def match_pairs(comparison: Comparison, evaluated: EvaluatedClass, min_score: float | None = None) -> Pairs:
    """Match the objects of a class by their volumes, frame by frame, whatever their difficulty."""
    truth, prediction, overlaps = comparison.truth, comparison.prediction, comparison.overlaps
    own_truth = truth.of_category(evaluated.name) & truth.has_box
    own_prediction = prediction.of_category(evaluated.name) & prediction.has_box
    if min_score is not None:
        own_prediction &= prediction.score >= min_score
    is_near = (overlaps.space >= MIN_PAIR_OVERLAP) & own_prediction[overlaps.prediction]
    near = np.flatnonzero(is_near & own_truth[overlaps.truth])
    i, j, iou = overlaps.truth[near], overlaps.prediction[near], overlaps.space[near]
    matched = best_assignment(truth.frame[i], i, j, iou)
    i, j, iou = i[matched], j[matched], iou[matched]
    on_neighbor = np.zeros(len(prediction), dtype=np.bool_)
    on_neighbor[overlaps.prediction[is_near & truth.of_category(evaluated.neighbor)[overlaps.truth]]] = True
    left = own_prediction & ~_mask(j, len(prediction))
    excused = left & (on_neighbor | (comparison.covered > evaluated.min_overlap))
    missed = own_truth & ~_mask(i, len(truth))
    return Pairs(i, j, iou, np.flatnonzero(missed), np.flatnonzero(left & ~excused), np.flatnonzero(excused))


def best_assignment(group: IntArray, rows: IntArray, columns: IntArray, gain: FloatArray) -> IntArray:
    """Choose candidates so that, in each group, every row and column is used at most once and the gain is largest.

    Args:
        group: (E,) rising; rows and columns of different groups differ.
        rows: (E,) row of each candidate.
        columns: (E,) column of each candidate.
        gain: (E,) above zero.

    Returns:
        Places of the chosen candidates, rising.
    """
    chosen: list[int] = []
    edges = np.flatnonzero(np.diff(group)) + 1
    for part in np.split(np.arange(len(group)), edges):
        row_names, row = np.unique(rows[part], return_inverse=True)
        column_names, column = np.unique(columns[part], return_inverse=True)
        gains = np.zeros((len(row_names), len(column_names)))
        place = np.full(gains.shape, -1)
        gains[row, column], place[row, column] = gain[part], part
        found = place[linear_sum_assignment(gains, maximize=True)]
        chosen.extend(found[found >= 0].tolist())
    return np.sort(np.array(chosen, dtype=np.int64))


@dataclass(frozen=True, eq=False)
class PairErrors:
    """Prediction less truth, for P pairs.

    Attributes:
        center_m: (P, 3) along the length, across to the left, and up, as the truth's box lies.
        size_m: (P, 3) length, width, height.
        yaw_rad: (P,) in [-π, π).
    """

    center_m: FloatArray
    size_m: FloatArray
    yaw_rad: FloatArray

    @classmethod
    def of(cls, truth: ObjectTable, prediction: ObjectTable, pairs: Pairs) -> PairErrors:
        """Measure the pairs."""
        a, b = truth.boxes.take(pairs.truth), prediction.boxes.take(pairs.prediction)
        x, y, z = (b.center - a.center).T
        along, across = a.cos_yaw * x + a.sin_yaw * y, a.cos_yaw * y - a.sin_yaw * x
        yaw = np.arctan2(b.sin_yaw, b.cos_yaw) - np.arctan2(a.sin_yaw, a.cos_yaw)
        return cls(np.stack([along, across, z], axis=1), 2.0 * (b.half_lwh - a.half_lwh), wrap_angle(yaw))

    @property
    def distance_m(self) -> FloatArray:
        """(P,) between the centres."""
        return np.asarray(np.linalg.norm(self.center_m, axis=1))

    @property
    def is_flipped(self) -> BoolArray:
        """(P,) where front and rear are taken for each other."""
        return np.abs(self.yaw_rad) > np.pi / 2


def range_m(objects: ObjectTable) -> FloatArray:
    """(N,) horizontal distance of the box centres from the sensor."""
    return np.asarray(np.hypot(objects.boxes.center[:, 0], objects.boxes.center[:, 1]))


def _mask(places: IntArray, size: int) -> BoolArray:
    mask = np.zeros(size, dtype=np.bool_)
    mask[places] = True
    return mask
