"""KITTI's average precision, rule by rule, on cases small enough to reckon by hand."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from quality.metrics import ObjectTable
from quality.metrics.average_precision import Comparison, average_precision, recall_thresholds
from quality.metrics.kitti_rules import CAR, CYCLIST, KITTI_CLASSES, PEDESTRIAN, EvaluatedClass

Rows = list[dict[str, Any]]
MakeTable = Callable[[Rows], ObjectTable]
ENOUGH = 60  # objects, so that every one of the 41 recalls is reached
LOW = (100.0, 100.0, 130.0, 120.0)


@pytest.fixture
def score(table: MakeTable) -> Callable[..., dict[str, list[float | None]]]:
    """AP at 40 recalls of rows against rows."""

    def run(truth: Rows, prediction: Rows, evaluated: EvaluatedClass = CAR, recalls: int = 40) -> Any:
        both = average_precision(Comparison.of(table(truth), table(prediction)), evaluated)
        return both[recalls == 40]

    return run


def cars(count: int = ENOUGH, **changes: Any) -> Rows:
    """One car a frame, each a little surer than the one before."""
    return [{"frame": i, "score": (i + 1) / 1000} | changes for i in range(count)]


def in_order(*groups: Rows) -> Rows:
    return sorted(itertools.chain(*groups), key=lambda row: row["frame"])


def test_a_perfect_prediction_of_enough_objects_has_every_point(score: Any) -> None:
    for recalls in (11, 40):
        assert score(cars(), cars(), recalls=recalls) == {name: [100.0] * 3 for name in ("bbox", "bev", "3d", "aos")}


def test_of_few_objects_even_a_perfect_prediction_stays_below(score: Any) -> None:
    """The thresholds are the scores of right predictions, so four objects reach only four of 41 recalls."""
    assert score(cars(4), cars(4))["bbox"] == [pytest.approx(100 * 3 / 40)] * 3


def test_nothing_predicted_is_nothing_found(score: Any) -> None:
    assert score(cars(), [])["3d"] == [0.0, 0.0, 0.0]


def test_nothing_to_find_has_no_score(score: Any) -> None:
    assert score([], cars())["3d"] == [None, None, None]
    assert score(cars(occluded=1), cars())["3d"][0] is None


def test_difficulty_is_by_occlusion_truncation_and_height(score: Any) -> None:
    for changes in ({"occluded": 2}, {"truncated": 0.4}):
        assert score(cars(**changes), cars())["3d"] == [None, None, 100.0]
    # A truth of exactly 25 px is passed over, a prediction of exactly 25 px is not.
    exactly: dict[str, Any] = {"ltrb": (100.0, 100.0, 130.0, 125.0)}
    assert score(cars(**exactly), cars(**exactly))["bbox"] == [None, None, None]
    above: dict[str, Any] = {"ltrb": (100.0, 100.0, 130.0, 125.1)}
    assert score(cars(**above), cars(**exactly))["bbox"] == [None, 100.0, 100.0]


def test_objects_too_hard_may_be_found_without_harm(score: Any) -> None:
    truth = in_order(cars(), cars(center=(20.0, 9.0, 0.0), ltrb=(300.0, 100.0, 400.0, 160.0), occluded=3))
    assert score(truth, truth)["3d"] == [100.0] * 3
    assert score(truth, cars())["3d"] == [100.0] * 3


def test_false_predictions_cost_precision(score: Any) -> None:
    false = cars(center=(20.0, 30.0, 0.0), ltrb=(300.0, 100.0, 400.0, 160.0), score=9.0)
    assert score(cars(), in_order(cars(), false))["3d"] == pytest.approx([50.0] * 3, abs=1.0)


def test_a_second_prediction_of_one_object_is_false(score: Any) -> None:
    second = [row | {"score": row["score"] - 1e-4} for row in cars()]
    assert score(cars(), in_order(cars(), second))["3d"] == pytest.approx([50.0] * 3, abs=2.0)


def test_low_predictions_are_no_harm(score: Any) -> None:
    false = cars(ltrb=LOW, center=(20.0, 30.0, 0.0), score=9.0)
    assert score(cars(), in_order(cars(), false))["3d"] == [100.0] * 3


def test_a_low_prediction_of_any_class_uses_an_object_up(score: Any) -> None:
    """As in KITTI's program: where a low van stands surest on a car, the car counts as passed over, not as found."""
    low_vans = cars(40, category="Van", ltrb=LOW, score=9.0)
    assert score(cars(), in_order(low_vans, cars()))["3d"] == pytest.approx([100 * 20 / 60] * 3, abs=2)
    tall_vans = cars(40, category="Van", score=9.0)
    assert score(cars(), in_order(tall_vans, cars()))["3d"] == [100.0] * 3


def test_a_prediction_that_counts_comes_before_a_low_one(score: Any) -> None:
    """Even if the low one lies better, and however little less sure it is."""
    better_but_low = [row | {"ltrb": LOW, "score": row["score"] - 1e-4} for row in cars()]
    shifted = cars(center=(20.2, 0.0, 0.0))
    assert score(cars(), in_order(better_but_low, shifted))["3d"] == [100.0] * 3


@pytest.mark.parametrize(
    ("evaluated", "neighbor", "harmless"),
    [(CAR, "Van", True), (CAR, "Truck", False), (PEDESTRIAN, "Person_sitting", True), (CYCLIST, "Pedestrian", False)],
)
def test_a_neighbouring_class_is_neither_right_nor_wrong(
    score: Any, evaluated: EvaluatedClass, neighbor: str, harmless: bool
) -> None:
    own = cars(category=evaluated.name)
    place: dict[str, Any] = {"center": (20.0, 9.0, 0.0), "ltrb": (300.0, 100.0, 400.0, 160.0)}
    truth = in_order(own, cars(category=neighbor, **place))
    taken_for_own = in_order(own, cars(category=evaluated.name, **place))
    found = score(truth, taken_for_own, evaluated)["3d"][1]
    assert (found == 100.0) is harmless


def test_an_ignore_region_excuses_in_the_image_only(score: Any) -> None:
    region = cars(category="DontCare", ltrb=(290.0, 90.0, 500.0, 300.0))
    stray = cars(center=(20.0, 30.0, 0.0), ltrb=(300.0, 100.0, 400.0, 160.0), score=9.0)
    got = score(in_order(cars(), region), in_order(cars(), stray))
    assert got["bbox"] == got["aos"] == [100.0] * 3
    assert got["bev"] == got["3d"] == pytest.approx([50.0] * 3, abs=1.0)


def test_a_region_must_cover_more_than_the_needed_overlap(score: Any) -> None:
    stray = cars(ltrb=(300.0, 100.0, 400.0, 160.0), score=9.0)
    for right, expected in ((369.0, 50.0), (371.0, 100.0)):
        region = cars(category="DontCare", ltrb=(300.0, 100.0, right, 160.0))
        got = score(in_order(cars(), region), in_order(cars(), stray))["bbox"]
        assert got == pytest.approx([expected] * 3, abs=1.0)


def test_overlap_must_exceed_the_limit(score: Any) -> None:
    half = EvaluatedClass("Car", 0.5)
    for width, expected in ((2.0, 0.0), (2.01, 100.0)):
        thin = cars(size=(4.0, width, 1.5), ltrb=(0.0, 0.0, 50.0, 60.0))
        assert score(cars(size=(4.0, 4.0, 1.5)), thin, half)["3d"] == [expected] * 3


def test_orientation_weighs_precision(score: Any) -> None:
    assert score(cars(), cars(alpha=np.pi))["aos"] == pytest.approx([0.0] * 3)
    assert score(cars(), cars(alpha=np.pi / 2))["aos"] == pytest.approx([50.0] * 3)
    assert score(cars(), cars(alpha=np.pi))["bbox"] == [100.0] * 3


def test_what_a_prediction_does_not_carry_is_not_judged(score: Any) -> None:
    assert score(cars(), cars(alpha=np.nan))["aos"] == [None] * 3
    flat = score(cars(), cars(has_box=False))
    assert (flat["3d"], flat["bev"], flat["bbox"]) == ([None] * 3, [None] * 3, [100.0] * 3)


def test_classes_are_spelt_in_any_case(score: Any) -> None:
    assert score(cars(category="car"), cars(category="CAR"))["3d"] == [100.0] * 3


def test_a_greedy_earlier_object_takes_what_a_later_one_needs(score: Any) -> None:
    """In the file's order each takes what overlaps it most, even if another would have fitted better."""
    loose = EvaluatedClass("Car", 0.3)
    first = cars()
    second = [row | {"center": (20.0, 0.5, 0.0)} for row in cars()]
    both = in_order(first, second)
    # Only one prediction, right on the second: the first takes it all the same, and that is one right and one missed.
    got = score(both, second, loose)["3d"]
    assert got == pytest.approx([50.0] * 3, abs=2.0)


def test_thresholds_are_where_recall_comes_nearest_to_its_steps() -> None:
    np.testing.assert_array_equal(recall_thresholds(np.array([0.2, 0.9, 0.5]), 3), [0.9, 0.5, 0.2])
    many = recall_thresholds(np.arange(400) / 400, 400)
    assert len(many) == 41
    np.testing.assert_allclose(np.diff(many)[1:], -10 / 400)
    assert len(recall_thresholds(np.arange(200) / 400, 400)) == 21
    assert recall_thresholds(np.empty(0), 5).size == 0


def test_is_better_the_nearer_the_boxes_lie(score: Any) -> None:
    random = np.random.default_rng(6)
    noise = random.normal(size=(ENOUGH, 3))
    ap = []
    for spread in (0.0, 0.2, 0.4, 0.8):
        shifted = [
            row | {"center": tuple(np.array([20.0, 0.0, 0.0]) + spread * shift)}
            for row, shift in zip(cars(), noise, strict=True)
        ]
        ap.append(score(cars(), shifted)["3d"][1])
    assert ap[0] == 100.0
    assert ap == sorted(ap, reverse=True)
    assert ap[-1] < 20


def test_equals_an_evaluator_that_goes_object_by_object(table: MakeTable) -> None:
    """The rules again, in the plainest form: one frame, one threshold, one object after the other."""
    random = np.random.default_rng(8)
    truth, prediction = (crowd(random, is_prediction) for is_prediction in (False, True))
    comparison = Comparison.of(table(truth), table(prediction))
    for evaluated in KITTI_CLASSES:
        loose = EvaluatedClass(evaluated.name, 0.3, evaluated.neighbor)
        r11, _ = average_precision(comparison, loose)
        assert r11["3d"] == pytest.approx(plain_r11(comparison, loose), abs=1e-9)
        assert None not in r11["3d"]


def crowd(random: np.random.Generator, is_prediction: bool) -> Rows:
    """Crowded frames, so that candidates overlap several objects."""
    names = ["Car", "Van", "Pedestrian", "Person_sitting", "Cyclist"]
    rows = []
    for frame in range(40):
        for place in range(10):
            height = random.choice([20.0, 30.0, 60.0])
            rows.append(
                {
                    "frame": frame,
                    "category": str(names[(place + (random.random() < 0.1)) % 5]),
                    "center": (20.0 + place // 5 * 1.5 + random.normal(0, 0.4), random.normal(0, 0.3), 0.0),
                    "ltrb": (10.0, 10.0, 60.0, 10.0 + height),
                    "occluded": int(random.integers(0, 3)),
                    "score": float(np.round(random.random(), 2)) if is_prediction else 1.0,
                }
            )
    return rows


def plain_r11(comparison: Comparison, evaluated: EvaluatedClass) -> list[float]:
    return [plain_curve(comparison, evaluated, difficulty) for difficulty in range(3)]


def plain_curve(comparison: Comparison, evaluated: EvaluatedClass, difficulty: int) -> float:
    truth, prediction = comparison.truth, comparison.prediction
    overlap = {
        (i, j): value
        for i, j, value in zip(
            comparison.overlaps.truth, comparison.overlaps.prediction, comparison.overlaps.space, strict=True
        )
    }
    occluded, height_px = (0, 1, 2)[difficulty], (40, 25, 25)[difficulty]
    names, found_names = truth.category.tolist(), prediction.category.tolist()
    tall = truth.ltrb_px[:, 3] - truth.ltrb_px[:, 1]
    low = prediction.ltrb_px[:, 3] - prediction.ltrb_px[:, 1] < height_px

    def one_pass(limit: float | None) -> tuple[list[float], int, int]:
        taken: set[int] = set()
        right: list[float] = []
        for i in range(len(truth)):
            if names[i] not in (evaluated.name, evaluated.neighbor):
                continue
            counts = names[i] == evaluated.name and truth.occluded[i] <= occluded and tall[i] > height_px
            best, key = None, (-1.0, -np.inf)
            for j in range(len(prediction)):
                takes_part = low[j] or found_names[j] == evaluated.name
                if j in taken or not takes_part or overlap.get((i, j), 0.0) <= evaluated.min_overlap:
                    continue
                if limit is not None and prediction.score[j] < limit:
                    continue
                rank = (0.0, prediction.score[j]) if limit is None else (1.0 - low[j], 0.0 if low[j] else overlap[i, j])
                if rank > key:
                    best, key = j, rank
            if best is not None:
                taken.add(best)
                if counts and not low[best]:
                    right.append(float(prediction.score[best]))
        wrong = sum(
            j not in taken and not low[j] and found_names[j] == evaluated.name and prediction.score[j] >= (limit or 0)
            for j in range(len(prediction))
        )
        counted = sum(
            names[i] == evaluated.name and truth.occluded[i] <= occluded and tall[i] > height_px
            for i in range(len(truth))
        )
        return right, wrong, counted

    scores, _, counted = one_pass(None)
    curve = np.zeros(41)
    for step, limit in enumerate(recall_thresholds(np.array(scores), counted)):
        right, wrong, _ = one_pass(float(limit))
        curve[step] = len(right) / max(1, len(right) + wrong)
    return 100.0 * float(np.maximum.accumulate(curve[::-1])[::-1][::4].mean())
