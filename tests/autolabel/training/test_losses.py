"""How wrong an answer is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from autolabel.network.bev_net import BOX_CHANNELS, COS_2YAW, FRONT, QUALITY, REAR
from autolabel.network.grid import GridSpec
from autolabel.training.losses import REGRESSED, Wanted, box_loss, heat_loss, loss_of, overlap_of
from autolabel.training.targets import targets_of
from geometry import BoxColumns, iou_bev_aligned

GRID = GridSpec(-6.4, -6.4, 64, 64)
CAR = np.array([1.1, 0.3, 0.8, 4.2, 1.8, 1.5, 0.4])


def wanted(*boxes, front=1.0):
    rows = np.array(boxes, float).reshape(-1, 7)
    count = len(rows)
    told = targets_of(rows, np.zeros(count, int), np.full(count, 50), np.zeros((0, 7)), None, GRID, 1)
    return Wanted(
        torch.from_numpy(told.heat[None]),
        torch.from_numpy(told.known[None, None]),
        torch.from_numpy(told.squares),
        torch.from_numpy(told.values),
        torch.from_numpy(told.weights),
        torch.from_numpy(told.ends),
        torch.from_numpy(told.end_signs * np.float32(front)),
    )


def perfect(target, quality=6.0):
    heat = torch.logit(target.heat.clamp(1e-4, 1 - 1e-4))
    boxes = torch.zeros(32 * 32, BOX_CHANNELS)
    boxes[target.squares, :REGRESSED] = target.values[:, :REGRESSED]
    boxes[target.ends, FRONT] = 9.0 * (target.end_signs > 0).float()
    boxes[target.ends, REAR] = 9.0 * (target.end_signs < 0).float()
    boxes[:, QUALITY] = quality
    return heat, boxes.T.reshape(1, BOX_CHANNELS, 32, 32).clone()


def test_a_perfect_answer_costs_next_to_nothing():
    target = wanted(CAR, [-4, -4, 0.9, 0.7, 0.6, 1.7, 1.0])
    heat, boxes = perfect(target)
    assert box_loss(boxes, target) < 0.1
    assert loss_of(heat, boxes, target) < 1.5
    assert loss_of(torch.zeros(1, 1, 64, 64), torch.zeros(1, BOX_CHANNELS, 32, 32), target) > 10.0


def test_what_is_unknown_costs_nothing():
    target = wanted()
    unknown = replace(target, known=torch.zeros_like(target.known))
    hot = torch.full((1, 1, 64, 64), 5.0)
    assert heat_loss(hot, unknown) == 0.0
    assert heat_loss(hot, target) > 1.0


def test_without_objects_it_is_finite_and_can_be_learned_from():
    heat, boxes = (
        torch.zeros(1, 1, 64, 64, requires_grad=True),
        torch.zeros(1, BOX_CHANNELS, 32, 32, requires_grad=True),
    )
    loss_of(heat, boxes, wanted()).backward()
    for gradient in (heat.grad, boxes.grad):
        assert gradient is not None
        assert torch.isfinite(gradient).all()


@pytest.mark.parametrize("front", [0.0, 1.0])
def test_a_swapped_front_costs_only_where_it_is_to_be_told(front):
    target = wanted(CAR, front=front)
    _, boxes = perfect(target)
    swapped = boxes.clone()
    swapped[:, [FRONT, REAR]] = boxes[:, [REAR, FRONT]]
    more = box_loss(swapped, target) - box_loss(boxes, target)
    assert (more > 1.0) if front else (more == 0.0)


def test_the_overlap_is_exact_where_yaws_agree():
    rng = np.random.default_rng(0)
    target = wanted(CAR)
    count = len(target.values)
    said = torch.zeros(count, BOX_CHANNELS)
    said[:, :REGRESSED] = target.values[:, :REGRESSED]
    said[:, :2] += torch.from_numpy(rng.normal(0, 1.5, (count, 2))).float()
    said[:, 3:6] += torch.from_numpy(rng.normal(0, 0.3, (count, 3))).float()
    away = (said[:, :2] - target.values[:, :2]).numpy() * 0.4
    center = np.column_stack([away, np.zeros(count)]) + CAR[:3]
    claimed = BoxColumns.from_arrays(center, np.exp(said[:, 3:6].numpy()), np.full(count, CAR[6]))
    truth = BoxColumns.from_arrays(np.tile(CAR[:3], (count, 1)), np.tile(CAR[3:6], (count, 1)), np.full(count, CAR[6]))
    assert np.allclose(overlap_of(said, target.values), iou_bev_aligned(claimed, truth), atol=1e-4)


def test_a_turned_box_overlaps_less():
    target = wanted(CAR)
    said = torch.zeros(len(target.values), BOX_CHANNELS)
    said[:, :REGRESSED] = target.values[:, :REGRESSED]
    said[:, COS_2YAW - 1 : COS_2YAW + 1] *= -1.0
    assert overlap_of(said, target.values).max() < 0.05
