"""Average precision from above: laws, and a slow reference."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geometry import Box, iou_bev
from geometry.arrays import FloatArray, IntArray
from quality.metrics.precision_from_above import ALL, RECALLS, SeenObjects, precision_from_above

NAMES = ("Car", "Pedestrian")


def seen(rng: np.random.Generator, count: int, frames: int = 4) -> tuple[IntArray, IntArray, FloatArray, FloatArray]:
    rows = np.column_stack([
        rng.uniform(0, 12, (count, 2)), np.zeros(count), rng.uniform(2, 5, (count, 2)), np.full(count, 1.5),
        rng.uniform(-3, 3, count),
    ])  # fmt: skip
    # Scores that differ: which of two equally sure ones comes first is nobody's business.
    return rng.integers(0, frames, count), rng.integers(0, 2, count), rows, rng.permutation(count) / max(count, 1)


def slow(truth: SeenObjects, prediction: SeenObjects, rows: tuple[FloatArray, FloatArray], least: float) -> float:
    """By the definition, a prediction at a time."""
    boxes = [[Box.from_yaw(row[:3], row[3:6], row[6]) for row in each] for each in rows]
    taken: set[int] = set()
    hits: list[int] = []
    for j in np.argsort(-prediction.score):
        best, chosen, excused = least, -1, False
        for i in np.flatnonzero(truth.frame == prediction.frame[j]):
            overlap = float(iou_bev([boxes[0][i]], [boxes[1][j]])[0, 0])
            excused |= bool(not truth.is_scored[i] and overlap > 0.2)
            if truth.category[i] == prediction.category[j] and overlap >= best and i not in taken:
                best, chosen = overlap, int(i)
        if chosen >= 0:
            taken.add(chosen)
            hits += [1] if truth.is_scored[chosen] else []
        elif not excused:
            hits.append(0)
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    recall = np.cumsum(hits) / truth.is_scored.sum()
    return float(np.mean([precision[recall >= level - 1e-12].max(initial=0.0) for level in RECALLS]))


@given(st.integers(0, 10**6), st.integers(0, 25), st.integers(0, 25), st.booleans())
@settings(max_examples=60, deadline=None)
def test_it_equals_the_definition(seed: int, wanted: int, claimed: int, some_unscored: bool) -> None:
    rng = np.random.default_rng(seed)
    frame, category, rows, score = seen(rng, wanted)
    rows_claimed = np.concatenate([rows[rng.permutation(wanted)[: claimed // 2]], seen(rng, claimed)[2]])
    frame_claimed = rng.integers(0, 4, len(rows_claimed))
    category_claimed = rng.integers(0, 2, len(rows_claimed))
    score_claimed = rng.permutation(len(rows_claimed)) / max(len(rows_claimed), 1)
    scored = rng.random(wanted) < 0.7 if some_unscored else np.ones(wanted, bool)
    truth = SeenObjects.of(frame, category, rows, score, scored)
    prediction = SeenObjects.of(
        frame_claimed, category_claimed, rows_claimed, score_claimed, np.ones(len(rows_claimed), bool)
    )
    order = np.argsort(frame, kind="stable"), np.argsort(frame_claimed, kind="stable")
    found = precision_from_above(truth, prediction, NAMES, (0.3,))["0.3"][ALL]
    if not scored.any():
        assert found is None
    else:
        assert abs(found - slow(truth, prediction, (rows[order[0]], rows_claimed[order[1]]), 0.3)) < 1e-12


@given(st.integers(0, 10**6), st.integers(1, 20))
@settings(max_examples=30, deadline=None)
def test_the_truth_itself_is_perfect_and_nothing_finds_nothing(seed: int, count: int) -> None:
    frame, category, rows, score = seen(np.random.default_rng(seed), count)
    truth = SeenObjects.of(frame, category, rows, score, np.ones(count, bool))
    nothing = SeenObjects.of(frame[:0], category[:0], rows[:0], score[:0], np.ones(0, bool))
    perfect = precision_from_above(truth, truth, NAMES)
    assert all(value in (1.0, None) for by_name in perfect.values() for value in by_name.values())
    assert precision_from_above(truth, nothing, NAMES)["0.5"][ALL] == 0.0
