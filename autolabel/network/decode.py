"""What the network's answer means: peaks of the heat, the boxes told there, and of those that overlap the surest."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from autolabel.detections import Detections
from autolabel.network.bev_net import (
    COS_2YAW,
    DX,
    DY,
    FRONT,
    HEIGHT,
    LOG_HEIGHT,
    LOG_LENGTH,
    QUALITY,
    REAR,
    SIN_2YAW,
    STRIDE,
)
from autolabel.network.grid import GridSpec
from autolabel.upright import overlap_bev
from geometry.arrays import FloatArray, IntArray
from geometry.rotation import wrap_angle

LEAST_SCORE = 0.08
MOST_PEAKS = 400
PEAK_CELLS = 3
"""A peak is no colder than any cell of the square of so many around it."""
QUALITY_SHARE = 0.3
"""How much the foretold overlap counts in a score, against the heat."""
MOST_OVERLAP, MOST_OVERLAP_SMALL = 0.2, 0.35
SMALL_M2 = 1.5
MOST_COVERED = 0.6
"""The share of the smaller of two boxes that the surer one may cover."""
LOG_LIMITS = (-2.5, 3.5)
END_SHARES = np.array([0.4, 0.65, 0.9])
"""Where along each half of a box it is asked which end it is."""
ACROSS_M = np.array([-0.15, 0.0, 0.15])
"""How far beside the middle line: of what is hardly larger than a square, the squares on the line alone may mislead."""
SHORTEST_HALF_M = 0.45

BoxesAt = Callable[[Tensor, Tensor], Tensor]
"""What is told (K, BOX_CHANNELS) at rows (K,) and columns (K,) of squares."""


def decode(heat: Tensor, boxes_at: BoxesAt, grid: GridSpec, least_score: float = LEAST_SCORE) -> Detections:
    """The objects of one picture.

    Args:
        heat: (classes, H, W) logits.
        boxes_at: The boxes told at some of the H/2 × W/2 squares, as ``BevNet`` gives them.
        grid: Where the picture was.
        least_score: Peaks with less heat are none.

    Returns:
        Boxes whose z is the height of the centre above the ground, the surest first.
    """
    classes, rows, columns, scores = _peaks(heat.float(), least_score)
    told = boxes_at(rows // STRIDE, columns // STRIDE).float().cpu().numpy().astype(np.float64)
    quality = 1.0 / (1.0 + np.exp(-told[:, QUALITY]))
    score = scores.cpu().numpy().astype(np.float64) ** (1.0 - QUALITY_SHARE) * quality**QUALITY_SHARE
    axes = _boxes(told, rows.cpu().numpy() // STRIDE, columns.cpu().numpy() // STRIDE, grid)
    rows_of, heading = _headed(axes, boxes_at, grid, heat.device)
    order = np.argsort(-score, kind="stable")
    kept = order[surest(rows_of[order])]
    numbers = classes.cpu().numpy().astype(np.int64)
    return Detections(rows_of[kept], numbers[kept], score[kept], heading[kept])


def surest(boxes: FloatArray) -> IntArray:
    """(K,) which of the boxes (N, 7), the surest first, do not overlap a surer one too much, whatever their class."""
    if not len(boxes):
        return np.zeros(0, np.int64)
    overlap = overlap_bev(boxes, boxes)
    area = boxes[:, 3] * boxes[:, 4]
    smaller = np.minimum(area[:, np.newaxis], area)
    covered = overlap * (area[:, np.newaxis] + area) / (1.0 + overlap) / smaller
    limit = np.where(smaller < SMALL_M2, MOST_OVERLAP_SMALL, MOST_OVERLAP)
    rivals = (overlap > limit) | (covered > MOST_COVERED)
    alive = np.ones(len(boxes), bool)
    for number in range(len(boxes)):
        if alive[number]:
            alive[number + 1 :] &= ~rivals[number, number + 1 :]
    return np.flatnonzero(alive)


def _peaks(heat: Tensor, least_score: float) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Classes, rows, columns and scores (K,) of the hottest cells among their neighbours, at most ``MOST_PEAKS``.

    Few cells of the logits (classes, H, W) are hot enough to be looked at.
    """
    classes, rows, columns = torch.nonzero(heat > torch.logit(torch.tensor(least_score)), as_tuple=True)
    logits = heat[classes, rows, columns]
    framed = functional.pad(heat, [PEAK_CELLS // 2] * 4, value=-math.inf)
    beside = [
        framed[classes, rows + down, columns + right] for down in range(PEAK_CELLS) for right in range(PEAK_CELLS)
    ]
    peaks = torch.nonzero(logits == torch.stack(beside).amax(dim=0))[:, 0]
    kept = peaks[torch.argsort(logits[peaks], descending=True, stable=True)[:MOST_PEAKS]]
    return classes[kept], rows[kept], columns[kept], torch.sigmoid(logits[kept])


def _boxes(told: FloatArray, row: IntArray, column: IntArray, grid: GridSpec) -> FloatArray:
    """(N, 7) boxes, perhaps with front and rear swapped, from what is told (N, BOX_CHANNELS) at squares."""
    side_m = grid.cell_m * STRIDE
    yaw = np.arctan2(told[:, SIN_2YAW], told[:, COS_2YAW]) / 2.0
    x = grid.x_min_m + (row + 0.5 + told[:, DX]) * side_m
    y = grid.y_min_m + (column + 0.5 + told[:, DY]) * side_m
    sizes = np.exp(np.clip(told[:, LOG_LENGTH : LOG_HEIGHT + 1], *LOG_LIMITS))
    return np.column_stack([x, y, told[:, HEIGHT], sizes, yaw])


def _headed(
    boxes: FloatArray, boxes_at: BoxesAt, grid: GridSpec, device: torch.device
) -> tuple[FloatArray, FloatArray]:
    """The boxes (N, 7), swapped where their rear looks like a front, and (N,) how sure that is."""
    side_m = grid.cell_m * STRIDE
    half = np.maximum(boxes[:, 3] / 2.0, SHORTEST_HALF_M)[:, np.newaxis]
    away = half * np.repeat(np.concatenate([-END_SHARES, END_SHARES]), len(ACROSS_M))
    beside = np.tile(ACROSS_M, 2 * len(END_SHARES))
    cos, sin = np.cos(boxes[:, 6:7]), np.sin(boxes[:, 6:7])
    x, y = boxes[:, :1] + away * cos - beside * sin, boxes[:, 1:2] + away * sin + beside * cos
    width = grid.columns // STRIDE
    row = np.clip(np.floor((x - grid.x_min_m) / side_m), 0, grid.rows // STRIDE - 1).astype(np.int64)
    column = np.clip(np.floor((y - grid.y_min_m) / side_m), 0, width - 1).astype(np.int64)
    squares, which = np.unique(row * width + column, return_inverse=True)
    asked = torch.from_numpy(squares).to(device)
    told = boxes_at(asked // width, asked % width)
    is_front = (told[:, FRONT] - told[:, REAR]).float().cpu().numpy()[which].reshape(x.shape)
    logit = (is_front * np.sign(away)).mean(axis=1).astype(np.float64)
    headed = boxes.copy()
    headed[:, 6] = wrap_angle(np.where(logit < 0.0, boxes[:, 6] + np.pi, boxes[:, 6]))
    return headed, 1.0 / (1.0 + np.exp(-np.abs(logit)))
