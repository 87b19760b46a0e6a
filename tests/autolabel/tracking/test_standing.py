from __future__ import annotations

import numpy as np
import pytest

from autolabel.tracking.standing import standing_row, stands

TIMES = np.arange(20) / 10.0


def seen(speed_ms, noise_m, seed, count=20):
    random = np.random.default_rng(seed)
    return np.column_stack([speed_ms * TIMES[:count], np.zeros(count)]) + random.normal(0.0, noise_m, (count, 2))


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("length_m", [0.7, 4.2, 9.0])
def test_what_stands_is_told_from_what_moves(seed, length_m):
    noise = 0.12 + 0.03 * length_m
    # What walks for two seconds, or drives at a walk.
    speed = 1.1 if length_m < 1.0 else 2.0
    assert stands(TIMES, seen(0.0, noise, seed), np.full(20, noise), length_m)
    assert not stands(TIMES, seen(speed, noise, seed), np.full(20, noise), length_m)


def test_one_detection_stands():
    assert stands(TIMES[:1], np.zeros((1, 2)), np.ones(1), 4.0)


def test_what_goes_and_comes_back_does_not_stand():
    places = np.column_stack([5.0 * np.sin(np.pi * TIMES / TIMES[-1]), np.zeros(20)])
    assert not stands(TIMES, places, np.full(20, 0.2), 4.2)


def test_outliers_and_flips_hardly_move_the_box():
    random = np.random.default_rng(3)
    rows = np.tile([10.0, 5.0, 1.0, 4.2, 1.8, 1.5, 0.7], (30, 1))
    rows[:, :3] += random.normal(0.0, 0.1, (30, 3))
    rows[:, 6] += np.pi * (random.random(30) < 0.4) + random.normal(0.0, 0.05, 30)
    rows[3, :2] += 2.0
    row = standing_row(rows, np.full(30, 0.15))

    np.testing.assert_allclose(row[:3], [10.0, 5.0, 1.0], atol=0.08)
    assert abs(np.sin(row[6] - 0.7)) < 0.04
