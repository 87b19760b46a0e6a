from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autolabel.tracking.motion_filter import ahead, corrected, smooth

TIMES = np.arange(20) / 10.0


@given(st.floats(-20, 20), st.floats(-20, 20), st.floats(-1e3, 1e3))
def test_even_motion_is_kept_as_it_is(speed_x, speed_y, start):
    places = np.column_stack([start + speed_x * TIMES, speed_y * TIMES])
    path = smooth(TIMES, places, np.full(20, 0.1), 1.0, 1e3)

    np.testing.assert_allclose(path.places, places, atol=2e-3)
    np.testing.assert_allclose(path.velocities, np.tile([speed_x, speed_y], (20, 1)), atol=2e-2)


def test_time_may_run_backwards():
    random = np.random.default_rng(0)
    places = np.cumsum(random.normal(0.0, 0.3, (20, 2)), axis=0)
    noise = np.where(np.arange(20) % 7 == 3, np.inf, 0.2)
    path = smooth(TIMES, places, noise, 2.0, 1e3)
    back = smooth(-TIMES[::-1], places[::-1], noise[::-1], 2.0, 1e3)

    np.testing.assert_allclose(path.places, back.places[::-1], atol=1e-3)
    np.testing.assert_allclose(path.place_sigma, back.place_sigma[::-1], rtol=1e-3)


def test_it_solves_the_least_squares_problem():
    """The smoother's answer is the minimum of measurement and acceleration terms together (dense solution)."""
    random = np.random.default_rng(1)
    places, noise, acceleration, dt = random.normal(0.0, 1.0, (6, 1)), random.uniform(0.1, 0.5, 6), 3.0, 0.1
    rows, values = [], []
    for at in range(6):
        row = np.zeros(12)
        row[2 * at] = 1.0 / noise[at]
        rows.append(row)
        values.append(places[at, 0] / noise[at])
    covariance = acceleration**2 * np.array([[dt**4 / 4, dt**3 / 2], [dt**3 / 2, dt**2]]) + 1e-9 * np.eye(2)
    root = np.linalg.cholesky(np.linalg.inv(covariance)).T
    for at in range(5):
        block = np.zeros((2, 12))
        block[:, 2 * at : 2 * at + 2] = -root @ np.array([[1.0, dt], [0.0, 1.0]])
        block[:, 2 * at + 2 : 2 * at + 4] = root
        rows.extend(block)
        values.extend([0.0, 0.0])
    solved = np.linalg.lstsq(np.array(rows), np.array(values), rcond=None)[0]

    path = smooth(np.arange(6.0) * dt, places, noise, acceleration, 1e3)
    np.testing.assert_allclose(path.places[:, 0], solved[::2], atol=1e-3)


def test_beyond_what_was_measured_it_is_less_sure():
    noise = np.where((TIMES > 0.4) & (TIMES < 1.2), 0.1, np.inf)
    path = smooth(TIMES, np.column_stack([TIMES, TIMES]), noise, 1.0, 10.0)

    assert (np.diff(path.place_sigma[12:]) > 0).all()
    assert (np.diff(path.place_sigma[:5]) < 0).all()


def test_nothing_measured_is_refused():
    with pytest.raises(ValueError, match="at least one measured"):
        smooth(TIMES, np.zeros((20, 2)), np.full(20, np.inf), 1.0, 1.0)


def test_measuring_makes_surer_and_waiting_less_sure():
    spread = np.array([[1.0, 0.2, 4.0]])
    after, gain, _ = corrected(spread, 0.5)

    assert after[0, 0] < spread[0, 0]
    assert 0.0 < gain[0] < 1.0
    assert (ahead(spread, 0.1, 1.0) >= spread).all()
