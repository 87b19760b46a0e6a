"""What the network should have said about a crop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from autolabel.network.bev_net import STRIDE
from autolabel.network.grid import GridSpec
from geometry.arrays import BoolArray, Float32Array, FloatArray, IntArray

SPREAD_ALONG, SPREAD_ACROSS = 0.12, 0.15
SPREAD_M = (0.18, 1.5)
"""How far a peak of heat spreads: shares of the box's sides, within these limits."""
PATCH_SPREADS = 3.0
INNER_SHARE = 0.3
"""Squares whose middle lies this deep in a box learn it, measured along each of its half sides …"""
INNER_M = 0.3
"""… or this near to its centre, so that small objects have some, too."""
EDGE_WEIGHT = 0.3
END_MARGIN_M = 0.25
"""How far beyond its ends an object has a front and a rear: where it was and will be tells where it is going."""
IGNORED_MARGIN_M = 0.4
FEWEST_POINTS = 4
"""Nobody could find an object with fewer; the network may say what it likes there."""
VALUES = 10

MaskArray = NDArray[np.float32]


class _Cells(NamedTuple):
    """Square cells from a corner on."""

    x_min_m: float
    y_min_m: float
    rows: int
    columns: int
    cell_m: float

    @classmethod
    def of(cls, grid: GridSpec, stride: int) -> _Cells:
        return cls(grid.x_min_m, grid.y_min_m, grid.rows // stride, grid.columns // stride, grid.cell_m * stride)


@dataclass(frozen=True, eq=False)
class Targets:
    """One crop's.

    Attributes:
        heat: (classes, H, W) 1 at the cells of objects' centres, falling off around them.
        known: (H, W) 1 where it is known that nothing else stands, 0 where it is not.
        squares: (K,) flat numbers of the output squares that learn a box.
        values: (K, 10) what they learn: offset x, y in squares, height of the centre, logarithms of the sides, sine and
            cosine of twice the yaw, cosine and sine of the yaw.
        weights: (K,) how much each counts; they sum to one for each object.
        ends: (E,) flat numbers of the output squares that learn which part of an object they are.
        end_signs: (E,) above zero for the front, below for the rear; their sizes sum to one for each object.
    """

    heat: Float32Array
    known: MaskArray
    squares: IntArray
    values: Float32Array
    weights: Float32Array
    ends: IntArray
    end_signs: Float32Array


def targets_of(
    boxes: FloatArray,
    classes: IntArray,
    point_counts: IntArray,
    ignored: FloatArray,
    region: Sequence[FloatArray] | None,
    grid: GridSpec,
    class_count: int,
) -> Targets:
    """The targets of a crop.

    Args:
        boxes: (N, 7) objects, z above the ground; also those that stand out of the crop.
        classes: (N,) their classes.
        point_counts: (N,) points in each; those with fewer than ``FEWEST_POINTS`` are neither wished nor punished.
        ignored: (K, 7) boxes of which nothing is known.
        region: Polygons outside which nothing is known, or None.
        grid: The crop.
        class_count: How many classes there are.
    """
    heat = np.zeros((class_count, grid.rows, grid.columns), np.float32)
    known = np.ones((grid.rows, grid.columns), np.float32) if region is None else _inside(region, grid)
    is_seen = point_counts >= FEWEST_POINTS
    cells = _Cells.of(grid, 1)
    unknown = np.concatenate([ignored, boxes[~is_seen]])
    for box in unknown[_is_near(unknown, grid)]:
        _forget(known, box, cells)
    is_wanted = is_seen & _is_near(boxes, grid)
    wanted = boxes[is_wanted]
    for box, number in zip(wanted, classes[is_wanted].tolist(), strict=True):
        _heat_up(heat[number], box, cells)
    squares = _Cells.of(grid, STRIDE)
    return Targets(heat, known, *_squares(wanted, squares), *_ends(wanted, squares))


def _is_near(boxes: FloatArray, grid: GridSpec) -> BoolArray:
    """(N,) which boxes (N, 7) may reach into the crop."""
    middle = np.array([grid.x_min_m + grid.x_max_m, grid.y_min_m + grid.y_max_m]) / 2.0
    half = np.array([grid.rows, grid.columns]) * grid.cell_m / 2.0
    reach = np.maximum(np.hypot(boxes[:, 3], boxes[:, 4]), PATCH_SPREADS * SPREAD_M[1])
    return np.asarray((np.abs(boxes[:, :2] - middle) <= half + reach[:, np.newaxis]).all(axis=1))


def _heat_up(heat: Float32Array, box: FloatArray, grid: _Cells) -> None:
    """Draw one object's peak: normal along both of its axes, and exactly 1 where its centre is."""
    spread_m = np.clip([SPREAD_ALONG * box[3], SPREAD_ACROSS * box[4]], *SPREAD_M)
    rows, columns, along, across = _patch(box, grid, PATCH_SPREADS * float(spread_m.max()))
    peak = np.exp(-0.5 * ((along / spread_m[0]) ** 2 + (across / spread_m[1]) ** 2))
    np.maximum(heat[rows, columns], peak, out=heat[rows, columns], casting="same_kind")
    row, column = int((box[0] - grid.x_min_m) // grid.cell_m), int((box[1] - grid.y_min_m) // grid.cell_m)
    if 0 <= row < grid.rows and 0 <= column < grid.columns:
        heat[row, column] = 1.0


def _forget(known: MaskArray, box: FloatArray, grid: _Cells) -> None:
    """Mark the cells under a box as unknown."""
    reach_m = float(np.hypot(box[3], box[4])) / 2.0 + IGNORED_MARGIN_M
    rows, columns, along, across = _patch(box, grid, reach_m)
    half = box[3:5] / 2.0 + IGNORED_MARGIN_M
    known[rows, columns][(np.abs(along) <= half[0]) & (np.abs(across) <= half[1])] = 0.0


def _patch(box: FloatArray, grid: _Cells, reach_m: float) -> tuple[slice, slice, FloatArray, FloatArray]:
    """The cells around a box's centre, and how far (rows, columns) their middles are along and across the box."""
    slices, away = [], []
    for place, least, count in ((box[0], grid.x_min_m, grid.rows), (box[1], grid.y_min_m, grid.columns)):
        middle = (place - least) / grid.cell_m
        first = int(np.clip(np.floor(middle - reach_m / grid.cell_m), 0, count))
        last = int(np.clip(np.ceil(middle + reach_m / grid.cell_m), first, count))
        slices.append(slice(first, last))
        away.append((np.arange(first, last) + 0.5 - middle) * grid.cell_m)
    ahead, beside = away[0][:, np.newaxis], away[1]
    cos, sin = np.cos(box[6]), np.sin(box[6])
    return slices[0], slices[1], ahead * cos + beside * sin, beside * cos - ahead * sin


def _squares(boxes: FloatArray, squares: _Cells) -> tuple[IntArray, Float32Array, Float32Array]:
    """Which output squares learn a box, what, and with which weights; a square near to two learns the nearer."""
    found = [_inner_squares(box, squares) for box in boxes]
    if not found:
        return np.zeros(0, np.int64), np.zeros((0, VALUES), np.float32), np.zeros(0, np.float32)
    flat, away = np.concatenate([places for places, _ in found]), np.concatenate([away for _, away in found])
    owner = np.repeat(np.arange(len(boxes)), [len(places) for places, _ in found])
    order = np.argsort(away, kind="stable")
    flat, first = np.unique(flat[order], return_index=True)
    owner, away = owner[order][first], away[order][first]
    weight = 1.0 - (1.0 - EDGE_WEIGHT) * away
    weight /= np.bincount(owner, weight, minlength=len(boxes))[owner]
    row, column = np.divmod(flat, squares.columns)
    values = _values(boxes[owner], squares, row, column)
    return flat, values.astype(np.float32), weight.astype(np.float32)


def _ends(boxes: FloatArray, squares: _Cells) -> tuple[IntArray, Float32Array]:
    """Which output squares lie in an object's front or rear part, the more certainly the farther from its middle."""
    places, signs = [np.zeros(0, np.int64)], [np.zeros(0)]
    for box in boxes:
        half = np.maximum(box[3:5] / 2.0 + END_MARGIN_M, squares.cell_m)
        rows, columns, along, across = _patch(box, squares, float(np.hypot(*half)))
        row, column = np.nonzero((np.abs(along) <= half[0]) & (np.abs(across) <= half[1]))
        sign = along[row, column] / half[0]
        places.append((row + rows.start) * squares.columns + column + columns.start)
        signs.append(sign / max(np.abs(sign).sum(), 1e-6))
    return np.concatenate(places), np.concatenate(signs).astype(np.float32)


def _values(boxes: FloatArray, squares: _Cells, row: IntArray, column: IntArray) -> FloatArray:
    """(K, 10) what squares learn of boxes (K, 7)."""
    yaw = boxes[:, 6]
    return np.column_stack(
        [
            (boxes[:, 0] - squares.x_min_m) / squares.cell_m - (row + 0.5),
            (boxes[:, 1] - squares.y_min_m) / squares.cell_m - (column + 0.5),
            boxes[:, 2],
            np.log(boxes[:, 3:6]),
            np.sin(2.0 * yaw),
            np.cos(2.0 * yaw),
            np.cos(yaw),
            np.sin(yaw),
        ]
    )


def _inner_squares(box: FloatArray, squares: _Cells) -> tuple[IntArray, FloatArray]:
    """The squares deep inside a box, and how far out of its centre each is, 0 … 1."""
    half = np.maximum(INNER_SHARE * box[3:5], INNER_M)
    rows, columns, along, across = _patch(box, squares, float(np.hypot(*half)) + squares.cell_m)
    out = np.maximum(np.abs(along) / half[0], np.abs(across) / half[1])
    row, column = np.nonzero(out <= 1.0)
    return (row + rows.start) * squares.columns + column + columns.start, out[row, column]


def _inside(region: Sequence[FloatArray], grid: GridSpec) -> MaskArray:
    """(H, W) 1 in polygons and 0 outside of them."""
    # Columns of the picture are the grid's columns: y to the right, x down.
    mask = Image.new("F", (grid.columns, grid.rows), 0.0)
    pen = ImageDraw.Draw(mask)
    corner = np.array([grid.x_min_m, grid.y_min_m])
    for polygon in region:
        cells = (polygon - corner) / grid.cell_m - 0.5
        pen.polygon([(float(column), float(row)) for row, column in cells], fill=1.0)
    return np.array(mask, np.float32)
