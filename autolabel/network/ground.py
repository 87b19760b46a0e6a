"""How high the ground is under a frame, quickly enough to ask for it at every frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autolabel.network.grid import GridSpec, RealArray
from geometry.arrays import Float32Array, FloatArray
from pointcloud.ground import ground_map

COARSE_M = 1.0
"""The lowest point of such a cell stands for its ground."""
FINE_PER_COARSE = 4
MARGIN_M = 3.0


@dataclass(frozen=True, eq=False)
class GroundHeights:
    """Heights of the ground on fine cells; outside them, the border's.

    Attributes:
        x_min_m: The least x.
        y_min_m: The least y.
        cell_m: The side of a cell.
        heights_m: (X, Y) float32 in ``ego``.
    """

    x_min_m: float
    y_min_m: float
    cell_m: float
    heights_m: Float32Array

    def at(self, x: RealArray, y: RealArray) -> Float32Array:
        """(N,) heights at places x (N,), y (N,) in ``ego``."""
        rows, columns = self.heights_m.shape
        row = ((x - self.x_min_m) * (1.0 / self.cell_m)).astype(np.int64)
        column = ((y - self.y_min_m) * (1.0 / self.cell_m)).astype(np.int64)
        np.clip(row, 0, rows - 1, out=row)
        np.clip(column, 0, columns - 1, out=column)
        return np.asarray(self.heights_m.ravel().take(row * columns + column))


def ground_heights(sweeps: Sequence[Float32Array], grid: GridSpec) -> GroundHeights:
    """The ground under a grid.

    The lowest points of cells of one metre go through ``pointcloud.ground_map``, which leaves out roofs and points
    below the ground; gaps get the height of what is near.

    Args:
        sweeps: Points (3+, N), columns, of sweeps in one frame of reference; the more, the fewer gaps.
        grid: Where the ground is asked for.
    """
    x_min, y_min = grid.x_min_m - MARGIN_M, grid.y_min_m - MARGIN_M
    rows = int(np.ceil((grid.x_max_m + MARGIN_M - x_min) / COARSE_M))
    columns = int(np.ceil((grid.y_max_m + MARGIN_M - y_min) / COARSE_M))
    lowest = np.full((rows, columns), np.inf, np.float32)
    for x, y, z, *_ in sweeps:
        row, column = ((x - x_min) * (1.0 / COARSE_M)), ((y - y_min) * (1.0 / COARSE_M))
        inside = np.flatnonzero((row >= 0.0) & (row < rows) & (column >= 0.0) & (column < columns))
        cell = row.take(inside).astype(np.int64) * columns + column.take(inside).astype(np.int64)
        np.minimum.at(lowest.ravel(), cell, z.take(inside))
    fine = _finer(_finer(_opened(lowest)).T).T
    heights = np.ascontiguousarray(fine, np.float32)
    return GroundHeights(x_min, y_min, COARSE_M / FINE_PER_COARSE, heights)


def _opened(lowest: Float32Array) -> FloatArray:
    """(X, Y) the ground under every cell, from the lowest points of those that have some."""
    cells = np.argwhere(np.isfinite(lowest))
    if not len(cells):
        return np.zeros(lowest.shape)
    points = np.column_stack([(cells + 0.5) * COARSE_M, lowest[cells[:, 0], cells[:, 1]]])
    ground = ground_map(points, COARSE_M)
    if ground is None:
        raise ValueError(f"the grid spans too many cells, {lowest.shape}")
    first = np.round(ground.corner_xy / COARSE_M).astype(np.int64).tolist()
    widths = [
        (low, full - low - side) for low, full, side in zip(first, lowest.shape, ground.heights_m.shape, strict=True)
    ]
    return np.pad(ground.heights_m, widths, mode="edge")


def _finer(coarse: FloatArray) -> FloatArray:
    """(X · fine, Y) between the middles of cells (X, Y), linear."""
    count = len(coarse)
    place = np.clip((np.arange(count * FINE_PER_COARSE) + 0.5) / FINE_PER_COARSE - 0.5, 0.0, count - 1.0)
    low = place.astype(np.int64)
    share = (place - low)[:, np.newaxis]
    high = np.minimum(low + 1, count - 1)
    return np.asarray(coarse[low] * (1.0 - share) + coarse[high] * share)
