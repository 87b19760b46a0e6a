"""Whims: swerves, changes of lane, halts."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation.courses import Course, change_lane, slow_downs, swerve, walk_with_halts
from simulation.following import Driver, follow
from simulation.street import LANE_CENTER_M

seeds = st.integers(0, 10_000)
STATIONS = np.linspace(0.0, 120.0, 400)


def along(direction: float = 1.0) -> Course:
    turn = np.full_like(STATIONS, 0.0 if direction > 0 else np.pi)
    return Course(direction * STATIONS, np.full_like(STATIONS, -direction * LANE_CENTER_M), turn)


@given(seeds, st.sampled_from([1.0, -1.0]))
def test_swerves_are_no_deeper_than_asked_for_and_end_on_the_lane(seed: int, direction: float) -> None:
    plain = along(direction)
    course = swerve(plain, np.random.default_rng(seed), depth_m=0.45, length_m=9.0, spacing_m=12.0)
    aside = course.offset_m - plain.offset_m
    assert 0.05 < np.abs(aside).max() <= 0.45
    assert (np.abs(aside) < 1e-9).mean() > 0.1
    np.testing.assert_array_equal(course.station_m, plain.station_m)


@given(seeds)
def test_who_changes_lanes_drives_in_the_other_one_and_looks_where_it_goes(seed: int) -> None:
    course = change_lane(along(), np.random.default_rng(seed), 1.0)
    assert course.offset_m.max() <= LANE_CENTER_M + 1e-9
    assert course.offset_m.min() >= -LANE_CENTER_M - 1e-9
    assert np.ptp(course.offset_m) > 0.3
    heading = np.arctan2(np.gradient(course.offset_m), np.gradient(course.station_m))
    np.testing.assert_allclose(heading, course.turn_rad, atol=0.02)


@given(seeds, st.floats(0.8, 1.8))
def test_walkers_halt_and_never_go_back_or_faster(seed: int, speed: float) -> None:
    times = np.arange(0.0, 30.0, 0.1)
    pace = np.diff(walk_with_halts(times, speed, np.random.default_rng(seed))) / 0.1
    assert pace.min() >= 0.0
    assert pace.max() <= speed + 1e-9
    assert (pace < 1e-9).sum() >= 1
    assert np.abs(np.diff(pace)).max() / 0.1 < 4.0


@given(seeds)
def test_drivers_slow_down_and_go_on(seed: int) -> None:
    moments = slow_downs(np.random.default_rng(seed), 40.0)
    assert all(0.9 < moment.end_s - moment.start_s < 3.6 and 0 <= moment.share < 1 for moment in moments)
    ways = follow([Driver(0.0, 4.5, 9.0, moments)], 0.1, 400, [])
    pace = np.diff(ways[:, 0]) / 0.1
    assert pace.min() >= -1e-9
    assert pace.min() < 8.0
    assert pace.max() > 6.0
