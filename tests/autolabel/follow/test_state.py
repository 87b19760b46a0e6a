"""Predictions: even motion is met exactly, and what a kind cannot do is not looked for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autolabel.follow.state import State, level_velocity, predict
from geometry import Box
from quality.checks.motion_limits import limits_of

CAR = limits_of("Car")


def states(speed_x: float, speed_y: float, count: int, step_s: float = 0.1) -> list[State]:
    return [
        State(n, n * step_s, Box.from_yaw([speed_x * n * step_s, speed_y * n * step_s, 0.0], [4.0, 2.0, 1.5], 0.0))
        for n in range(count)
    ]


@given(speed_x=st.floats(-30.0, 30.0), speed_y=st.floats(-30.0, 30.0), count=st.integers(2, 12))
def test_even_motion_is_met(speed_x: float, speed_y: float, count: int) -> None:
    known = states(speed_x, speed_y, count)
    met = predict(known, count * 0.1, CAR, is_rigid=True)
    assert met.is_known
    assert met.box.center[:2] == pytest.approx([speed_x * count * 0.1, speed_y * count * 0.1], abs=1e-6)
    back = predict(known[::-1], -0.1, CAR, is_rigid=True)
    assert back.box.center[:2] == pytest.approx([-0.1 * speed_x, -0.1 * speed_y], abs=1e-6)


def test_one_place_says_no_velocity() -> None:
    velocity, sigma = level_velocity(states(5.0, 0.0, 1))
    assert (velocity.tolist(), sigma) == ([0.0, 0.0], None)
    met = predict(states(5.0, 0.0, 1), 0.1, CAR, is_rigid=True)
    assert not met.is_known
    assert met.reach_m[0] > met.reach_m[1]


def test_what_turns_is_predicted_round_the_bend() -> None:
    rate, speed = 0.4, 8.0
    radius = speed / rate
    known = [
        State(
            n,
            n * 0.1,
            Box.from_yaw(
                [radius * np.sin(rate * n * 0.1), radius * (1 - np.cos(rate * n * 0.1)), 0.0],
                [4.0, 2.0, 1.5],
                rate * n * 0.1,
            ),
        )
        for n in range(8)
    ]
    met = predict(known, 0.8, CAR, is_rigid=True)
    truth = [radius * np.sin(rate * 0.8), radius * (1 - np.cos(rate * 0.8))]
    assert np.hypot(*(met.box.center[:2] - truth)) < 0.15
    assert met.box.yaw_rad == pytest.approx(rate * 0.8, abs=0.03)
