"""Probabilities that hold, with many outcomes and with few."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from autolabel.judging.bands import REDO_BELOW, bands_of
from autolabel.judging.calibration import SIMULATED, Calibration, calibrate, reliability
from autolabel.judging.evidence import NAMES


def outcomes(count: int, seed: int = 0) -> tuple[np.ndarray, list[str], np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    evidence = rng.normal(size=(count, len(NAMES)))
    categories = [("Car", "Pedestrian")[i] for i in rng.integers(0, 2, count)]
    walks = np.array([name == "Pedestrian" for name in categories])
    odds = 0.3 + evidence @ [2.0, 0.2, 0.0, 0.5, -0.3, 0.0, 0.6, 0.2] - 1.5 * walks
    return evidence, categories, rng.random(count) < expit(odds), expit(odds)


def test_many_outcomes_find_the_true_weights() -> None:
    evidence, categories, is_right, truth = outcomes(12_000)
    found = calibrate(evidence, categories, is_right)
    guessed = np.array([found.probability(*each) for each in zip(evidence, categories, strict=True)])
    assert np.abs(guessed - truth).mean() < 0.03
    for row in reliability(guessed, is_right):
        assert row["count"] < 100 or abs(row["probability"] - row["right"]) < 0.06


def test_no_outcome_changes_nothing_and_few_change_little() -> None:
    nothing = calibrate(np.zeros((0, len(NAMES))), [], np.zeros(0, bool))
    assert nothing.offset == SIMULATED.offset
    np.testing.assert_array_equal(nothing.weights, SIMULATED.weights)
    evidence, categories, is_right, _ = outcomes(4)
    few = calibrate(evidence, categories, is_right)
    assert np.abs(few.weights - SIMULATED.weights).max() < 0.5


def test_it_travels_as_json() -> None:
    found = calibrate(*outcomes(50)[:3])
    again = Calibration.from_json(found.to_json())
    assert again.probability(np.ones(len(NAMES)), "Car") == found.probability(np.ones(len(NAMES)), "Car")
    assert again.probability(np.ones(len(NAMES)), "never seen") == found.probability(np.ones(len(NAMES)), "never seen")


@pytest.mark.parametrize("witness", ["shape", "camera"])
def test_what_was_learnt_before_there_were_witnesses_gives_them_no_weight(witness: str) -> None:
    told, place = SIMULATED.to_json(), NAMES.index(witness)
    del told["weights"][witness]
    old = Calibration.from_json(told)
    np.testing.assert_array_equal(old.weights, np.where(np.arange(len(NAMES)) == place, 0.0, SIMULATED.weights))
    evidence = np.ones(len(NAMES))
    seen = evidence.copy()
    seen[place] = -3.0
    assert old.probability(evidence, "Car") == old.probability(seen, "Car")
    assert SIMULATED.probability(evidence, "Car") > SIMULATED.probability(seen, "Car")


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.integers(1, 100)), max_size=40), st.floats(0.001, 0.5))
@settings(max_examples=80, deadline=None)
def test_the_accept_band_holds_no_more_errors_than_wished(
    tracks: list[tuple[float, float, int]], wished: float
) -> None:
    probability, may_stand, boxes = (np.array([each[place] for each in tracks], dtype=float) for place in range(3))
    exact = np.minimum(probability, may_stand)
    bands = bands_of(probability, may_stand, boxes, wished)
    accepted = np.array([band == "accept" for band in bands], dtype=bool)
    if accepted.any():
        assert ((1 - exact) * boxes)[accepted].sum() <= wished * boxes[accepted].sum() + 1e-9
        assert exact[accepted].min() >= exact[~accepted].max(initial=0.0)
    # What is hardly an object is made anew, however exact it may be.
    redone = np.array([band == "redo" for band in bands], dtype=bool)
    assert (probability[redone] < REDO_BELOW).all()
    # A smaller wish never accepts more.
    stricter = bands_of(probability, may_stand, boxes, wished / 2)
    assert sum(band == "accept" for band in stricter) <= accepted.sum()
