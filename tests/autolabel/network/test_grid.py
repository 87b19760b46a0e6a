"""The part of the ground that the network looks at."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autolabel.network.grid import LARGEST_SIDE, GridSpec


@given(st.floats(0.1, 190.0))
def test_a_square_reaches_as_far_as_asked(reach_m):
    grid = GridSpec.around(reach_m)
    assert grid.x_max_m >= reach_m - 1e-9
    assert grid.x_min_m == pytest.approx(-grid.x_max_m)
    assert (grid.y_min_m, grid.y_max_m, grid.columns) == pytest.approx((grid.x_min_m, grid.x_max_m, grid.rows))
    assert grid.rows % 16 == 0
    assert grid.x_max_m < reach_m + 16 * grid.cell_m


def test_a_square_is_no_larger_than_a_grid_may_be():
    assert GridSpec.around(1e6).rows == LARGEST_SIDE


@pytest.mark.parametrize(
    "wrong", [{"rows": 500}, {"columns": 0}, {"rows": 1 << 20}, {"cell_m": 0.0}, {"x_min_m": np.nan}]
)
def test_what_the_network_cannot_take_is_refused(wrong):
    with pytest.raises(ValueError, match="must"):
        GridSpec(**wrong)


def test_places_on_the_grid():
    grid = GridSpec(0.0, -1.6, 16, 16)
    x, y = np.array([0.0, 3.19, 3.2, 1.0, 1.0]), np.array([0.0, 0.0, 0.0, -1.6, 1.6])
    assert grid.holds(x, y).tolist() == [True, True, False, True, False]
