"""One size for all frames of an object, and its boxes with that size, each held at the side that the lidar sees."""

from __future__ import annotations

import numpy as np

from autolabel.tracking.sightings import Moments, Sightings
from geometry.arrays import FloatArray

UNSEEN_SIDE = 0.3
"""How much the extent of a side tells that is seen end on."""


def common_size(seen: Sightings, class_index: int, weight: FloatArray, moments: Moments) -> FloatArray:
    """(3,) length, width and height: weighted medians over the detections of the voted class.

    Args:
        seen: The object's detections.
        class_index: Its class.
        weight: (N,) how much each detection tells.
        moments: From where they are seen: an extent seen end on tells less.
    """
    own = seen.classes == class_index
    chosen = own if own.any() else np.ones(len(seen), dtype=bool)
    boxes = seen.boxes[chosen]
    along, across = _toward_lidar(boxes, moments.lidar_base[seen.frames[chosen], :2])
    far = np.maximum(np.hypot(along, across), 1e-6)
    told = np.column_stack([np.abs(across) / far, np.abs(along) / far, np.ones(len(boxes))])
    told = weight[chosen, None] * (UNSEEN_SIDE + (1.0 - UNSEEN_SIDE) * told)
    return np.array([weighted_median(boxes[:, 3 + axis], told[:, axis]) for axis in range(3)])


def anchored(boxes: FloatArray, size_lwh_m: FloatArray, lidar_xy: FloatArray) -> FloatArray:
    """(N, 7) boxes with one size, whose corners nearest the lidar and whose bottoms stay.

    Beside a box the lidar sees its whole side, so that the middle of the side stays rather than a corner.

    Args:
        boxes: (N, 7) in ``base``.
        size_lwh_m: (3,) the size they get.
        lidar_xy: (N, 2) where the lidar is, in ``base``.
    """
    out = boxes.copy()
    along, across = _toward_lidar(boxes, lidar_xy)
    half = boxes[:, 3:5] / 2.0
    ahead = (half[:, 0] - size_lwh_m[0] / 2.0) * np.clip(along / half[:, 0], -1.0, 1.0)
    aside = (half[:, 1] - size_lwh_m[1] / 2.0) * np.clip(across / half[:, 1], -1.0, 1.0)
    cos, sin = np.cos(boxes[:, 6]), np.sin(boxes[:, 6])
    out[:, 0] += ahead * cos - aside * sin
    out[:, 1] += ahead * sin + aside * cos
    out[:, 2] += (size_lwh_m[2] - boxes[:, 5]) / 2.0
    out[:, 3:6] = size_lwh_m
    return out


def weighted_median(values: FloatArray, weight: FloatArray) -> float:
    """The value with half of the weight on either side; between two where it falls there."""
    order = np.lexsort((weight, values))
    total = np.cumsum(weight[order])
    middle = (total - weight[order] / 2.0) / total[-1]
    return float(np.interp(0.5, middle, values[order]))


def _toward_lidar(boxes: FloatArray, lidar_xy: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Where the lidar is, along and across each box."""
    away = lidar_xy - boxes[:, :2]
    cos, sin = np.cos(boxes[:, 6]), np.sin(boxes[:, 6])
    return away[:, 0] * cos + away[:, 1] * sin, away[:, 1] * cos - away[:, 0] * sin
