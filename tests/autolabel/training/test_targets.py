"""What the network should have said."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autolabel.network.grid import GridSpec
from autolabel.training.targets import FEWEST_POINTS, targets_of

GRID = GridSpec(-12.8, -12.8, 128, 128)
NOTHING = np.zeros((0, 7))
CAR = np.array([2.1, 1.1, 0.8, 4.2, 1.8, 1.5, 0.4])


def targets(*boxes, classes=None, counts=None, ignored=NOTHING, region=None, grid=GRID):
    rows = np.array(boxes, float).reshape(-1, 7)
    numbers = np.zeros(len(rows), np.int64) if classes is None else np.array(classes)
    points = np.full(len(rows), 50) if counts is None else np.array(counts)
    return targets_of(rows, numbers, points, ignored, region, grid, 2)


def cell(x, y):
    return int((x + 12.8) / 0.2), int((y + 12.8) / 0.2)


def test_the_heat_is_one_at_the_centre_and_falls_off():
    heat = targets(CAR).heat
    assert heat.shape == (2, 128, 128)
    assert np.argwhere(heat == 1.0).tolist() == [[0, *cell(2.1, 1.1)]]
    assert heat[0][cell(2.5, 1.3)] > 0.4
    assert heat[0][cell(2.1, 4.1)] < 1e-3
    assert not heat[1].any()


def test_a_truck_is_hot_along_its_length_and_a_person_hardly_beyond_herself():
    truck, person = targets([0, 0, 1.5, 11, 2.5, 3, 0]).heat[0], targets([0, 0, 0.9, 0.7, 0.6, 1.7, 0]).heat[0]
    assert truck[cell(1.5, 0.1)] > 0.4 > truck[cell(0.1, 1.5)]
    assert person[cell(0.7, 0.1)] < 0.01


def test_weights_sum_to_one_for_each_object():
    found = targets(CAR, [-6, -6, 1.5, 11, 2.5, 3, 1.0], [8, 8, 0.9, 0.6, 0.6, 1.7, 0])
    assert np.isclose(found.weights.sum(), 3.0)
    assert len(set(found.squares.tolist())) == len(found.squares)


@given(st.floats(-12.5, 12.5), st.floats(-12.5, 12.5), st.floats(0.05, 15), st.floats(0.05, 4), st.floats(-3.2, 3.2))
def test_every_object_is_learned_somewhere(x, y, length, width, yaw):
    found = targets([x, y, 0.8, length, width, 1.5, yaw])
    assert len(found.squares)
    assert np.isfinite(found.values).all()
    assert (found.weights > 0).all()
    row, column = np.divmod(found.squares, 64)
    assert np.allclose((row + 0.5 + found.values[:, 0]) * 0.4 - 12.8, x, atol=1e-4)
    assert np.allclose((column + 0.5 + found.values[:, 1]) * 0.4 - 12.8, y, atol=1e-4)


def test_contradictory_labels_share_the_squares():
    found = targets(CAR, CAR, CAR + [0, 0, 0, 0, 0, 0, np.pi], classes=[0, 1, 0])
    assert (found.heat == 1.0).sum() == 2
    assert np.isfinite(found.weights).all()


def test_of_an_object_with_few_points_nothing_is_wanted():
    found = targets(CAR, counts=[FEWEST_POINTS - 1])
    assert not found.heat.any()
    assert not len(found.squares)
    assert found.known[cell(2.1, 1.1)] == 0.0
    assert found.known[cell(-8.0, -8.0)] == 1.0


def test_what_is_ignored_is_unknown():
    found = targets(ignored=CAR[np.newaxis])
    assert found.known[cell(2.1, 1.1)] == 0.0
    assert found.known.mean() > 0.9


def test_outside_the_region_nothing_is_known():
    found = targets(CAR, region=(np.array([[0, -5], [10, -5], [10, 5], [0, 5]], float),))
    assert found.known[cell(5.0, 0.0)] == 1.0
    assert found.known[cell(-5.0, 0.0)] == 0.0
    assert found.known[cell(5.0, 8.0)] == 0.0
    assert abs(found.known.sum() * 0.04 - 100.0) < 5.0


def test_objects_off_the_crop_are_not_learned():
    found = targets([40.0, 0.0, 1, 4, 2, 1.5, 0], [-13.5, 0.0, 1, 4, 2, 1.5, 0])
    assert not (found.heat == 1.0).any()
    assert np.isfinite(found.heat).all()


def test_without_objects():
    found = targets()
    assert not found.heat.any()
    assert found.values.shape == (0, 10)


def test_front_and_rear_are_told_at_either_end():
    yaw = CAR[6]
    found = targets(CAR)
    row, column = np.divmod(found.ends, 64)
    x, y = (row + 0.5) * 0.4 - 12.8 - CAR[0], (column + 0.5) * 0.4 - 12.8 - CAR[1]
    along = x * np.cos(yaw) + y * np.sin(yaw)
    assert np.array_equal(found.end_signs > 0, along > 0)
    assert np.isclose(np.abs(found.end_signs).sum(), 1.0)
    assert np.abs(found.end_signs[np.abs(along) > 1.8]).min() > np.abs(found.end_signs[np.abs(along) < 0.5]).max()


def test_a_mirrored_heading_swaps_the_ends():
    a, b = targets(CAR), targets(CAR + [0, 0, 0, 0, 0, 0, np.pi])
    assert np.array_equal(a.ends, b.ends)
    assert np.allclose(a.end_signs, -b.end_signs, atol=1e-6)
