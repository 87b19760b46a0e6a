"""Where points lie around a box seen from above."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry import Box
from pointcloud.fit_footprint import outside_m, within

PLACES = np.random.default_rng(0).uniform(-6.0, 6.0, (400, 2))


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(-4, 4), st.floats(0.3, 8), st.floats(0.3, 4))
def test_what_is_within_is_nowhere_outside(x: float, y: float, yaw: float, length: float, width: float) -> None:
    footprint = np.array([x, y, yaw, length, width])
    box = Box.from_yaw([x, y, 0.0], [length, width, 1.0], yaw)
    inside = within(PLACES, footprint, 0.0)
    away_m = outside_m(PLACES, footprint)
    np.testing.assert_array_equal(inside, box.contains(np.column_stack([PLACES, np.zeros(len(PLACES))])))
    np.testing.assert_array_equal(inside, away_m == 0.0)
    assert not (within(PLACES, footprint, -0.1) & ~inside).any()
    # A margin goes round corners squarely, a distance roundly.
    assert not ((away_m < 0.3) & ~within(PLACES, footprint, 0.3)).any()


def test_distances_are_to_the_nearest_side_or_corner() -> None:
    footprint = np.array([1.0, 2.0, np.pi / 2.0, 4.0, 2.0])
    places = np.array([[1.0, 2.0], [1.0, 4.5], [3.0, 2.0], [5.0, 8.0]])
    assert outside_m(places, footprint) == pytest.approx([0.0, 0.5, 1.0, 5.0])
