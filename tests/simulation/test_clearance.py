"""Overlap of rectangles on the ground."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Polygon

from simulation.clearance import footprint, overlap

place = st.floats(-6, 6)
rectangles = st.tuples(place, place, st.floats(-4, 4), st.floats(0.2, 5), st.floats(0.2, 5))


def corners(rectangle: tuple[float, float, float, float, float], margin_m: float = 0.0) -> np.ndarray:
    x, y, yaw, length, width = rectangle
    return footprint(np.array([x, y]), np.array(yaw), np.array([length, width]), margin_m)


@given(rectangles, rectangles)
def test_agrees_with_polygons(first: tuple[float, ...], second: tuple[float, ...]) -> None:
    one, other = corners(first), corners(second)  # type: ignore[arg-type]
    area = Polygon(one).intersection(Polygon(other)).area
    if area > 1e-6:
        assert overlap(one, other)
    elif Polygon(one).distance(Polygon(other)) > 1e-6:
        assert not overlap(one, other)


def test_a_margin_grows_every_side() -> None:
    plain, grown = corners((0, 0, 0.7, 4, 2)), corners((0, 0, 0.7, 4, 2), 0.5)
    assert np.isclose(Polygon(plain).area, 8)
    assert np.isclose(Polygon(grown).area, 15)
