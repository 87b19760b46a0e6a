"""A frame's objects."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from autolabel.classes import ObjectClass
from autolabel.network.bev_net import BevNet
from autolabel.network.detect import Detector, detect
from autolabel.network.grid import GridSpec
from autolabel.recording import Recording
from autolabel.training.devices import Device
from autolabel.training.model_file import Model

CPU = Device("cpu", 1, is_bf16=False)


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    classes = (ObjectClass("Car", (4.2, 1.8, 1.5), is_rigid=True),)
    net = BevNet(1)
    # So that what has learned nothing finds something.
    state = net.state_dict()
    state["heat.1.bias"].fill_(-1.0)
    return Model(classes, GridSpec.around(12.8), state)


def recording(points, height_m=0.0):
    moved = points + np.array([0, 0, height_m, 0])
    return Recording([0], None, lambda _: moved.astype(np.float32), np.array([0.0, 0.0, height_m + 1.7]))


@pytest.fixture(scope="module")
def points():
    rng = np.random.default_rng(0)
    ground = np.column_stack([rng.uniform(-12, 12, (6000, 2)), np.zeros(6000), np.full(6000, 0.3)])
    things = np.column_stack([rng.uniform(-12, 12, (2000, 2)), rng.uniform(0, 2, 2000), np.full(2000, 0.7)])
    return np.concatenate([ground, things])


def test_boxes_stand_on_the_ground_wherever_it_is(model, points):
    low, high = (detect(model, recording(points, height), 0, CPU) for height in (0.0, -3.0))
    assert len(low) == len(high) > 0
    assert np.allclose(low.boxes_ego[:, :2], high.boxes_ego[:, :2], atol=0.02)
    assert np.allclose(low.boxes_ego[:, 2] - 3.0, high.boxes_ego[:, 2], atol=0.05)
    assert (np.diff(low.scores) <= 0).all()
    assert ((low.headings >= 0.5) & (low.headings <= 1.0)).all()


def test_a_frame_without_points_has_no_objects(model):
    assert len(Detector(model, CPU).detect(recording(np.zeros((0, 4))), 0)) == 0


def test_one_point(model):
    found = Detector(model, CPU).detect(recording(np.array([[3.0, 4.0, -1.0, 0.5]])), 0)
    assert np.isfinite(found.boxes_ego).all()


def test_any_grid_with_such_cells(model, points):
    detector = Detector(model, CPU)
    wide = detector.detect(recording(points), 0, GridSpec(-12.8, -6.4, 160, 64))
    assert (np.abs(wide.boxes_ego[:, 1]) < 8.0).all()
    with pytest.raises(ValueError, match="cell_m"):
        detector.detect(recording(points), 0, GridSpec(cell_m=0.4))


def test_the_same_frame_gives_the_same(model, points):
    a, b = (detect(model, recording(points), 0, CPU) for _ in range(2))
    assert np.array_equal(a.boxes_ego, b.boxes_ego)
