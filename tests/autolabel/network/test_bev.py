"""The picture from above."""

from __future__ import annotations

import numpy as np
import pytest

from autolabel.network.bev import (
    BRIGHTNESS,
    CHANNELS,
    FUTURE,
    HEIGHT_SCALE,
    HIGHEST,
    MOST_DENSE,
    PAST,
    PLACE,
    SLICE_COUNT,
    bev_input,
)
from autolabel.network.grid import GridSpec
from autolabel.network.sweeps import Sweeps

GRID = GridSpec(-3.2, -3.2, 32, 32)


def columns(*points):
    return np.array([(x, y, height, intensity, 0.0) for x, y, height, intensity in points], np.float32).reshape(-1, 5).T


def sweeps(current=(), past=(), future=(), past_count=1, future_count=1, sensor=(0.0, 0.0)):
    now, before, after = (np.ascontiguousarray(columns(*cloud)) for cloud in (current, past, future))
    return Sweeps(now, before, after, past_count, future_count, np.array(sensor))


def test_shape_and_layout():
    picture = bev_input(sweeps([(0.0, 0.0, 1.0, 0.5)]), GRID)
    assert picture.shape == (CHANNELS, 32, 32)
    assert picture.dtype == np.float32
    assert picture.transpose(1, 2, 0).flags.c_contiguous


def test_a_point_is_seen_in_its_cell_and_slice_only():
    picture = bev_input(sweeps([(1.05, -0.3, 1.0, 0.5)]), GRID)
    row, column = int((1.05 + 3.2) / 0.2), int((-0.3 + 3.2) / 0.2)
    assert np.argwhere(picture[:SLICE_COUNT]).tolist() == [[3, row, column]]
    assert picture[HIGHEST, row, column] == pytest.approx(HEIGHT_SCALE)
    assert picture[BRIGHTNESS, row, column] == pytest.approx(0.5)
    assert not picture[PAST:PLACE].any()


def test_intensity_is_the_mean_and_height_the_highest():
    picture = bev_input(sweeps([(0.1, 0.1, 0.2, 0.2), (0.1, 0.1, 2.0, 0.6)]), GRID)
    assert picture[BRIGHTNESS].max() == pytest.approx(0.4)
    assert picture[HIGHEST].max() == pytest.approx(2.0 * HEIGHT_SCALE)


def test_density_grows_slower_and_slower_up_to_a_cap():
    seen = [bev_input(sweeps([(0.1, 0.1, 1.0, 0.0)] * count), GRID)[3].max() for count in (1, 2, 3, 500)]
    assert seen == sorted(seen)
    assert seen[1] - seen[0] > seen[2] - seen[1] > 0.0
    assert seen[-1] == pytest.approx(MOST_DENSE)


def test_one_neighbour_looks_as_dense_as_two():
    point = (0.1, 0.1, 1.0, 0.0)
    one = bev_input(sweeps(past=[point], past_count=1), GRID)
    two = bev_input(sweeps(past=[point, point], past_count=2), GRID)
    assert np.allclose(one[PAST:FUTURE], two[PAST:FUTURE])
    assert one[PAST:FUTURE].any()


def test_earlier_and_later_are_told_apart():
    point = (0.1, 0.1, 1.0, 0.0)
    earlier, later = bev_input(sweeps(past=[point]), GRID), bev_input(sweeps(future=[point]), GRID)
    assert np.array_equal(earlier[PAST:FUTURE], later[FUTURE:PLACE])
    assert not earlier[FUTURE:PLACE].any()


def test_the_place_tells_distance_and_direction_of_the_sensor():
    picture = bev_input(sweeps(sensor=(1.0, 0.0)), GRID)
    assert np.allclose(np.hypot(picture[PLACE + 1], picture[PLACE + 2]), 1.0, atol=0.02)
    assert picture[PLACE + 1, -1, 16] > 0.9
    assert picture[PLACE + 1, 0, 16] < -0.9
    assert picture[PLACE].argmin() == np.ravel_multi_index((20, 15), (32, 32)) or picture[PLACE, 20, 15] < 0.01


def test_nothing_gives_nothing():
    picture = bev_input(sweeps(), GRID)
    assert not picture[:PLACE].any()
    assert np.isfinite(picture).all()


def test_points_off_the_grid_and_just_below_its_corner_are_not_seen():
    picture = bev_input(sweeps([(-3.21, 0.0, 1.0, 1.0), (3.2, 0.0, 1.0, 1.0), (0.0, 99.0, 1.0, 1.0)]), GRID)
    assert not picture[:PLACE].any()
