"""What the network's answer means: it is the inverse of what the targets ask for."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from autolabel.network.bev_net import BOX_CHANNELS, COS_2YAW, FRONT, QUALITY, REAR
from autolabel.network.decode import MOST_PEAKS, decode, surest
from autolabel.network.grid import GridSpec
from autolabel.training.targets import targets_of
from geometry.rotation import wrap_angle

GRID = GridSpec(-12.8, -12.8, 128, 128)
NOTHING = np.zeros((0, 7))


def told_by(told):
    """What is told at some squares, by what is told (BOX_CHANNELS, H/2, W/2) at all."""
    return lambda rows, columns: told[:, rows, columns].T


def answer(boxes, classes, class_count=3, front=8.0):
    """What a perfect network would say of some boxes."""
    targets = targets_of(boxes, classes, np.full(len(boxes), 50), NOTHING, None, GRID, class_count)
    heat = torch.from_numpy(np.clip(targets.heat, 1e-4, 1 - 1e-4))
    squares = np.zeros((64 * 64, BOX_CHANNELS), np.float32)
    squares[targets.squares, : COS_2YAW + 1] = targets.values[:, : COS_2YAW + 1]
    squares[targets.ends, FRONT] = front * (targets.end_signs > 0)
    squares[targets.ends, REAR] = front * (targets.end_signs < 0)
    squares[:, QUALITY] = 4.0
    return torch.logit(heat), torch.from_numpy(squares.T.reshape(BOX_CHANNELS, 64, 64).copy())


def decoded(boxes, classes, front=8.0):
    heat, told = answer(boxes, classes, front=front)
    return decode(heat, told_by(told), GRID)


PLACES = st.tuples(st.floats(-10, 10), st.floats(-10, 10), st.floats(-1, 3))


@given(PLACES, st.floats(0.5, 14), st.floats(0.5, 3), st.floats(-3.1, 3.1))
def test_a_perfect_answer_gives_the_box_back(place, length, width, yaw):
    box = np.array([[*place, max(length, width), width, 1.7, yaw]])
    found = decoded(box, np.array([1]))
    assert len(found) == 1
    assert found.classes.tolist() == [1]
    assert np.allclose(found.boxes_ego[0, :6], box[0, :6], atol=2e-3)
    assert abs(wrap_angle(found.boxes_ego[0, 6] - yaw)) < 2e-3
    assert found.headings[0] > 0.8


def test_people_side_by_side_stay_two():
    boxes = np.array([[0.0, 0.0, 0.9, 0.7, 0.6, 1.7, 0.0], [0.1, 0.65, 0.9, 0.7, 0.6, 1.7, 0.2]])
    found = decoded(boxes, np.array([2, 2]))
    assert len(found) == 2
    assert np.allclose(np.sort(found.boxes_ego[:, 1]), [0.0, 0.65], atol=1e-3)


def test_where_the_front_is_unknown_the_heading_is_a_coin():
    found = decoded(np.array([[0, 0, 1, 4, 2, 1.5, 1.0]]), np.array([0]), front=0.0)
    assert found.headings[0] == pytest.approx(0.5)


def test_nothing_hot_is_nothing():
    found = decode(torch.full((3, 128, 128), -9.0), told_by(torch.zeros(BOX_CHANNELS, 64, 64)), GRID)
    assert len(found) == 0
    assert found.boxes_ego.shape == (0, 7)


def test_heat_everywhere_ends():
    rng = torch.Generator().manual_seed(0)
    heat = torch.randn(3, 128, 128, generator=rng)
    assert len(decode(heat, told_by(torch.zeros(BOX_CHANNELS, 64, 64)), GRID)) <= MOST_PEAKS


def test_the_surest_come_first():
    boxes = np.array([[-8, 0, 1, 4, 2, 1.5, 0], [0, 0, 1, 4, 2, 1.5, 0], [8, 0, 1, 4, 2, 1.5, 0]], float)
    heat, told = answer(boxes, np.array([0, 0, 0]))
    heat[:, :50] -= 2.0
    heat[:, 80:] -= 4.0
    found = decode(heat, told_by(told), GRID, least_score=1e-3)
    assert (np.diff(found.scores) <= 0).all()
    assert found.boxes_ego[0, 0] == pytest.approx(0.0, abs=1e-3)


def test_of_boxes_on_each_other_the_surest_stays_whatever_its_class():
    car, inside, beside = [0, 0, 1, 4, 2, 1.5, 0], [0.5, 0.2, 1, 0.6, 0.6, 1.7, 0], [0, 2.4, 1, 4, 2, 1.5, 0]
    assert surest(np.array([car, inside, beside], float)).tolist() == [0, 2]
    assert surest(np.zeros((0, 7))).tolist() == []
