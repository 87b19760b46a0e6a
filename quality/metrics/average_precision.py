"""KITTI's average precision: in the image, from above, in space, and of the orientation.

Source: the readme of KITTI's object development kit, and the behaviour of its evaluation program; the 40 recall
positions are of Simonelli et al., Disentangling Monocular 3D Object Detection, 2019.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geometry.arrays import BoolArray, FloatArray, IntArray
from quality.metrics.greedy import match_in_turn
from quality.metrics.kitti_rules import (
    ABSENT,
    COUNTED,
    DIFFICULTIES,
    PASSED_OVER,
    Difficulty,
    EvaluatedClass,
    States,
    prediction_states,
    truth_states,
)
from quality.metrics.objects import ObjectTable
from quality.metrics.overlaps import Overlaps, covered_by_regions

RECALL_STEPS = 40
METRICS = ("bbox", "bev", "3d", "aos")

Scores = dict[str, list[float | None]]
"""By metric: percent for easy, moderate and hard, or None where there is nothing to find or to judge by."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """Truth and prediction with what both need: measured once, used for all classes and metrics."""

    truth: ObjectTable
    prediction: ObjectTable
    overlaps: Overlaps
    covered: FloatArray

    @classmethod
    def of(cls, truth: ObjectTable, prediction: ObjectTable) -> Comparison:
        """Measure all overlaps."""
        return cls(truth, prediction, Overlaps.of(truth, prediction), covered_by_regions(truth, prediction))


def average_precision(comparison: Comparison, evaluated: EvaluatedClass) -> tuple[Scores, Scores]:
    """The average precision at 11 and at 40 recall positions, by metric."""
    r11: Scores = {}
    r40: Scores = {}
    for metric in METRICS:
        usable = _can_judge(comparison, evaluated, metric)
        curves = [_curve(comparison, evaluated, difficulty, metric) if usable else None for difficulty in DIFFICULTIES]
        r11[metric] = [None if curve is None else 100.0 * float(curve[::4].mean()) for curve in curves]
        r40[metric] = [None if curve is None else 100.0 * float(curve[1:].mean()) for curve in curves]
    return r11, r40


def recall_thresholds(scores: FloatArray, counted: int) -> FloatArray:
    """The scores at which recall comes nearest to 0, 1/40, 2/40, … 1, falling.

    Args:
        scores: Scores of the right predictions.
        counted: Number of objects that must be found.
    """
    falling = np.sort(scores)[::-1]
    chosen: list[float] = []
    wanted_recall = 0.0
    for place, score in enumerate(falling, start=1):
        is_last = place == len(falling)
        here, following = place / counted, (place + 1) / counted
        if not is_last and following - wanted_recall < wanted_recall - here:
            continue
        chosen.append(float(score))
        wanted_recall += 1.0 / RECALL_STEPS
    return np.array(chosen)


def _can_judge(comparison: Comparison, evaluated: EvaluatedClass, metric: str) -> bool:
    """Whether the labels carry what the metric looks at; where nothing is predicted, nothing was found."""
    own = comparison.prediction.of_category(evaluated.name)
    if not own.any():
        return True
    if metric == "aos":
        asked = comparison.truth.of_category(evaluated.name)
        alphas = np.concatenate([comparison.prediction.alpha_rad[own], comparison.truth.alpha_rad[asked]])
        return bool(np.isfinite(alphas).all() and comparison.prediction.has_ltrb[own].any())
    has = comparison.prediction.has_ltrb if metric == "bbox" else comparison.prediction.has_box
    return bool(has[own].any())


def _curve(comparison: Comparison, evaluated: EvaluatedClass, difficulty: Difficulty, metric: str) -> FloatArray | None:
    """(41,) precision, for ``aos`` weighed by orientation, at recalls from 0 to 1; None without anything to find."""
    truth, prediction = comparison.truth, comparison.prediction
    states = truth_states(truth, evaluated, difficulty), prediction_states(prediction, evaluated, difficulty)
    counted = int((states[0] == COUNTED).sum())
    if counted == 0:
        return None
    overlaps = comparison.overlaps
    overlap = {"bev": overlaps.bev, "3d": overlaps.space}.get(metric, overlaps.bbox)
    takes_part = (states[0][overlaps.truth] != ABSENT) & (states[1][overlaps.prediction] != ABSENT)
    chosen = np.flatnonzero(takes_part & (overlap > evaluated.min_overlap))
    # Regions lie in the image, so only there do they excuse a prediction.
    is_in_image = metric in ("bbox", "aos")
    excused = (comparison.covered > evaluated.min_overlap) & is_in_image
    matcher = _Matcher(comparison, states, chosen, overlap[chosen], excused)
    thresholds = recall_thresholds(matcher.scores_of_right(), counted)
    return matcher.precision(thresholds, weighed_by_orientation=metric == "aos")


class _Matcher:
    """The two passes over one class, difficulty and metric."""

    def __init__(
        self,
        comparison: Comparison,
        states: tuple[States, States],
        chosen: IntArray,
        overlap: FloatArray,
        excused: BoolArray,
    ) -> None:
        self.truth, self.prediction = comparison.truth, comparison.prediction
        self.truth_states, self.prediction_states = states
        self.candidates = comparison.overlaps.truth[chosen], comparison.overlaps.prediction[chosen]
        self.overlap = overlap
        self.excused = excused

    def scores_of_right(self) -> FloatArray:
        """First pass: each object takes the surest candidate; the scores of those that are right."""
        i, j = self.candidates
        order = np.lexsort((j, -self.prediction.score[j], i))
        is_free = np.ones((len(self.prediction), 1), dtype=np.bool_)
        takers, taken = match_in_turn(i[order], j[order], self.truth.frame, is_free)
        is_right, place = self._right(takers, taken)
        return self.prediction.score[place[is_right]]

    def precision(self, thresholds: FloatArray, *, weighed_by_orientation: bool) -> FloatArray:
        """Second pass, for each threshold: each object takes the candidate that overlaps most, low ones last."""
        i, j = self.candidates
        is_low = self.prediction_states[j] == PASSED_OVER
        order = np.lexsort((j, np.where(is_low, 0.0, -self.overlap), is_low, i))
        is_free = (self.prediction.score[:, None] >= thresholds) & (self.prediction_states != ABSENT)[:, None]
        takers, taken = match_in_turn(i[order], j[order], self.truth.frame, is_free)
        is_right, place = self._right(takers, taken)
        right = is_right.sum(axis=0)
        wrong = (is_free & ((self.prediction_states == COUNTED) & ~self.excused)[:, None]).sum(axis=0)
        value = is_right.astype(np.float64)
        if weighed_by_orientation:
            value *= (1.0 + np.cos(self.truth.alpha_rad[takers, None] - self.prediction.alpha_rad[place])) / 2.0
        return _best_from_there_on(value.sum(axis=0) / np.maximum(right + wrong, 1))

    def _right(self, takers: IntArray, taken: IntArray) -> tuple[BoolArray, IntArray]:
        """(G, T) where an object that must be found took a prediction that counts; and which."""
        place = np.maximum(taken, 0)
        is_counted = (self.truth_states[takers] == COUNTED)[:, None]
        return is_counted & (taken >= 0) & (self.prediction_states[place] == COUNTED), place


def _best_from_there_on(values: FloatArray) -> FloatArray:
    """41 values: each the best from its recall on, zero where recall is not reached."""
    padded = np.zeros(RECALL_STEPS + 1)
    padded[: len(values)] = values
    return np.asarray(np.maximum.accumulate(padded[::-1])[::-1])
