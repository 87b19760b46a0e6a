from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry.arrays import FloatArray
from quality.effort.costs import CostSheet, KeyRules
from quality.effort.key_counts import Channels, fewest_between_ends, fewest_held

RULES = KeyRules(10, 0.5, 200)
CLOSE = KeyRules(3, 0.5, 200)


def _channels(values: FloatArray, allowed: float = 1.0) -> Channels:
    rows = np.atleast_2d(values)
    frames = np.arange(rows.shape[1])
    return Channels(frames, np.linspace(0.0, 0.1 * len(frames), len(frames)), rows, np.full(len(rows), allowed + 1e-9))


def _holds(channels: Channels, keys: tuple[int, ...]) -> bool:
    at = channels.times_s[list(keys)]
    derived = np.array([np.interp(channels.times_s, at, row[list(keys)]) for row in channels.values])
    return bool((np.abs(derived - channels.values) <= channels.allowed[:, None] + 1e-9).all())


def _by_trying(channels: Channels, *, ends: bool, most_apart: int) -> int:
    count = len(channels.frames)
    for size in range(1, count + 1):
        for keys in combinations(range(count), size):
            is_whole = not ends or (keys[0] == 0 and keys[-1] == count - 1)
            is_close = all(b - a <= most_apart for a, b in pairwise(keys))
            if is_whole and is_close and _holds(channels, keys):
                return size
    return count


WAYS = st.lists(st.integers(-4, 4), min_size=1, max_size=8)


@given(WAYS)
def test_held_keys_are_as_few_as_there_can_be(values: list[int]) -> None:
    channels = _channels(np.array(values, dtype=np.float64))
    assert fewest_held(channels, RULES) == _by_trying(channels, ends=False, most_apart=200)


@given(WAYS, WAYS)
def test_keys_of_what_moves_are_as_few_as_there_can_be(values: list[int], others: list[int]) -> None:
    count = min(len(values), len(others))
    channels = _channels(np.array([values[:count], others[:count]], dtype=np.float64))
    assert fewest_between_ends(channels, CLOSE) == _by_trying(channels, ends=True, most_apart=3)


def test_straight_way_needs_a_key_every_tenth_frame() -> None:
    assert fewest_between_ends(_channels(np.arange(101.0), 0.1), RULES) == 11


def test_gap_in_a_way_can_always_be_crossed() -> None:
    channels = Channels(np.array([0, 1, 50, 51]), np.array([0.0, 0.1, 5.0, 5.1]), np.zeros((1, 4)), np.ones(1))
    assert fewest_between_ends(channels, RULES) == 4


def test_place_is_allowed_in_a_polygon_inside_the_disc(sheet: CostSheet) -> None:
    tolerance = sheet.tolerances.of("Car")
    for angle in np.linspace(0.0, 6.3, 50):
        shift = np.array([[0.0, 0.0, 0.0], [np.cos(angle), np.sin(angle), 0.0]])
        for share, keys in ((0.97, 1), (1.01, 2)):
            channels = Channels.of_places(np.arange(2), np.arange(2.0), share * tolerance.xy_m * shift, tolerance)
            assert fewest_held(channels, RULES) == keys


@pytest.mark.parametrize("count", [1, 2, 3])
def test_shortest_ways(count: int) -> None:
    assert fewest_held(_channels(np.zeros(count)), RULES) == 1
    assert fewest_between_ends(_channels(np.zeros(count)), RULES) == min(count, 2)


def test_long_track_takes_little_time() -> None:
    rng = np.random.default_rng(0)
    assert fewest_held(_channels(rng.normal(size=(10, 10_000)).cumsum(axis=1)), RULES) > 100
