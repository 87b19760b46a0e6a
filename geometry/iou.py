"""How much upright boxes overlap: exact rotated intersection over union, from above and in space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geometry.arrays import FloatArray, IntArray
from geometry.box import Box
from geometry.box_columns import BoxColumns
from geometry.overlap_area import separated, shared_area

Boxes = Sequence[Box] | BoxColumns
"""Boxes in one frame of reference, of which only yaw is looked at; columns are much faster to work on."""

BLOCK_PAIRS = 16_384
"""Pairs of the table that are looked at together; their numbers fit the processor's cache."""


def iou_bev(boxes_a: Boxes, boxes_b: Boxes) -> FloatArray:
    """(N, M) intersection over union of the footprints seen from above; yaw only."""
    return iou_bev_and_3d(boxes_a, boxes_b)[0]


def iou_3d(boxes_a: Boxes, boxes_b: Boxes) -> FloatArray:
    """(N, M) intersection over union of the volumes; boxes are taken as upright, see ``iou_3d_tilted``."""
    return iou_bev_and_3d(boxes_a, boxes_b)[1]


def iou_bev_and_3d(boxes_a: Boxes, boxes_b: Boxes) -> tuple[FloatArray, FloatArray]:
    """Both tables (N, M) for the price of one."""
    a, b = _columns(boxes_a), _columns(boxes_b)
    bev, space = np.zeros((len(a), len(b))), np.zeros((len(a), len(b)))
    rows_at_once = max(1, BLOCK_PAIRS // max(1, len(b)))
    for first in range(0, len(a) if len(b) else 0, rows_at_once):
        rows, columns = _near_pairs(a, b, slice(first, first + rows_at_once))
        pairs = _Pairs.of(a, b, rows, columns)
        place = pairs.row * len(b) + pairs.column
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
    a, b = _columns(boxes_a), _columns(boxes_b)
    if len(a) != len(b):
        raise ValueError(f"aligned boxes must be equally many, got {len(a)} and {len(b)}")
    bev, space = np.zeros(len(a)), np.zeros(len(a))
    for first in range(0, len(a), BLOCK_PAIRS):
        index = np.arange(first, min(first + BLOCK_PAIRS, len(a)))
        pairs = _Pairs.of(a, b, index, index)
        bev[pairs.row], space[pairs.row] = pairs.iou_bev_and_3d()
    return bev, space


def _columns(boxes: Boxes) -> BoxColumns:
    return boxes if isinstance(boxes, BoxColumns) else BoxColumns.from_boxes(boxes)


def _near_pairs(a: BoxColumns, b: BoxColumns, rows: slice) -> tuple[IntArray, IntArray]:
    """The pairs whose circumscribed circles meet: rows of ``a``, columns of ``b``."""
    squared = b.center[:, 0] - a.center[rows, 0, None]
    squared *= squared
    across = b.center[:, 1] - a.center[rows, 1, None]
    across *= across
    squared += across
    reach = np.hypot(*b.half_lwh[:, :2].T) + np.hypot(*a.half_lwh[rows, :2].T)[:, None]
    reach *= reach
    place = np.flatnonzero(squared <= reach)
    row, column = np.divmod(place, len(b))
    return row + rows.start, column


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Pairs that may overlap; ``b`` as ``a`` sees it."""

    row: IntArray
    column: IntArray
    x: FloatArray
    y: FloatArray
    z: FloatArray
    cos: FloatArray
    sin: FloatArray
    half_a: FloatArray
    half_b: FloatArray

    @classmethod
    def of(cls, a: BoxColumns, b: BoxColumns, row: IntArray, column: IntArray) -> _Pairs:
        """The pairs of these rows and columns without those that are surely apart seen from above."""
        cos_a, sin_a, cos_b, sin_b = a.cos_yaw[row], a.sin_yaw[row], b.cos_yaw[column], b.sin_yaw[column]
        ahead, beside, above = (b.center[column] - a.center[row]).T
        x, y = cos_a * ahead + sin_a * beside, cos_a * beside - sin_a * ahead
        cos, sin = cos_a * cos_b + sin_a * sin_b, cos_a * sin_b - sin_a * cos_b
        half_a, half_b = a.half_lwh[row].T, b.half_lwh[column].T
        keep = np.flatnonzero(~separated(x, y, cos, sin, half_a, half_b))
        return cls(
            *(values[keep] for values in (row, column, x, y, above, cos, sin)),
            *(half[:, keep] for half in (half_a, half_b)),
        )

    def iou_bev_and_3d(self) -> tuple[FloatArray, FloatArray]:
        area = shared_area(self.x, self.y, self.cos, self.sin, self.half_a, self.half_b)
        (length_a, width_a, height_a), (length_b, width_b, height_b) = self.half_a, self.half_b
        area_a, area_b = 4.0 * length_a * width_a, 4.0 * length_b * width_b
        height = np.minimum(height_a, self.z + height_b) - np.maximum(-height_a, self.z - height_b)
        volume = area * np.clip(height, 0.0, 2.0 * np.minimum(height_a, height_b))
        volume_a, volume_b = 2.0 * area_a * height_a, 2.0 * area_b * height_b
        return area / (area_a + area_b - area), volume / (volume_a + volume_b - volume)
