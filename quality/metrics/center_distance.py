"""Average precision by distance of centres, and the errors of what was found, as nuScenes' detection task counts them.

Source: Caesar et al., nuScenes: A Multimodal Dataset for Autonomous Driving, 2020, section 3.1, and the behaviour of
its evaluation program: a prediction is right where the centre of an object that no surer one took lies near enough,
seen from above; precision below 0.1 and recall below 0.1 do not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.spatial.distance import cdist

from geometry.arrays import BoolArray, FloatArray, IntArray
from geometry.rotation import wrap_angle
from quality.metrics.objects import ObjectTable

DISTANCES_M = (0.5, 1.0, 2.0, 4.0)
ERROR_DISTANCE_M = 2.0
"""Errors are those of predictions that are right at this distance."""
RECALLS = np.linspace(0.0, 1.0, 101)
LEAST_RECALL, LEAST_PRECISION = 0.1, 0.1
FIRST = round(100 * LEAST_RECALL) + 1
ERRORS = ("translation_m", "scale", "orientation_rad")


@dataclass(frozen=True, eq=False)
class Found:
    """The predictions of one class, the surest first, and what each found.

    Attributes:
        score: (P,) falling.
        prediction: (P,) places in the table of predictions.
        truth: (P,) the object that each took, or -1.
        distance_m: (P,) to it, from above; infinite where there is none.
    """

    score: FloatArray
    prediction: IntArray
    truth: IntArray
    distance_m: FloatArray

    @property
    def is_right(self) -> BoolArray:
        """(P,) which found an object."""
        return np.asarray(self.truth >= 0)


def center_distance_metrics(truth: ObjectTable, prediction: ObjectTable, categories: Sequence[str]) -> dict[str, Any]:
    """Average precision and errors of each category.

    Returns:
        By category ``AP`` (0 to 1: by distance such as ``0.5``, and their ``mean``) and ``errors``: the mean distance,
        one minus the overlap of the sizes, and the angle between headings, averaged over recall; 1 where nothing was
        found. None where the truth has no object of the category.
    """
    return {name: _of_category(truth, prediction, name) for name in categories}


def _of_category(truth: ObjectTable, prediction: ObjectTable, name: str) -> dict[str, Any] | None:
    wanted = np.flatnonzero(truth.of_category(name) & truth.has_box)
    claimed = np.flatnonzero(prediction.of_category(name) & prediction.has_box)
    if len(wanted) == 0:
        return None
    by_distance = {
        f"{limit:g}": _average_precision(find(truth, prediction, wanted, claimed, limit), len(wanted))
        for limit in DISTANCES_M
    }
    found = find(truth, prediction, wanted, claimed, ERROR_DISTANCE_M)
    mean = float(np.mean(list(by_distance.values())))
    return {"AP": {**by_distance, "mean": mean}, "errors": _errors(truth, prediction, found, len(wanted))}


def find(truth: ObjectTable, prediction: ObjectTable, wanted: IntArray, claimed: IntArray, limit_m: float) -> Found:
    """Let each prediction, the surest first, take the nearest object left in its frame, if it is near enough."""
    # Of equally sure ones nuScenes' program takes the last first.
    claimed = claimed[::-1][np.argsort(-prediction.score[claimed[::-1]], kind="stable")]
    taken = np.full(len(claimed), -1, dtype=np.int64)
    distance_m = np.full(len(claimed), np.inf)
    for frame in np.unique(prediction.frame[claimed]).tolist():
        rows = np.flatnonzero(prediction.frame[claimed] == frame)
        objects = wanted[truth.frame[wanted] == frame]
        if len(objects) == 0:
            continue
        apart = cdist(prediction.boxes.center[claimed[rows], :2], truth.boxes.center[objects, :2])
        for row, away in zip(rows.tolist(), apart, strict=True):
            nearest = int(away.argmin())
            if away[nearest] < limit_m:
                taken[row], distance_m[row] = objects[nearest], away[nearest]
                apart[:, nearest] = np.inf
    return Found(prediction.score[claimed], claimed, taken, distance_m)


def _curves(found: Found, count: int) -> tuple[FloatArray, FloatArray]:
    """(101,) precision and score by recall; both 0 beyond what is reached."""
    if not found.is_right.any():
        return np.zeros_like(RECALLS), np.zeros_like(RECALLS)
    right = np.cumsum(found.is_right)
    recall, precision = right / count, right / np.arange(1, len(right) + 1)
    return (
        np.interp(RECALLS, recall, precision, right=0.0),
        np.interp(RECALLS, recall, found.score, right=0.0),
    )


def _average_precision(found: Found, count: int) -> float:
    precision, _ = _curves(found, count)
    return float(np.clip(precision[FIRST:] - LEAST_PRECISION, 0.0, None).mean()) / (1.0 - LEAST_PRECISION)


def _errors(truth: ObjectTable, prediction: ObjectTable, found: Found, count: int) -> dict[str, float]:
    """Running means over falling scores, read at each recall, and averaged over the recalls that are reached."""
    _, score = _curves(found, count)
    reached = np.flatnonzero(score)
    last = int(reached[-1]) if len(reached) else 0
    if last < FIRST:
        return dict.fromkeys(ERRORS, 1.0)
    right = found.is_right
    i, j = found.truth[right], found.prediction[right]
    values = (found.distance_m[right], _size_error(truth, prediction, i, j), _turn(truth, prediction, i, j))
    errors: dict[str, float] = {}
    for name, value in zip(ERRORS, values, strict=True):
        running = np.cumsum(value) / np.arange(1, len(value) + 1)
        by_recall = np.interp(score[::-1], found.score[right][::-1], running[::-1])[::-1]
        errors[name] = float(by_recall[FIRST : last + 1].mean())
    return errors


def _size_error(truth: ObjectTable, prediction: ObjectTable, i: IntArray, j: IntArray) -> FloatArray:
    """One minus the overlap of two boxes that lie in the same place and heading."""
    a, b = truth.boxes.half_lwh[i], prediction.boxes.half_lwh[j]
    common = np.minimum(a, b).prod(axis=1)
    return np.asarray(1.0 - common / (a.prod(axis=1) + b.prod(axis=1) - common))


def _turn(truth: ObjectTable, prediction: ObjectTable, i: IntArray, j: IntArray) -> FloatArray:
    yaw_true = np.arctan2(truth.boxes.sin_yaw[i], truth.boxes.cos_yaw[i])
    yaw = np.arctan2(prediction.boxes.sin_yaw[j], prediction.boxes.cos_yaw[j])
    return np.abs(wrap_angle(yaw - yaw_true))
