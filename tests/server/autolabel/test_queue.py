"""What looking at a proposed track costs and brings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.effort import load_costs
from server.autolabel.queue import expected

SCORES = st.floats(0.0, 1.0)


@given(score=SCORES, frames=st.integers(1, 10_000))
def test_looking_always_takes_time_and_never_spoils(score: float, frames: int) -> None:
    found = expected(score, frames)
    assert found.seconds >= load_costs().seconds.strip
    assert 0.0 <= found.corrections <= frames


@given(a=SCORES, b=SCORES, frames=st.integers(1, 500))
def test_the_more_doubtful_comes_first(a: float, b: float, frames: int) -> None:
    low, high = (expected(score, frames) for score in sorted((a, b)))
    assert low.corrections / low.seconds >= high.corrections / high.seconds - 1e-12


def test_what_is_certain_brings_nothing() -> None:
    assert expected(1.0, 50).corrections == 0.0
    assert expected(0.0, 50).seconds == pytest.approx(expected(1.0, 50).seconds + load_costs().seconds.delete)
