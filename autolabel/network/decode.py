"""What the network's answer means: peaks of the heat, the boxes told there, and of those that overlap the surest."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from autolabel.detections import Detections
from autolabel.network.bev_net import (
    COS_2YAW,
    DX,
    DY,
    FRONT_X,
    FRONT_Y,
    HEIGHT,
    LOG_HEIGHT,
    LOG_LENGTH,
    QUALITY,
    SIN_2YAW,
    STRIDE,
)
from autolabel.network.grid import GridSpec
from geometry import BoxColumns, iou_bev
from geometry.arrays import FloatArray, IntArray
from geometry.rotation import wrap_angle

LEAST_SCORE = 0.08
MOST_PEAKS = 400
PEAK_CELLS = 3
QUALITY_SHARE = 0.3
"""How much the foretold overlap counts in a score, against the heat."""
MOST_OVERLAP, MOST_OVERLAP_SMALL = 0.2, 0.35
SMALL_M2 = 1.5
MOST_COVERED = 0.6
"""The share of the smaller of two boxes that the surer one may cover."""
LOG_LIMITS = (-2.5, 3.5)


def decode(heat: Tensor, boxes: Tensor, grid: GridSpec, least_score: float = LEAST_SCORE) -> Detections:
    """The objects of one picture.

    Args:
        heat: (classes, H, W) logits.
        boxes: (BOX_CHANNELS, H/2, W/2) as ``BevNet`` gives them.
        grid: Where the picture was.
        least_score: Peaks with less heat are none.

    Returns:
        Boxes whose z is the height of the centre above the ground, the surest first.
    """
    classes, rows, columns, scores = _peaks(torch.sigmoid(heat.float()), least_score)
    told = boxes[:, rows // STRIDE, columns // STRIDE].float().T.cpu().numpy().astype(np.float64)
    quality = 1.0 / (1.0 + np.exp(-told[:, QUALITY]))
    score = scores.cpu().numpy().astype(np.float64) ** (1.0 - QUALITY_SHARE) * quality**QUALITY_SHARE
    rows_of, heading = _boxes(told, rows.cpu().numpy() // STRIDE, columns.cpu().numpy() // STRIDE, grid)
    order = np.argsort(-score, kind="stable")
    kept = order[surest(rows_of[order])]
    numbers = classes.cpu().numpy().astype(np.int64)
    return Detections(rows_of[kept], numbers[kept], score[kept], heading[kept])


def surest(boxes: FloatArray) -> IntArray:
    """(K,) which of the boxes (N, 7), the surest first, do not overlap a surer one too much, whatever their class."""
    if not len(boxes):
        return np.zeros(0, np.int64)
    columns = BoxColumns.from_arrays(boxes[:, :3], boxes[:, 3:6], boxes[:, 6])
    overlap = iou_bev(columns, columns)
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
    """Classes, rows, columns and heat (K,) of the hottest cells among their neighbours, at most ``MOST_PEAKS``."""
    around = functional.max_pool2d(heat[None], PEAK_CELLS, 1, PEAK_CELLS // 2)[0]
    classes, rows, columns = torch.nonzero((heat == around) & (heat > least_score), as_tuple=True)
    scores = heat[classes, rows, columns]
    order = torch.argsort(scores, descending=True, stable=True)[:MOST_PEAKS]
    return classes[order], rows[order], columns[order], scores[order]


def _boxes(told: FloatArray, row: IntArray, column: IntArray, grid: GridSpec) -> tuple[FloatArray, FloatArray]:
    """(N, 7) boxes and (N,) how sure front and rear are, from what is told (N, BOX_CHANNELS) at squares."""
    side_m = grid.cell_m * STRIDE
    yaw = np.arctan2(told[:, SIN_2YAW], told[:, COS_2YAW]) / 2.0
    front = told[:, FRONT_X] * np.cos(yaw) + told[:, FRONT_Y] * np.sin(yaw)
    yaw = wrap_angle(np.where(front < 0.0, yaw + np.pi, yaw))
    x = grid.x_min_m + (row + 0.5 + told[:, DX]) * side_m
    y = grid.y_min_m + (column + 0.5 + told[:, DY]) * side_m
    sizes = np.exp(np.clip(told[:, LOG_LENGTH : LOG_HEIGHT + 1], *LOG_LIMITS))
    return np.column_stack([x, y, told[:, HEIGHT], sizes, yaw]), 1.0 / (1.0 + np.exp(-np.abs(front)))
