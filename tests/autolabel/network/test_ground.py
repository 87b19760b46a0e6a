"""The ground under a frame."""

from __future__ import annotations

import numpy as np
import pytest

from autolabel.network.grid import GridSpec
from autolabel.network.ground import ground_heights

GRID = GridSpec()


def land(rng, slope=0.0, wave_m=0.0, count=60_000):
    """(3, N) points of a hilly ground, and its height as a function."""
    x, y = rng.uniform(-50, 50, (2, count))

    def height(x, y):
        return slope * x + wave_m * np.sin(x / 12.0) * np.cos(y / 15.0)

    return np.stack([x, y, height(x, y) + rng.normal(0.0, 0.02, count)]).astype(np.float32), height


@pytest.mark.parametrize(("slope", "wave_m"), [(0.0, 0.0), (0.15, 0.0), (0.0, 1.2), (-0.1, 0.8)])
def test_hills_are_followed(slope, wave_m):
    points, height = land(np.random.default_rng(0), slope, wave_m)
    heights = ground_heights([points], GRID)
    x, y = np.random.default_rng(1).uniform(-48, 48, (2, 500))
    error = np.abs(heights.at(x, y) - height(x, y))
    assert np.median(error) < 0.1
    assert np.quantile(error, 0.95) < 0.25


def test_what_stands_on_the_ground_or_flies_below_it_does_not_move_it():
    rng = np.random.default_rng(0)
    points, height = land(rng, 0.05)
    car = np.stack([rng.uniform(8, 12.5, 800), rng.uniform(2, 4, 800), rng.uniform(0.6, 2.0, 800)])
    under = np.stack([rng.uniform(-40, 40, 30), rng.uniform(-40, 40, 30), rng.uniform(-6, -4, 30)])
    is_free = ~((points[0] > 8) & (points[0] < 12.5) & (points[1] > 2) & (points[1] < 4))
    heights = ground_heights([points[:, is_free], car.astype(np.float32), under.astype(np.float32)], GRID)
    for x, y in ((10.0, 3.0), *zip(under[0], under[1], strict=True)):
        assert heights.at(np.array([x]), np.array([y]))[0] == pytest.approx(height(x, y), abs=0.3)


def test_without_points_the_ground_is_at_zero():
    heights = ground_heights([np.zeros((3, 0), np.float32)], GRID)
    assert heights.at(np.array([0.0, 500.0]), np.array([0.0, -500.0])).tolist() == [0.0, 0.0]


def test_one_point_is_enough():
    heights = ground_heights([np.array([[3.0], [4.0], [-1.5]], np.float32)], GRID)
    assert heights.at(np.array([0.0]), np.array([0.0]))[0] == pytest.approx(-1.5)


def test_points_off_the_grid_do_not_count():
    points = np.array([[500.0, 0.0], [0.0, 0.0], [77.0, 1.0]], np.float32)
    assert ground_heights([points], GRID).at(np.array([40.0]), np.array([0.0]))[0] == pytest.approx(1.0)
