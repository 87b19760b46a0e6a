"""Log odds count as far as they have proved true."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autolabel.camera.trust import SHARES, STALE, Answers, trusted


def _answers(objects: list[float], is_object: list[bool], headings: list[float] | None = None) -> Answers:
    faced = np.array(is_object, np.bool_) if headings is not None else np.zeros(len(objects), np.bool_)
    ways = np.zeros(len(objects)) if headings is None else np.array(headings)
    return Answers(np.array(objects), ways, np.array(is_object, np.bool_), faced)


def test_who_was_always_right_is_trusted_and_who_was_wrong_is_not() -> None:
    truth = [True] * 20 + [False] * 20
    right, wrong = ([sign * (3.0 if each else -3.0) for each in truth] for sign in (1.0, -1.0))
    (trust, heading), _ = trusted(_answers(right, truth, right), (0.0, 0.0))
    assert trust > 0.4
    assert heading > 0.25
    (trust, heading), _ = trusted(_answers(wrong, truth, wrong), (1.0, 1.0))
    assert (trust, heading) == (0.0, 0.0)


def test_who_guesses_is_hardly_trusted() -> None:
    rng = np.random.default_rng(0)
    (trust, _), _ = trusted(_answers(rng.normal(0, 3, 400).tolist(), [True, False] * 200), (1.0, 1.0))
    assert trust < 0.1


@pytest.mark.parametrize("objects", [[], [2.0, 1.0]])
def test_without_crops_of_both_kinds_older_trust_counts_for_less(objects: list[float]) -> None:
    (trust, heading), cost = trusted(_answers(objects, [True] * len(objects)), (0.8, 0.6))
    assert (trust, heading, cost) == (STALE * 0.8, STALE * 0.6, 0.0)


def test_of_two_the_one_that_knows_more_costs_less() -> None:
    truth = [True] * 10 + [False] * 10
    rng = np.random.default_rng(1)
    sharp, blunt = ([(2.0 if each else -2.0) + s * float(rng.normal()) for each in truth] for s in (0.1, 3.0))
    assert trusted(_answers(sharp, truth), (0.5, 0.5))[1] < trusted(_answers(blunt, truth), (0.5, 0.5))[1]


@given(st.lists(st.tuples(st.floats(-6.0, 6.0), st.booleans()), max_size=30), st.floats(0.0, 1.5), st.floats(0.0, 1.5))
def test_trust_stays_within_bounds(pairs: list[tuple[float, bool]], objects: float, headings: float) -> None:
    odds, truth = [odd for odd, _ in pairs], [is_object for _, is_object in pairs]
    trust, cost = trusted(_answers(odds, truth, odds), (objects, headings))
    assert all(0.0 <= each <= SHARES[-1] for each in trust)
    assert np.isfinite(cost)
