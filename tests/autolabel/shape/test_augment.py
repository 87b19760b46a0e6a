"""Looks that were changed are still looks of the same thing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autolabel.shape import augment
from autolabel.shape.augment import SCALE, augmented
from autolabel.shape.look import Look
from tests.autolabel.shape.made_looks import CAR, LOOKS, any_look

SEEDS = st.integers(0, 2**32 - 1)


@given(LOOKS, SEEDS)
def test_the_same_generator_changes_a_look_in_the_same_way(look: Look, seed: int) -> None:
    first, second = (augmented(look, np.random.default_rng(seed)) for _ in range(2))
    np.testing.assert_array_equal(first.points, second.points)
    np.testing.assert_array_equal(first.size_lwh_m, second.size_lwh_m)
    np.testing.assert_array_equal(first.sensor_m, second.sensor_m)


@given(LOOKS, SEEDS)
def test_points_only_get_fewer_and_the_box_hardly_another(look: Look, seed: int) -> None:
    points, size, sensor = look.points.copy(), look.size_lwh_m.copy(), look.sensor_m.copy()
    after = augmented(look, np.random.default_rng(seed))
    assert len(after.points) <= len(points)
    assert after.points.shape[1] == 3
    assert after.points.dtype == np.float32
    assert np.isfinite(after.points).all()
    shares = after.size_lwh_m / size
    assert (shares >= SCALE[0] - 1e-9).all()
    assert (shares <= SCALE[1] + 1e-9).all()
    assert after.sensor_m[0] == sensor[0]
    assert abs(after.sensor_m[1]) == abs(sensor[1])
    # What it was made from stays as it was.
    np.testing.assert_array_equal(look.points, points)
    np.testing.assert_array_equal(look.size_lwh_m, size)
    np.testing.assert_array_equal(look.sensor_m, sensor)


def test_points_are_moved_as_one_but_for_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(augment, "NOISE_M", 0.0)
    monkeypatch.setattr(augment, "FEWER", 0.0)
    for seed in range(20):
        look = any_look(seed, 12)
        after = augmented(look, np.random.default_rng(seed))
        before_m, after_m = look.points * look.size_lwh_m, after.points * after.size_lwh_m
        between = [np.linalg.norm(each[:, np.newaxis] - each, axis=2) for each in (before_m, after_m)]
        np.testing.assert_allclose(between[1], between[0], atol=1e-4)


def test_the_front_stays_the_front_and_half_are_mirrored() -> None:
    points = np.tile(np.array([[0.4, 0.3, 0.0]], np.float32), (20, 1))
    look = Look(points, CAR, np.array([5.0, 9.0]))
    made = [augmented(look, np.random.default_rng(seed)) for seed in range(200)]
    along, across = np.array([each.points[:, :2].mean(axis=0) for each in made if len(each.points)]).T
    assert along.min() > 0.2
    mirrored = np.array([each.sensor_m[1] < 0.0 for each in made if len(each.points)])
    # Points and sensor are mirrored together.
    np.testing.assert_array_equal(across < 0.0, mirrored)
    assert 0.35 < mirrored.mean() < 0.65


def test_some_keep_all_their_points_and_some_lose_many() -> None:
    look = any_look(0, 60)
    counts = np.array([len(augmented(look, np.random.default_rng(seed)).points) for seed in range(100)])
    assert 0.3 < (counts == 60).mean() < 0.7
    assert counts.min() < 25
