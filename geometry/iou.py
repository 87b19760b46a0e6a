"""How much upright boxes overlap: exact rotated intersection over union, from above and in space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geometry.arrays import FloatArray, IntArray
from geometry.box import Box


@dataclass(frozen=True, eq=False)
class BoxColumns:
    """Boxes as columns of numbers, each (N,); only yaw is looked at."""

    center: FloatArray
    half_lwh: FloatArray
    cos_yaw: FloatArray
    sin_yaw: FloatArray

    @classmethod
    def from_boxes(cls, boxes: Sequence[Box]) -> BoxColumns:
        """Gather N boxes, all in one frame of reference."""
        yaw = np.array([box.yaw_rad for box in boxes])
        center = np.array([box.center for box in boxes]).reshape(-1, 3)
        half_lwh = np.array([box.size_lwh_m for box in boxes]).reshape(-1, 3) / 2.0
        return cls(center, half_lwh, np.cos(yaw), np.sin(yaw))

    def take(self, index: IntArray) -> BoxColumns:
        """The boxes at these places."""
        return BoxColumns(self.center[index], self.half_lwh[index], self.cos_yaw[index], self.sin_yaw[index])


def iou_bev(boxes_a: Sequence[Box], boxes_b: Sequence[Box]) -> FloatArray:
    """(N, M) intersection over union of the footprints seen from above; yaw only."""
    return _all_pairs(boxes_a, boxes_b, in_space=False)


def iou_3d(boxes_a: Sequence[Box], boxes_b: Sequence[Box]) -> FloatArray:
    """(N, M) intersection over union of the volumes; boxes are taken as upright."""
    return _all_pairs(boxes_a, boxes_b, in_space=True)


def _all_pairs(boxes_a: Sequence[Box], boxes_b: Sequence[Box], *, in_space: bool) -> FloatArray:
    iou = np.zeros((len(boxes_a), len(boxes_b)))
    if iou.size == 0:
        return iou
    a, b = BoxColumns.from_boxes(boxes_a), BoxColumns.from_boxes(boxes_b)
    reach = np.hypot(*a.half_lwh[:, :2].T)[:, None] + np.hypot(*b.half_lwh[:, :2].T)
    offset = b.center[None, :, :2] - a.center[:, None, :2]
    rows, columns = np.nonzero((offset**2).sum(axis=-1) < reach**2)
    near_a, near_b = a.take(rows), b.take(columns)
    overlap, size_a, size_b = intersection_area(near_a, near_b), _area(near_a), _area(near_b)
    if in_space:
        overlap = overlap * _height_overlap(near_a, near_b)
        size_a, size_b = size_a * 2 * near_a.half_lwh[:, 2], size_b * 2 * near_b.half_lwh[:, 2]
    iou[rows, columns] = overlap / (size_a + size_b - overlap)
    return iou


def intersection_area(a: BoxColumns, b: BoxColumns) -> FloatArray:
    """(N,) area common to the footprints of pairs of boxes.

    In the frame of ``a`` the footprint of ``b`` is a polygon and that of ``a`` the rectangle [-l, l] × [-w, w]. By
    Green's theorem the common area is -Σ over the polygon's edges of ∫ clamp(y(x), -w, w) dx, with x running over the
    part of the edge in [-l, l]. No polygon is built and no case is special, so touching, nested and identical boxes
    need no care.
    """
    offset = b.center[:, :2] - a.center[:, :2]
    x = a.cos_yaw * offset[:, 0] + a.sin_yaw * offset[:, 1]
    y = a.cos_yaw * offset[:, 1] - a.sin_yaw * offset[:, 0]
    cos = a.cos_yaw * b.cos_yaw + a.sin_yaw * b.sin_yaw
    sin = a.cos_yaw * b.sin_yaw - a.sin_yaw * b.cos_yaw
    along_x, along_y = cos * b.half_lwh[:, 0], sin * b.half_lwh[:, 0]
    across_x, across_y = -sin * b.half_lwh[:, 1], cos * b.half_lwh[:, 1]
    corner_x = np.stack(
        [x + along_x + across_x, x - along_x + across_x, x - along_x - across_x, x + along_x - across_x]
    )
    corner_y = np.stack(
        [y + along_y + across_y, y - along_y + across_y, y - along_y - across_y, y + along_y - across_y]
    )
    edges = _edge_integral(
        corner_x, corner_y, np.roll(corner_x, -1, axis=0), np.roll(corner_y, -1, axis=0), a.half_lwh[:, :2]
    )
    return np.asarray(np.clip(-edges.sum(axis=0), 0.0, np.minimum(_area(a), _area(b))))


def _edge_integral(x0: FloatArray, y0: FloatArray, x1: FloatArray, y1: FloatArray, half_lw: FloatArray) -> FloatArray:
    half_length, half_width = half_lw[:, 0], half_lw[:, 1]
    start_x, end_x = np.clip(x0, -half_length, half_length), np.clip(x1, -half_length, half_length)
    # An upright edge has no x range; any slope serves, as its integral is zero.
    slope = (y1 - y0) / np.where(x1 == x0, 1.0, x1 - x0)
    start_y = _y_on_edge(start_x, x0, y0, x1, y1, slope)
    end_y = _y_on_edge(end_x, x0, y0, x1, y1, slope)
    return _mean_clamped(start_y, end_y, half_width) * (end_x - start_x)


def _y_on_edge(
    x: FloatArray, x0: FloatArray, y0: FloatArray, x1: FloatArray, y1: FloatArray, slope: FloatArray
) -> FloatArray:
    # Reckoning from the nearer end keeps the digits of steep edges.
    from_start, from_end = x - x0, x - x1
    return np.where(np.abs(from_start) <= np.abs(from_end), y0 + from_start * slope, y1 + from_end * slope)


def _mean_clamped(y0: FloatArray, y1: FloatArray, limit: FloatArray) -> FloatArray:
    """Mean of clamp(y, -limit, limit) for y running evenly from y0 to y1."""
    low, high = np.clip(y0, -limit, limit), np.clip(y1, -limit, limit)
    middle = (low + high) / 2.0
    is_straight = (low == high) | ((low == y0) & (high == y1))
    span = np.where(is_straight, 1.0, y1 - y0)
    return np.where(is_straight, middle, ((low - y0) * low + (high - low) * middle + (y1 - high) * high) / span)


def _area(boxes: BoxColumns) -> FloatArray:
    return np.asarray(4.0 * boxes.half_lwh[:, 0] * boxes.half_lwh[:, 1])


def _height_overlap(a: BoxColumns, b: BoxColumns) -> FloatArray:
    offset = b.center[:, 2] - a.center[:, 2]
    half_a, half_b = a.half_lwh[:, 2], b.half_lwh[:, 2]
    overlap = np.minimum(half_a, offset + half_b) - np.maximum(-half_a, offset - half_b)
    return np.asarray(np.clip(overlap, 0.0, 2 * np.minimum(half_a, half_b)))
