from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geometry.arrays import FloatArray
from pointcloud import ground_map, ground_plane, read_kitti_bin


def hills(xy: FloatArray) -> FloatArray:
    """A slope of 4 % with waves."""
    return np.asarray(-1.7 + 0.04 * xy[:, 0] + 0.6 * np.sin(xy[:, 1] / 15.0))


def street(seed: int = 0) -> FloatArray:
    """Ground points ever thinner with range, cars, a house, bushes, and a few points below the ground."""
    rng = np.random.default_rng(seed)
    angle, distance = rng.uniform(0, 2 * np.pi, 40_000), rng.uniform(3, 60, 40_000)
    xy = np.stack([distance * np.cos(angle), distance * np.sin(angle)], axis=1)
    ground = np.column_stack([xy, hills(xy) + rng.normal(0, 0.02, len(xy))])
    things = []
    for center, size, height in (((10, 4), (4, 2), 1.5), ((-8, 12), (4, 2), 1.6), ((20, -18), (8, 14), 6.0)):
        at = np.array(center) + rng.uniform(-0.5, 0.5, (1500, 2)) * size
        top = rng.uniform(0.2, height, 1500) if height < 2 else np.full(1500, height)
        things.append(np.column_stack([at, hills(at) + top]))
        inside = (np.abs(ground[:, :2] - center) < np.array(size) / 2).all(axis=1)
        ground = ground[~inside]
    below = np.column_stack([rng.uniform(-30, 30, (12, 2)), rng.uniform(-6, -4, 12)])
    return np.concatenate([ground, *things, below])


def test_the_map_follows_hills_under_cars_and_houses() -> None:
    ground = ground_map(street())
    assert ground is not None
    xy = np.random.default_rng(1).uniform(-40, 40, (2000, 2))
    error = np.abs(ground.height_at(xy) - hills(xy))
    # The lowest point of a cell lies at its lower edge.
    assert np.percentile(error, 50) < 0.08
    assert np.percentile(error, 95) < 0.25
    under = ground.height_at([[10.0, 4.0], [-8.0, 12.0], [20.0, -18.0]])
    np.testing.assert_allclose(under, hills(np.array([[10.0, 4.0], [-8.0, 12.0], [20.0, -18.0]])), atol=0.35)


def test_points_of_objects_stand_above_it() -> None:
    points = street()
    ground = ground_map(points)
    assert ground is not None
    roof = points[(np.abs(points[:, :2] - [20, -18]) < [3, 6]).all(axis=1)]
    assert np.median(ground.above(roof)) == pytest.approx(6.0, abs=0.5)


@pytest.mark.parametrize("center", [(10.0, 4.0), (-8.0, 12.0), (0.0, 0.0), (-25.0, -10.0)])
def test_the_plane_under_an_object(center: tuple[float, float]) -> None:
    plane = ground_plane(street(), center, radius_m=8.0)
    assert plane is not None
    assert plane.height_m == pytest.approx(float(hills(np.array([center]))[0]), abs=0.12)
    assert plane.slope_x == pytest.approx(0.04, abs=0.03)
    np.testing.assert_allclose(plane.height_at([center]), [plane.height_m])


@given(st.integers(0, 2**32 - 1))
def test_where_little_of_the_ground_is_met_its_lowest_cells_tell_where_it_is(seed: int) -> None:
    """What is a bit higher, such as grass, hides what lies behind it from rays that graze it."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform(-6, 6, (400, 2))
    hidden_m = np.where(rng.random(400) < 0.7, rng.uniform(0.0, 0.19, 400), 0.0)
    points = np.column_stack([xy, 0.02 * xy[:, 0] + hidden_m + rng.normal(0, 0.01, 400)])
    dense, half, sparse = (ground_plane(points, (0, 0), 6.0, share) for share in (0.0, 0.5, 1.0))
    assert dense is not None
    assert half is not None
    assert sparse is not None
    assert abs(sparse.height_m) < 0.03
    assert half.height_m == pytest.approx((dense.height_m + sparse.height_m) / 2)
    assert sparse.height_m < dense.height_m
    assert (sparse.slope_x, sparse.slope_y) == (dense.slope_x, dense.slope_y)


def test_on_even_ground_it_does_not_matter_how_little_is_met() -> None:
    xy = np.random.default_rng(0).uniform(-6, 6, (30, 2))
    points = np.column_stack([xy, np.full(30, -1.7)])
    for share in (0.0, 1.0):
        plane = ground_plane(points, (0, 0), 6.0, share)
        assert plane is not None
        assert plane.height_m == pytest.approx(-1.7)


def test_a_plane_far_from_the_origin() -> None:
    shift = np.array([500_000.0, 4_000_000.0, 250.0])
    plane, far = ground_plane(street(), (10.0, 4.0)), ground_plane(street() + shift, shift[:2] + (10.0, 4.0))
    assert plane is not None
    assert far is not None
    assert far.height_m - 250.0 == pytest.approx(plane.height_m, abs=0.05)


def test_too_few_points_have_no_ground() -> None:
    assert ground_plane(np.zeros((0, 3)), (0, 0)) is None
    assert ground_plane(np.array([[0.0, 0, 0], [0.1, 0, 0]]), (0, 0)) is None
    assert ground_map(np.zeros((0, 3))) is None
    assert ground_map(np.array([[0.0, 0, 0], [1e8, 1e8, 0]])) is None


@settings(deadline=None, max_examples=60)
@given(arrays(np.float64, st.tuples(st.integers(1, 60), st.just(3)), elements=st.floats(-300, 300)))
def test_any_points_have_a_ground_or_none(points: FloatArray) -> None:
    ground = ground_map(points)
    assert ground is not None
    assert np.isfinite(ground.height_at(points[:, :2])).all()
    plane = ground_plane(points, points[0, :2])
    assert plane is None or np.isfinite([plane.height_m, plane.slope_x, plane.slope_y]).all()


def test_a_real_road(shared_data: Path) -> None:
    paths = sorted((shared_data / "kitti_raw").rglob("velodyne_points/data/*.bin"))
    if not paths:
        pytest.skip("the raw drive is not in the shared data")
    for path in paths[::4]:
        xyz = read_kitti_bin(path).xyz
        ground = ground_map(xyz)
        assert ground is not None
        for place in ((8.0, 0.0), (15.0, 0.0), (10.0, -3.0)):
            near = xyz[np.hypot(*(xyz[:, :2] - np.array(place, np.float32)).T) < 1.0, 2]
            road_m = float(np.percentile(near, 20))
            plane = ground_plane(xyz, place)
            assert plane is not None
            assert plane.height_m == pytest.approx(road_m, abs=0.12)
            assert ground.height_at([place])[0] == pytest.approx(road_m, abs=0.08)
        assert (np.abs(ground.above(xyz)) < 0.15).mean() > 0.5
        assert (ground.above(xyz) < -0.4).mean() < 0.01
