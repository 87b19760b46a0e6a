"""A frame's sweeps as the picture from above that the network takes in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from autolabel.network.grid import GridSpec
from autolabel.network.sweeps import HEIGHT, INTENSITY, Sweeps, X, Y
from geometry.arrays import Float32Array, FloatArray

SLICES_M = np.array([-0.3, 0.15, 0.5, 0.9, 1.3, 1.7, 2.4, 4.5], np.float32)
OTHER_SLICES_M = np.array([0.25, 0.9, 1.6, 3.5], np.float32)
SLICE_COUNT, OTHER_COUNT = len(SLICES_M) - 1, len(OTHER_SLICES_M) - 1
HIGHEST = SLICE_COUNT
BRIGHTNESS = HIGHEST + 1
PAST = BRIGHTNESS + 1
FUTURE = PAST + OTHER_COUNT
PLACE = FUTURE + OTHER_COUNT
CHANNELS = PLACE + 3

SWEEPS_A_SIDE = 2
"""Other sweeps are counted as if there were this many on each side."""
MOST_DENSE = 1.5
HEIGHT_SCALE = 0.4
RANGE_SCALE_M = 50.0
FARTHEST = 1.6

CellArray = NDArray[np.int64]


def bev_input(sweeps: Sweeps, grid: GridSpec) -> Float32Array:
    """(CHANNELS, rows, columns) what is seen of each cell.

    These are, in order: the density of the frame's points in slices of height, as a capped logarithm, which looks much
    the same for lidars with many and with few beams; the height of the highest; their mean intensity; the density of
    the earlier and of the later sweeps; and how far, and in which direction, the sensor sees the cell.

    The memory is laid out cell by cell, as a network in ``channels_last`` takes it without a copy.
    """
    picture = np.zeros((grid.rows * grid.columns, CHANNELS), np.float32)
    _count_current(picture.ravel(), sweeps.current, grid)
    for first, cloud, count in ((PAST, sweeps.past, sweeps.past_count), (FUTURE, sweeps.future, sweeps.future_count)):
        cell, which = _cells(cloud, grid)
        height = cloud[HEIGHT].take(which)
        place = cell * CHANNELS + first + _slice_of(height, OTHER_SLICES_M)
        _add_density(picture.ravel(), place, SWEEPS_A_SIDE / max(count, 1))
    picture[:, PLACE:] = _place(grid, sweeps.sensor_xy)
    return picture.reshape(grid.rows, grid.columns, CHANNELS).transpose(2, 0, 1)


def _count_current(picture: Float32Array, cloud: Float32Array, grid: GridSpec) -> None:
    cell, which = _cells(cloud, grid)
    height, intensity = cloud[HEIGHT].take(which), cloud[INTENSITY].take(which)
    first = cell * CHANNELS
    _add_density(picture, first + _slice_of(height, SLICES_M), 1.0)
    np.maximum.at(picture, first + HIGHEST, height * np.float32(HEIGHT_SCALE))
    count = np.bincount(cell, minlength=grid.rows * grid.columns).astype(np.float32)
    np.add.at(picture, first + BRIGHTNESS, intensity / count.take(cell))


def _cells(cloud: Float32Array, grid: GridSpec) -> tuple[CellArray, CellArray]:
    """The cells (K,) of the points that lie on the grid, and which points (K,) these are."""
    row = np.floor((cloud[X] - np.float32(grid.x_min_m)) * np.float32(1.0 / grid.cell_m)).astype(np.int64)
    column = np.floor((cloud[Y] - np.float32(grid.y_min_m)) * np.float32(1.0 / grid.cell_m)).astype(np.int64)
    which = np.flatnonzero((row >= 0) & (row < grid.rows) & (column >= 0) & (column < grid.columns))
    return row.take(which) * grid.columns + column.take(which), which


def _slice_of(height: Float32Array, edges_m: Float32Array) -> CellArray:
    """(N,) the number of the slice that each height lies in; the lowest and the highest take what is beyond them."""
    number = np.zeros(len(height), np.int64)
    for edge in edges_m[1:-1]:
        number += height >= edge
    return number


def _add_density(picture: Float32Array, place: CellArray, weight: float) -> None:
    """Write the logarithm of how many points lie at each place."""
    np.add.at(picture, place, np.float32(weight))
    # Read all before writing: a place that occurs twice gets the same value twice.
    picture[place] = np.minimum(0.5 * np.log1p(picture.take(place)), np.float32(MOST_DENSE))


def _place(grid: GridSpec, sensor_xy: FloatArray) -> Float32Array:
    """(cells, 3) distance from the sensor, and the direction's cosine and sine."""
    x = (grid.x_min_m - sensor_xy[0] + (np.arange(grid.rows) + 0.5) * grid.cell_m).astype(np.float32)[:, np.newaxis]
    y = (grid.y_min_m - sensor_xy[1] + (np.arange(grid.columns) + 0.5) * grid.cell_m).astype(np.float32)
    distance = np.sqrt(x * x + y * y) + np.float32(1e-3)
    place = np.empty((grid.rows, grid.columns, 3), np.float32)
    np.minimum(distance * np.float32(1.0 / RANGE_SCALE_M), np.float32(FARTHEST), out=place[..., 0])
    np.divide(x, distance, out=place[..., 1])
    np.divide(y, distance, out=place[..., 2])
    return place.reshape(-1, 3)
