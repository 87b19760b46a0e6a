from __future__ import annotations

import numpy as np
import pytest

from autolabel.classes import ObjectClass
from autolabel.tracking.moving import way_of
from autolabel.tracking.options import habits_of

CAR = habits_of(ObjectClass("Car", (4.2, 1.8, 1.5), True))
PERSON = habits_of(ObjectClass("Pedestrian", (0.7, 0.6, 1.75), False))
TIMES = np.arange(60) / 10.0


def rows_along(places, yaws, seed, noise_m=0.12, flips=0.0):
    random = np.random.default_rng(seed)
    count = len(places)
    rows = np.column_stack([places, np.full(count, 0.75), np.tile([4.2, 1.8, 1.5], (count, 1)), yaws])
    rows[:, :2] += random.normal(0.0, noise_m, (count, 2))
    rows[:, 6] += random.normal(0.0, 0.05, count) + np.pi * (random.random(count) < flips)
    return rows


def way(rows, habit=CAR, at=None, *, in_world=True):
    at = np.arange(len(rows)) if at is None else at
    return way_of(TIMES, at, rows, np.full(len(rows), 0.2), habit, in_world=in_world).rows


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("in_world", [True, False])
def test_a_curve_is_followed_more_closely_than_it_was_seen(seed, in_world):
    turn = 0.3 * TIMES
    places = 20.0 * np.column_stack([np.sin(turn), 1.0 - np.cos(turn)])
    found = way(rows_along(places, turn, seed, flips=0.3), in_world=in_world)

    assert np.hypot(*(found[:, :2] - places).T).mean() < 0.1
    assert np.abs(np.sin(found[:, 6] - turn)).mean() < 0.035
    assert (np.abs(np.diff(found[:, 6])) < 0.2).all()


def test_a_gap_is_bridged():
    places = np.column_stack([6.0 * TIMES, np.zeros(60)])
    at = np.array([i for i in range(60) if not 25 <= i < 33])
    found = way(rows_along(places[at], np.zeros(len(at)), 1), at=at)

    np.testing.assert_allclose(found[25:33, :2], places[25:33], atol=0.25)


@pytest.mark.parametrize("seed", range(4))
def test_what_stops_stands_still_meanwhile(seed):
    x = np.concatenate([4.0 * TIMES[:15], np.full(30, 6.0), 6.0 + 4.0 * TIMES[:15]])
    found = way(rows_along(np.column_stack([x, np.zeros(60)]), np.zeros(60), seed))

    assert np.ptp(found[23:37, :2], axis=0).max() < 0.05
    np.testing.assert_allclose(found[23:37, 0], 6.0, atol=0.15)


def test_people_face_the_way_they_walk_even_back():
    x = np.concatenate([1.5 * TIMES[:30], 1.5 * TIMES[30] - 1.5 * TIMES[:30]])
    rows = rows_along(np.column_stack([x, np.zeros(60)]), np.random.default_rng(0).uniform(-3, 3, 60), 2, 0.05)
    found = way(rows, PERSON)

    assert np.cos(found[5:25, 6]).min() > 0.7
    assert np.cos(found[38:55, 6]).max() < -0.7


def test_one_detection_is_enough():
    found = way(rows_along(np.zeros((1, 2)), np.zeros(1), 3), at=np.array([30]))
    assert np.isfinite(found).all()
