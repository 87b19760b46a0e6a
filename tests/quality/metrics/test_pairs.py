"""Which object is which, and the errors between them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from quality.metrics import ObjectTable
from quality.metrics.average_precision import Comparison
from quality.metrics.kitti_rules import CAR
from quality.metrics.pairs import PairErrors, Pairs, best_assignment, match_pairs

MakeTable = Callable[[list[dict[str, Any]]], ObjectTable]


@pytest.fixture
def match(table: MakeTable) -> Callable[..., tuple[Comparison, Pairs]]:
    def run(truth: Any, prediction: Any, min_score: float | None = None) -> tuple[Comparison, Pairs]:
        comparison = Comparison.of(table(truth), table(prediction))
        return comparison, match_pairs(comparison, CAR, min_score)

    return run


def test_errors_are_seen_from_the_true_box(match: Any) -> None:
    truth = {"center": (20.0, 0.0, 0.0), "yaw": np.pi / 2}
    predicted = {"center": (20.1, 0.3, -0.2), "yaw": np.pi / 2 + 0.1, "size": (4.4, 1.9, 1.7)}
    comparison, pairs = match([truth], [predicted])
    errors = PairErrors.of(comparison.truth, comparison.prediction, pairs)
    np.testing.assert_allclose(errors.center_m, [[0.3, -0.1, -0.2]], atol=1e-12)
    np.testing.assert_allclose(errors.size_m, [[0.4, -0.1, 0.2]], atol=1e-12)
    np.testing.assert_allclose(errors.yaw_rad, [0.1])
    assert errors.distance_m == pytest.approx(np.sqrt(0.14))


def test_yaw_is_wrapped_and_flips_are_told(match: Any) -> None:
    rows = [{"frame": frame, "yaw": yaw} for frame, yaw in enumerate((3.1, 0.0))]
    found = [{"frame": frame, "yaw": yaw} for frame, yaw in enumerate((-3.1, np.pi - 0.1))]
    comparison, pairs = match(rows, found)
    errors = PairErrors.of(comparison.truth, comparison.prediction, pairs)
    np.testing.assert_allclose(errors.yaw_rad, [2 * np.pi - 6.2, np.pi - 0.1])
    assert errors.is_flipped.tolist() == [False, True]


def test_the_rest_is_missed_false_or_excused(match: Any) -> None:
    truth = [
        {},
        {"center": (40.0, 0.0, 0.0)},
        {"center": (60.0, 0.0, 0.0), "category": "Van"},
        {"category": "DontCare", "ltrb": (500.0, 0.0, 600.0, 100.0)},
        {"center": (80.0, 0.0, 0.0), "category": "Truck"},
    ]
    prediction = [
        {"center": (20.2, 0.0, 0.0)},
        {"center": (60.0, 0.0, 0.0)},
        {"center": (9.0, 9.0, 0.0), "ltrb": (510.0, 10.0, 590.0, 90.0)},
        {"center": (80.0, 0.0, 0.0)},
        {"center": (0.0, 9.0, 0.0), "category": "Pedestrian"},
    ]
    _, pairs = match(truth, prediction)
    assert (pairs.truth.tolist(), pairs.prediction.tolist()) == ([0], [0])
    assert (pairs.missed.tolist(), pairs.false.tolist(), pairs.excused.tolist()) == ([1], [3], [1, 2])


def test_the_overlaps_add_up_to_the_most(match: Any) -> None:
    """The first would rather have the second's, but then the second had none."""
    truth = [{"center": (20.0, 0.0, 0.0)}, {"center": (22.0, 0.0, 0.0)}]
    prediction = [{"center": (20.9, 0.0, 0.0)}, {"center": (19.0, 0.0, 0.0)}]
    _, pairs = match(truth, prediction)
    assert pairs.prediction.tolist() == [1, 0]


def test_unsure_predictions_can_be_left_out(match: Any) -> None:
    _, pairs = match([{}], [{"score": 0.2}], min_score=0.3)
    assert (pairs.missed.tolist(), pairs.false.tolist()) == ([0], [])


def test_swapping_sides_swaps_missed_and_false(match: Any) -> None:
    truth, prediction = [{}, {"center": (40.0, 0.0, 0.0)}], [{"center": (20.5, 0.0, 0.0)}]
    (_, there), (_, back) = match(truth, prediction), match(prediction, truth)
    assert there.missed.tolist() == back.false.tolist() == [1]
    np.testing.assert_allclose(there.iou_3d, back.iou_3d)


def test_best_assignment_beats_every_other() -> None:
    random = np.random.default_rng(1)
    for _ in range(30):
        gains = random.random((3, 4)) * (random.random((3, 4)) < 0.6)
        rows, columns = np.nonzero(gains)
        chosen = best_assignment(np.zeros(len(rows), dtype=np.int64), rows, columns, gains[rows, columns])
        best = max(sum(gains[row, column] for row, column in enumerate(order)) for order in permutations(range(4), 3))
        assert gains[rows, columns][chosen].sum() == pytest.approx(best)
        assert len(set(rows[chosen])) == len(set(columns[chosen])) == len(chosen)
    nothing = np.empty(0, dtype=np.int64)
    assert best_assignment(nothing, nothing, nothing, np.empty(0)).size == 0
