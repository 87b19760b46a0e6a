"""Drivers keep their distance."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.following import HARDEST_BRAKING_MS2, Driver, follow

gaps = st.lists(st.floats(9, 40), min_size=1, max_size=5)


@settings(max_examples=30, deadline=None)
@given(gaps, st.lists(st.floats(4, 11), min_size=6, max_size=6), st.floats(30, 80))
def test_nobody_runs_into_another_nor_brakes_harder_than_possible(
    gaps_m: list[float], speeds: list[float], stop_m: float
) -> None:
    places = np.concatenate([[0.0], -np.cumsum(np.array(gaps_m) + 5.0)])
    drivers = [Driver(float(place), 5.0, speed) for place, speed in zip(places, speeds, strict=False)]
    ways = follow(drivers, 0.1, 120, [lambda time_s: stop_m if time_s < 8 else None])
    assert (ways[:, :-1] - ways[:, 1:] > 5.0).all()
    speed = np.diff(ways, axis=0) / 0.1
    assert speed.min() > -1e-9
    assert np.diff(speed, axis=0).min() / 0.1 > -HARDEST_BRAKING_MS2 - 1e-6


def test_a_driver_waits_at_a_line_and_goes_on_when_it_is_free() -> None:
    ways = follow([Driver(0.0, 4.0, 9.0)], 0.1, 300, [lambda time_s: 50.0 if time_s < 15 else None])
    assert 40 < ways[150, 0] < 48
    assert ways[-1, 0] > 60


def test_a_line_too_near_to_stop_at_is_passed() -> None:
    ways = follow([Driver(0.0, 4.0, 10.0)], 0.1, 30, [lambda _: 4.0])
    assert ways[-1, 0] > 25
