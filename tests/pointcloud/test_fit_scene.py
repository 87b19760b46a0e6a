"""A prepared frame finds points, ground and free space as a plain look at all points would."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointcloud import FitScene, ground_plane

LIDAR = np.array([0.0, 0.0, 1.7])


def cloud(seed: int, count: int = 4000) -> np.ndarray:
    return np.random.default_rng(seed).uniform([-30, -30, -0.05], [30, 30, 0.05], (count, 3))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 9), st.floats(-40, 40), st.floats(-40, 40), st.floats(0.1, 15))
def test_near_is_the_square(seed: int, x: float, y: float, radius_m: float) -> None:
    points = cloud(seed)
    expected = points[(np.abs(points[:, :2] - [x, y]) <= radius_m).all(axis=1)]
    found = FitScene.of(points, LIDAR).near((x, y), radius_m)
    assert sorted(map(tuple, found.tolist())) == sorted(map(tuple, expected.tolist()))


def test_ground_is_that_of_the_whole_cloud() -> None:
    points = cloud(1)
    points[:, 2] += 0.03 * points[:, 0]
    plane, expected = FitScene.of(points, LIDAR).ground((5.0, -3.0)), ground_plane(points, (5.0, -3.0))
    assert plane is not None
    assert expected is not None
    assert plane.height_m == pytest.approx(expected.height_m, abs=0.02)


def test_far_away_the_lowest_of_the_ground_counts() -> None:
    """Grass that hides the ground from rays that graze it; the same lawn near by is taken as it is."""
    rng = np.random.default_rng(3)
    lawn = np.column_stack([rng.uniform(-7, 7, (500, 2)), np.where(rng.random(500) < 0.7, 0.18, 0.0)])
    heights_m = []
    for x in (12.0, 30.0, 50.0):
        plane = FitScene.of(lawn + [x, 0.0, 0.0], LIDAR).ground((x, 0.0))
        assert plane is not None
        heights_m.append(plane.height_m)
    assert heights_m[0] > heights_m[1] > heights_m[2]
    assert heights_m[2] == pytest.approx(0.0, abs=0.03)


def test_a_roof_is_no_ground() -> None:
    roof = np.random.default_rng(0).uniform([-6, 14, 1.6], [6, 26, 1.61], (900, 3))
    points = cloud(2, 20000)
    under = (np.abs(points[:, 0]) < 6.5) & (np.abs(points[:, 1] - 20) < 6.5)
    plane = FitScene.of(np.concatenate([points[~under], roof]), LIDAR).ground((0.0, 20.0))
    assert plane is not None
    assert plane.height_m < 0.3


def test_free_places_lie_before_what_the_rays_met() -> None:
    wall = np.array([[20.0, y, z] for y in np.arange(-5, 5, 0.1) for z in (0.1, 0.5, 1.0)])
    scene = FitScene.of(wall, LIDAR)
    free = scene.free_places((16.0, 0.0, 0.0), 6.0, 0.3, 1.2, 0.3)
    assert len(free) > 20
    assert free[:, 0].max() < 20.0
    assert len(scene.free_places((30.0, 0.0, 0.0), 6.0, 0.3, 1.2, 0.3)) == 0
    behind_us = FitScene.of(wall * [-1.0, 1.0, 1.0], LIDAR).free_places((-16.0, 0.0, 0.0), 6.0, 0.3, 1.2, 0.3)
    assert len(behind_us) == pytest.approx(len(free), abs=len(free) // 4)


def test_points_that_are_no_places_are_left_out() -> None:
    scene = FitScene.of(np.array([[np.nan, 0, 0], [1, 2, 3], [np.inf, 0, 0], [1e9, 0, 0]]), LIDAR)
    assert scene.points.tolist() == [[1, 2, 3]]
    assert len(FitScene.of(np.zeros(0), LIDAR).near((0, 0), 10.0)) == 0
    with pytest.raises(ValueError, match="points must be"):
        FitScene.of(np.zeros((3, 2)), LIDAR)
    with pytest.raises(ValueError, match="lidar_center"):
        FitScene.of(np.zeros((3, 3)), (0.0, np.nan, 0.0))
