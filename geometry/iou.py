"""How much upright boxes overlap: exact rotated intersection over union, from above and in space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geometry.arrays import FloatArray, IntArray
from geometry.box import Box
from geometry.box_columns import BoxColumns
from geometry.near_pairs import PAIRS_AT_ONCE, near_pairs
from geometry.overlap_area import separated, shared_area

Boxes = Sequence[Box] | BoxColumns
"""Boxes in one frame of reference, of which only yaw is looked at; columns are much faster to work on."""


def iou_bev(boxes_a: Boxes, boxes_b: Boxes) -> FloatArray:
    """(N, M) intersection over union of the footprints seen from above; yaw only."""
    return iou_bev_and_3d(boxes_a, boxes_b)[0]


def iou_3d(boxes_a: Boxes, boxes_b: Boxes) -> FloatArray:
    """(N, M) intersection over union of the volumes; boxes are taken as upright, see ``iou_3d_tilted``."""
    return iou_bev_and_3d(boxes_a, boxes_b)[1]


def iou_bev_and_3d(boxes_a: Boxes, boxes_b: Boxes) -> tuple[FloatArray, FloatArray]:
    """Both tables (N, M) for the price of one."""
    a, b = _columns(boxes_a).table(), _columns(boxes_b).table()
    shape = (a.shape[1], b.shape[1])
    bev, space = np.zeros(shape), np.zeros(shape)
    for near in near_pairs(a, b) if bev.size else ():
        pairs = _Pairs.of(a, b, *near)
        place = pairs.row * shape[1] + pairs.column
        bev.ravel()[place], space.ravel()[place] = pairs.iou_bev_and_3d()
    return bev, space


def iou_bev_aligned(boxes_a: Boxes, boxes_b: Boxes) -> FloatArray:
    """(N,) intersection over union of the footprints of the first with the first, the second with the second, ...

    Raises:
        ValueError: The numbers of boxes differ.
    """
    return iou_bev_and_3d_aligned(boxes_a, boxes_b)[0]


def iou_3d_aligned(boxes_a: Boxes, boxes_b: Boxes) -> FloatArray:
    """(N,) intersection over union of the volumes of the first with the first, the second with the second, ...

    Raises:
        ValueError: The numbers of boxes differ.
    """
    return iou_bev_and_3d_aligned(boxes_a, boxes_b)[1]


def iou_bev_and_3d_aligned(boxes_a: Boxes, boxes_b: Boxes) -> tuple[FloatArray, FloatArray]:
    """Both columns (N,) for the price of one.

    Raises:
        ValueError: The numbers of boxes differ.
    """
    if len(boxes_a) != len(boxes_b):
        raise ValueError(f"aligned boxes must be equally many, got {len(boxes_a)} and {len(boxes_b)}")
    a, b = _columns(boxes_a).table(), _columns(boxes_b).table()
    bev, space = np.zeros(len(boxes_a)), np.zeros(len(boxes_a))
    for first in range(0, len(boxes_a), PAIRS_AT_ONCE):
        index = np.arange(first, min(first + PAIRS_AT_ONCE, len(boxes_a)))
        pairs = _Pairs.of(a, b, index, index)
        bev[pairs.row], space[pairs.row] = pairs.iou_bev_and_3d()
    return bev, space


def _columns(boxes: Boxes) -> BoxColumns:
    return boxes if isinstance(boxes, BoxColumns) else BoxColumns.from_boxes(boxes)


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Pairs that may overlap, each column (K,); ``b`` as ``a`` sees it."""

    row: IntArray
    column: IntArray
    x: FloatArray
    y: FloatArray
    z: FloatArray
    cos: FloatArray
    sin: FloatArray
    half_a: list[FloatArray]
    half_b: list[FloatArray]

    @classmethod
    def of(cls, table_a: FloatArray, table_b: FloatArray, row: IntArray, column: IntArray) -> _Pairs:
        """The pairs of these rows and columns without those that are surely apart seen from above."""
        x_a, y_a, z_a, cos_a, sin_a, *half_a = (values.take(row) for values in table_a)
        x_b, y_b, z_b, cos_b, sin_b, *half_b = (values.take(column) for values in table_b)
        ahead, beside, above = x_b - x_a, y_b - y_a, z_b - z_a
        x, y = cos_a * ahead + sin_a * beside, cos_a * beside - sin_a * ahead
        cos, sin = cos_a * cos_b + sin_a * sin_b, cos_a * sin_b - sin_a * cos_b
        keep = np.flatnonzero(~separated(x, y, cos, sin, half_a, half_b))
        x, y, above, cos, sin = (values.take(keep) for values in (x, y, above, cos, sin))
        half_a, half_b = [values.take(keep) for values in half_a], [values.take(keep) for values in half_b]
        return cls(row.take(keep), column.take(keep), x, y, above, cos, sin, half_a, half_b)

    def iou_bev_and_3d(self) -> tuple[FloatArray, FloatArray]:
        area = shared_area(self.x, self.y, self.cos, self.sin, self.half_a, self.half_b)
        (length_a, width_a, height_a), (length_b, width_b, height_b) = self.half_a, self.half_b
        area_a, area_b = 4.0 * length_a * width_a, 4.0 * length_b * width_b
        height = np.minimum(height_a, self.z + height_b) - np.maximum(-height_a, self.z - height_b)
        volume = area * np.clip(height, 0.0, 2.0 * np.minimum(height_a, height_b))
        volume_a, volume_b = 2.0 * area_a * height_a, 2.0 * area_b * height_b
        return area / (area_a + area_b - area), volume / (volume_a + volume_b - volume)
