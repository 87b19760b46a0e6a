"""An object's points in the coordinates of its box."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autolabel.shape.look import AROUND, FEWEST_POINTS, MOST_POINTS, Look, look_at
from autolabel.upright import moved
from geometry import SE3
from geometry.arrays import Float32Array, FloatArray
from tests.autolabel.shape.made_looks import LOOKS, SENSOR_XY, placed

SEEDS = st.integers(0, 2**32 - 1)
YAWS = st.floats(-np.pi, np.pi)
FAR = st.floats(-60.0, 60.0)


def any_box(seed: int) -> FloatArray:
    rng = np.random.default_rng(seed)
    return np.array([*rng.uniform(-30.0, 30.0, 2), rng.normal(), *rng.uniform(0.4, 12.0, 3), rng.uniform(-3.1, 3.1)])


def around(box: FloatArray, seed: int) -> tuple[Float32Array, Float32Array]:
    """Shares clearly within or beyond reach, and their points, with intensities."""
    shares = np.random.default_rng(seed).uniform(-0.9, 0.9, (80, 3)).astype(np.float32)
    shares = shares[(np.abs(np.abs(shares) - (0.5 + AROUND)) > 1e-2).all(axis=1)]
    points = placed(shares, box)
    return shares, np.column_stack([points, np.full(len(points), 0.5)]).astype(np.float32)


@given(LOOKS)
def test_turning_twice_gives_it_back(look: Look) -> None:
    again = look.turned().turned()
    np.testing.assert_array_equal(again.points, look.points)
    np.testing.assert_array_equal(again.size_lwh_m, look.size_lwh_m)
    np.testing.assert_array_equal(again.sensor_m, look.sensor_m)
    assert again.points.dtype == look.turned().points.dtype == np.float32


@given(SEEDS, SEEDS)
def test_what_is_in_and_just_around_the_box_is_seen_and_nothing_else(box_seed: int, seed: int) -> None:
    box = any_box(box_seed)
    shares, points = around(box, seed)
    look = look_at(points, box, SENSOR_XY)
    np.testing.assert_allclose(look.points, shares[(np.abs(shares) <= 0.5 + AROUND).all(axis=1)], atol=1e-4)
    np.testing.assert_array_equal(look.size_lwh_m, box[3:6])
    assert np.hypot(*look.sensor_m) == pytest.approx(np.hypot(*(SENSOR_XY - box[:2])))


@given(SEEDS, SEEDS)
def test_a_turned_box_gives_a_turned_look(box_seed: int, seed: int) -> None:
    box = any_box(box_seed)
    _, points = around(box, seed)
    look, other = look_at(points, box, SENSOR_XY), look_at(points, box + np.array([0.0] * 6 + [np.pi]), SENSOR_XY)
    np.testing.assert_allclose(other.points, look.turned().points, atol=1e-6)
    np.testing.assert_allclose(other.sensor_m, look.turned().sensor_m, atol=1e-9)


@given(SEEDS, SEEDS, YAWS, FAR, FAR, st.floats(-5.0, 5.0))
def test_a_look_does_not_care_where_everything_is(
    box_seed: int, seed: int, yaw_rad: float, x: float, y: float, z: float
) -> None:
    box = any_box(box_seed)
    _, points = around(box, seed)
    there_from_here = SE3.from_yaw(yaw_rad, [x, y, z])
    carried = there_from_here.apply(points[:, :3].astype(np.float64)).astype(np.float32)
    sensor_xy = there_from_here.apply(np.array([[*SENSOR_XY, 0.0]]))[0, :2]
    before = look_at(points, box, SENSOR_XY)
    after = look_at(carried, moved(box[np.newaxis], there_from_here)[0], sensor_xy)
    np.testing.assert_allclose(after.points, before.points, atol=2e-4)
    np.testing.assert_allclose(after.sensor_m, before.sensor_m, atol=1e-9)


def test_the_order_of_points_stays() -> None:
    box = np.array([0.0, 0.0, 0.0, 2.0, 2.0, 2.0, 0.0])
    points = np.array([[0.5, 0.0, 0.0], [9.0, 0.0, 0.0], [-0.5, 0.2, 0.4]], np.float32)
    np.testing.assert_allclose(look_at(points, box, SENSOR_XY).points, [[0.25, 0.0, 0.0], [-0.25, 0.1, 0.2]])


@pytest.mark.parametrize("columns", [3, 4])
def test_where_no_points_are_nothing_is_seen(columns: int) -> None:
    look = look_at(np.zeros((0, columns), np.float32), any_box(0), SENSOR_XY)
    assert look.points.shape == (0, 3)
    assert not look.is_seen


def test_a_few_points_are_enough_to_look_at() -> None:
    box = np.array([3.0, 0.0, 0.0, 2.0, 2.0, 2.0, 0.3])
    points = np.tile(np.array([[3.0, 0.0, 0.0]], np.float32), (FEWEST_POINTS, 1))
    assert look_at(points, box, SENSOR_XY).is_seen
    assert not look_at(points[1:], box, SENSOR_XY).is_seen


def test_of_many_points_an_even_part_is_looked_at() -> None:
    box = np.array([3.0, 1.0, 0.5, 4.0, 2.0, 1.5, 0.3])
    points = np.random.default_rng(0).normal(size=(9 * MOST_POINTS, 3)).astype(np.float32) * 0.3 + [3.0, 1.0, 0.5]
    whole = look_at(points[::9].astype(np.float32), box, np.zeros(2))
    part = look_at(points.astype(np.float32), box, np.zeros(2))
    assert len(part.points) == MOST_POINTS
    # In the order of the sweep, and of all of it.
    np.testing.assert_allclose(part.points.mean(axis=0), whole.points.mean(axis=0), atol=0.02)
    np.testing.assert_array_equal(look_at(points.astype(np.float32), box, np.zeros(2)).points, part.points)
