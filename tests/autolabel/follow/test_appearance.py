"""Finding a known object by its points."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autolabel.follow.appearance import CELL_M, FAR_M, MOST_REACH_M, Look, best_match, look_of, moved
from geometry import Box
from pointcloud import FitScene

BOX = Box.from_yaw([12.0, 3.0, 0.0], [4.0, 1.8, 1.6], 0.4)
REACH_M = np.array([1.5, 0.8])


def street():
    """Two sides of a car, and a wall behind it."""
    rng = np.random.default_rng(0)
    long, short = rng.uniform(-2.0, 2.0, 150), rng.uniform(-0.9, 0.9, 80)
    sides = np.concatenate([np.column_stack([long, np.full(150, -0.9)]), np.column_stack([np.full(80, -2.0), short])])
    car = BOX.frame_from_object.apply(np.column_stack([sides, rng.uniform(-0.4, 0.7, 230)]))
    wall = np.column_stack([rng.uniform(5.0, 20.0, 400), np.full(400, 9.0), rng.uniform(-0.5, 2.0, 400)])
    return FitScene.of(np.concatenate([car, wall]), [0.0, 0.0, 1.0])


SCENE = street()


def by_hand(points, old, half_m, shift):
    """The cost of one shift, point by point."""
    cells = np.rint(points / CELL_M)
    known = np.rint(old / CELL_M)
    there = known + np.rint(shift / CELL_M)
    forward = [min(np.linalg.norm(cells - cell, axis=1).min() * CELL_M, FAR_M) for cell in there]
    own = cells - np.rint(shift / CELL_M)
    own = own[(np.abs(own) * CELL_M <= half_m).all(axis=1)]
    back = [min(np.linalg.norm(known - cell, axis=1).min() * CELL_M, FAR_M) for cell in own]
    return (np.mean(forward) + (np.mean(back) if back else FAR_M)) / 2.0


@settings(max_examples=25, deadline=None)
@given(st.floats(-1.4, 1.4), st.floats(-0.7, 0.7))
def test_an_object_is_found_where_it_is(along, across):
    look = look_of(SCENE, BOX)
    found = best_match(SCENE, look, moved(BOX, np.array([-along, -across])), REACH_M, REACH_M)
    assert found is not None
    assert np.abs(found.shift - [along, across]).max() <= CELL_M
    assert found.explained == pytest.approx(1.0)
    assert found.cost_m < 0.1


def test_the_cost_is_the_mean_distance_both_ways():
    look = look_of(SCENE, BOX)
    found = best_match(SCENE, look, BOX, np.array([0.3, 0.3]), np.array([0.3, 0.3]))
    assert found is not None
    half_m = BOX.size_lwh_m[:2] / 2.0 + 0.2
    points = BOX.frame_from_object.inverse().apply(SCENE.points)
    near = points[(np.abs(points[:, :2]) <= half_m + 0.5).all(axis=1), :2]
    assert found.cost_m == pytest.approx(by_hand(near, look.points[:, :2], half_m, found.shift), abs=1e-9)


def test_where_nothing_is_known_or_seen_nothing_is_found():
    far = Box.from_yaw([-40.0, 0.0, 0.0], BOX.size_lwh_m, 0.0)
    look = look_of(SCENE, BOX)
    assert best_match(SCENE, Look(np.zeros((0, 3))), BOX, REACH_M, REACH_M) is None
    assert best_match(SCENE, look, far, REACH_M, REACH_M) is None
    elsewhere = Look(look.points + [30.0, 0.0, 0.0])
    assert best_match(SCENE, elsewhere, BOX, REACH_M, REACH_M) is None


def test_after_a_leap_of_the_clock_it_is_looked_for_nearby_only():
    reach = np.array([4e6, 4e6])
    found = best_match(SCENE, look_of(SCENE, BOX), BOX, reach, reach)
    assert found is not None
    assert np.abs(found.shift).max() <= MOST_REACH_M
