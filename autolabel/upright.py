"""Upright boxes as rows, so that thousands move at once: centre x, y, z, length, width, height (m), yaw (rad)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from geometry import SE3, Box, BoxColumns, iou_bev
from geometry.arrays import BoolArray, FloatArray
from geometry.rotation import wrap_angle

COLUMNS = 7


def upright(boxes: Iterable[Box]) -> FloatArray:
    """(N, 7) rows of boxes, their tilt left out."""
    rows = [[*box.center, *box.size_lwh_m, box.yaw_rad] for box in boxes]
    return np.array(rows, dtype=np.float64).reshape(-1, COLUMNS)


def box_of(row: FloatArray) -> Box:
    """One row as a box."""
    return Box.from_yaw(row[:3], row[3:6], float(row[6]))


def moved(rows: FloatArray, dst_from_src: SE3) -> FloatArray:
    """(N, 7) rows in another frame of reference; they stay upright there."""
    out = rows.copy()
    out[:, :3] = dst_from_src.apply(rows[:, :3])
    out[:, 6] = wrap_angle(rows[:, 6] + dst_from_src.yaw_rad)
    return out


def contains(row: FloatArray, points: FloatArray, margin_m: float = 0.0) -> BoolArray:
    """(N,) which points (N, 3+) lie in a box, made larger on every side by a margin."""
    away = points[:, :3] - row[:3]
    cos, sin = np.cos(row[6]), np.sin(row[6])
    half = row[3:6] / 2.0 + margin_m
    along, across = away[:, 0] * cos + away[:, 1] * sin, away[:, 1] * cos - away[:, 0] * sin
    inside: BoolArray = (np.abs(along) <= half[0]) & (np.abs(across) <= half[1]) & (np.abs(away[:, 2]) <= half[2])
    return inside


def columns(rows: FloatArray) -> BoxColumns:
    """Rows (N, 7) as geometry takes many boxes."""
    return BoxColumns.from_arrays(rows[:, :3], rows[:, 3:6], rows[:, 6])


def overlap_bev(rows: FloatArray, others: FloatArray) -> FloatArray:
    """(N, M) intersection over union of rows of boxes seen from above."""
    return iou_bev(columns(rows), columns(others))
