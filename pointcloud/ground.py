"""The ground under a cloud: a height map for the whole cloud, and a plane for one place.

Both begin with the lowest point of each cell. A plane is found as the densest low level of those, then fitted to what
lies near it, nearer cells counting more; a box fit asks for one under its object.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy import ndimage

from geometry.arrays import BoolArray, FloatArray, check_shape

CELL_M = 0.8
LEVEL_M = (-0.02, 0.30)
TRIMS_M = (0.45, 0.30, 0.20, 0.20, 0.20)
LOW_SHARE, LOW_M = 0.1, (-0.35, 0.2)
STEP_M = 0.2
SLOPE = 0.1
"""How far the ground may stand out of its opened self: a step, and a share of the window's reach."""

MAP_CELL_M = 2.0
LARGEST_MAP = 4_000_000


@dataclass(frozen=True)
class GroundPlane:
    """``z = height_m + slope_x · (x - center_x) + slope_y · (y - center_y)``, in the points' frame.

    Attributes:
        center_xy: Where the plane was asked for.
        height_m: Its height there.
        slope_x: Rise per metre along x.
        slope_y: Rise per metre along y.
        cell_count: How many cells it was fitted to.
    """

    center_xy: tuple[float, float]
    height_m: float
    slope_x: float
    slope_y: float
    cell_count: int

    def height_at(self, xy: ArrayLike) -> FloatArray:
        """Heights (N,) of the plane at places (N, 2)."""
        away = np.asarray(xy, dtype=np.float64) - self.center_xy
        return np.asarray(self.height_m + away @ np.array([self.slope_x, self.slope_y]))


@dataclass(frozen=True, eq=False)
class GroundMap:
    """Heights of the ground on a grid.

    Attributes:
        corner_xy: (2,) the least x and y of the grid.
        cell_m: The side of a cell.
        heights_m: (X, Y) at the middles of the cells.
        is_seen: (X, Y) whether points lie there; elsewhere the height is that of the neighbours.
    """

    corner_xy: FloatArray
    cell_m: float
    heights_m: FloatArray
    is_seen: BoolArray

    def height_at(self, xy: ArrayLike) -> FloatArray:
        """Heights (N,) at places (N, 2), between the cells' middles; outside the grid, that of its border."""
        cells = (np.asarray(xy, dtype=np.float64) - self.corner_xy) / self.cell_m - 0.5
        return np.asarray(ndimage.map_coordinates(self.heights_m, cells.T, order=1, mode="nearest"))

    def above(self, points: ArrayLike) -> FloatArray:
        """(N,) how far points (N, 3) lie above the ground."""
        array = np.asarray(points, dtype=np.float64)
        return np.asarray(array[:, 2] - self.height_at(array[:, :2]))


def ground_plane(
    points: ArrayLike, center_xy: ArrayLike, radius_m: float = 6.0, sparseness: float = 0.0
) -> GroundPlane | None:
    """The ground around one place, or None where fewer than three cells have points.

    Args:
        points: (N, 3) in a frame whose z is up.
        center_xy: Where.
        radius_m: Half the side of the square that is looked at.
        sparseness: From 0, where the lowest point of each cell lies on the ground, to 1, where so few points are left
            that only the lowest tenth of the cells do: the plane is lowered to these.
    """
    array = np.asarray(points, dtype=np.float64)
    check_shape("points", array, (None, 3))
    center = np.asarray(center_xy, dtype=np.float64)
    near = array[(np.abs(array[:, :2] - center) <= radius_m).all(axis=1)]
    xy, heights = _lowest_of_cells(near, CELL_M)
    if len(heights) < 3:
        return None
    away = xy - center
    plane, count = _fit(away, heights, _densest_low_level(heights))
    x, y = center.tolist()
    ground = GroundPlane((x, y), float(plane[0]), float(plane[1]), float(plane[2]), count)
    if sparseness > 0.0:
        lower_m = sparseness * _low_side(away, heights - ground.height_at(xy))
        ground = replace(ground, height_m=ground.height_m + lower_m)
    return ground


def ground_map(points: ArrayLike, cell_m: float = MAP_CELL_M) -> GroundMap | None:
    """The ground under a whole cloud, or None where there are no points or they span an absurd distance.

    The lowest points of the cells are opened: what stands out of its surroundings by more than a slope allows is no
    ground, such as a roof that fills a cell, and gets the height of the ground around it; single points below it, which
    wet roads and mirrors give, are left out.

    Args:
        points: (N, 3) in a frame whose z is up.
        cell_m: The side of a cell.
    """
    array = np.asarray(points, dtype=np.float64)
    check_shape("points", array, (None, 3))
    if len(array) == 0:
        return None
    corner = np.floor(array[:, :2].min(axis=0) / cell_m) * cell_m
    shape = (np.floor((array[:, :2].max(axis=0) - corner) / cell_m) + 1).astype(np.int64)
    if shape.prod() > LARGEST_MAP:
        return None
    xy, lowest = _lowest_of_cells(array, cell_m)
    cells = np.floor((xy - corner) / cell_m).astype(np.int64)
    heights = np.full(shape, np.nan)
    heights[cells[:, 0], cells[:, 1]] = lowest
    is_seen = _is_ground(heights, cell_m)
    return GroundMap(corner, cell_m, _smooth(np.where(is_seen, heights, np.nan)), is_seen)


def _lowest_of_cells(points: FloatArray, cell_m: float) -> tuple[FloatArray, FloatArray]:
    """The middles (K, 2) of the cells that have points, and the height (K,) of each one's lowest."""
    cells = np.floor(points[:, :2] / cell_m).astype(np.int64)
    order = np.lexsort((points[:, 2], cells[:, 1], cells[:, 0]))
    cells, heights = cells[order], points[order, 2]
    first = np.ones(len(cells), dtype=bool)
    first[1:] = (np.diff(cells, axis=0) != 0).any(axis=1)
    return np.asarray((cells[first] + 0.5) * cell_m), np.asarray(heights[first])


def _densest_low_level(heights: FloatArray) -> float:
    """The level with the most cells just above it; a higher one has to hold 15 % more to be taken instead."""
    levels = np.sort(heights)
    held = np.searchsorted(levels, levels + LEVEL_M[1]) - np.searchsorted(levels, levels + LEVEL_M[0])
    best, level = 0.0, float(levels[0])
    for start, count in zip(levels.tolist(), held.tolist(), strict=True):
        if count > 1.15 * best:
            best, level = count, start
    return level + 0.10


def _fit(away: FloatArray, heights: FloatArray, level: float) -> tuple[FloatArray, int]:
    """Height and slopes (3,) of a plane through the cells near it, refitted within ever tighter limits; their count."""
    terms, weight = np.column_stack([np.ones(len(away)), away]), _nearness(away)
    plane = np.array([level, 0.0, 0.0])
    count = 0
    for trim_m in TRIMS_M:
        residual = heights - terms @ plane
        near = (residual > -1.3 * trim_m) & (residual < trim_m)
        count = int(near.sum())
        if count == 0:
            break
        weighted = terms[near] * weight[near, np.newaxis]
        normal = weighted.T @ terms[near]
        # A little flatness is taken for granted, so that few cells cannot tip the plane.
        normal[[1, 2], [1, 2]] += 2.0 + normal[0, 0]
        plane = np.linalg.solve(normal, weighted.T @ heights[near])
    return plane, count


def _low_side(away: FloatArray, residuals_m: FloatArray) -> float:
    """How far, 0 or less, a plane has to move so that a tenth of the cells near it lie below it."""
    near = (residuals_m > LOW_M[0]) & (residuals_m < LOW_M[1])
    if not near.any():
        return 0.0
    order = np.argsort(residuals_m[near])
    held = np.cumsum(_nearness(away[near])[order])
    lowest = np.searchsorted(held, LOW_SHARE * held[-1])
    return min(float(residuals_m[near][order][lowest]), 0.0)


def _nearness(away: FloatArray) -> FloatArray:
    """(N,) how much cells count."""
    return np.asarray(1.0 / (1.0 + (away * away).sum(axis=1) / 16.0))


def _is_ground(heights: FloatArray, cell_m: float) -> BoolArray:
    """Which cells' lowest points lie on the ground: a morphological opening with a growing window (Zhang 2003)."""
    seen = np.isfinite(heights)
    lowest = np.where(seen, heights, np.inf)
    # A lone low point: its neighbours, some of them seen, all lie well above it.
    around = ndimage.percentile_filter(np.where(seen, heights, np.nanmax(heights)), 30, size=3)
    ground = seen & (heights > around - 0.5 - SLOPE * cell_m)
    surface = np.where(ground, lowest, np.inf)
    for reach in (1, 2, 4):
        window = 2 * reach + 1
        eroded = ndimage.minimum_filter(surface, size=window, mode="nearest")
        opened = ndimage.maximum_filter(np.where(np.isfinite(eroded), eroded, -np.inf), size=window, mode="nearest")
        ground &= surface <= opened + STEP_M + SLOPE * cell_m * reach
        surface = np.where(ground, surface, np.inf)
    return np.asarray(ground)


def _smooth(heights: FloatArray) -> FloatArray:
    """Gaps filled by the nearest height, then all smoothed a little."""
    gaps = np.isnan(heights)
    if gaps.all():
        return np.zeros_like(heights)
    nearest = ndimage.distance_transform_edt(gaps, return_distances=False, return_indices=True)
    filled = heights[tuple(nearest)]
    return np.asarray(ndimage.gaussian_filter(filled, 0.7, mode="nearest"))
