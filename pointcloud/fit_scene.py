"""One frame's points, prepared once so that many boxes can be fitted to them in milliseconds each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from geometry.arrays import BoolArray, FloatArray, IntArray
from pointcloud.ground import CELL_M, GroundPlane, ground_plane

BIN_M = 2.0
GROUND_REACHES_M = (6.0, 14.0)
SPARSE_FROM_TO_M = (20.0, 40.0)
"""From where to where fewer and fewer beams reach the ground."""
RAISED_M = 0.5
STOP_M = 0.4
"""A ray says nothing about the last piece before what it met."""
LEAST_RISE = 1e-9
"""A ray that rises less a metre is level: it is at one height everywhere."""
FAR_M = 1e6
"""A coordinate beyond this is an error of the file, not a place."""


@dataclass(frozen=True, eq=False)
class FitScene:
    """Points sorted into square bins, and the lowest point of each small cell.

    Attributes:
        points: (N, 3) the finite points, bin after bin, in ``ego``.
        bin_keys: (K,) the bins that have points, ascending; see ``_keys``.
        bin_starts: (K + 1,) where each bin's points begin.
        lowest: (M, 3) the lowest point of each ground cell, bin after bin.
        lowest_starts: (K + 1,) where each bin's lowest points begin.
        lidar_center: (3,) where the points were seen from.
        ray_azimuths: (N,) directions of all points from there, ascending, in [-π, π].
        ray_ranges: (N,) how far they are, level.
        ray_rises: (N,) how much each ray rises a metre.
    """

    points: FloatArray
    bin_keys: IntArray
    bin_starts: IntArray
    lowest: FloatArray
    lowest_starts: IntArray
    lidar_center: FloatArray
    ray_azimuths: FloatArray
    ray_ranges: FloatArray
    ray_rises: FloatArray

    @classmethod
    def of(cls, points: ArrayLike, lidar_center: ArrayLike) -> FitScene:
        """Prepare points (N, 3) whose z is up; those with a coordinate that is no number are left out.

        Args:
            points: (N, 3) in ``ego``.
            lidar_center: (3,) where they were seen from; with several lidars, their middle.

        Raises:
            ValueError: The points are not (N, 3), or the lidar's place is not three finite numbers.
        """
        array = np.asarray(points, dtype=np.float64)
        if array.size == 0:
            array = array.reshape(0, 3)
        if array.ndim != 2 or array.shape[1] != 3:
            raise ValueError(f"points must be (N, 3), got {array.shape}")
        array = array[(np.abs(array) < FAR_M).all(axis=1)]
        ordered, keys, starts = _in_bins(array)
        lowest, lowest_keys, counts = _in_bins(_lowest(ordered))
        placed = np.searchsorted(lowest_keys, keys)
        lowest_starts = np.append(counts[placed], len(lowest))
        lidar = np.asarray(lidar_center, dtype=np.float64)
        if lidar.shape != (3,) or not np.isfinite(lidar).all():
            raise ValueError(f"lidar_center must be three finite numbers, got {lidar.tolist()}")
        return cls(ordered, keys, starts, lowest, lowest_starts, lidar, *_rays(ordered, lidar))

    def near(self, center_xy: ArrayLike, radius_m: float) -> FloatArray:
        """(N, 3) the points of the square of that half side around a place."""
        return _crop(self.points, self.bin_keys, self.bin_starts, np.asarray(center_xy, dtype=np.float64), radius_m)

    def free_places(self, center: ArrayLike, radius_m: float, low_m: float, high_m: float, step_m: float) -> FloatArray:
        """(F, 2) places around a centre that rays crossed at a height without meeting anything.

        Args:
            center: (3,) where; heights count from its z.
            radius_m: How far around.
            low_m: Rays below this are too near the ground.
            high_m: Rays above this may have passed over or through windows.
            step_m: How far the places are from each other.
        """
        middle = np.asarray(center, dtype=np.float64)
        away = middle[:2] - self.lidar_center[:2]
        distance = float(np.hypot(*away))
        if distance < radius_m + step_m:
            return np.zeros((0, 2))
        azimuth, half = float(np.arctan2(away[1], away[0])), float(np.arcsin(radius_m / distance))
        rays = self._sector(azimuth - half, azimuth + half)
        ranges = distance + np.arange(-radius_m, radius_m + step_m / 2.0, step_m)
        turn = (self.ray_azimuths[rays] - azimuth + np.pi) % (2.0 * np.pi) - np.pi
        columns = np.floor((turn + half) * distance / step_m).astype(np.int64)
        count = int(2.0 * half * distance / step_m) + 1
        rise_m = self.lidar_center[2] - middle[2]
        spans_m = self._free_spans_m(rays, low_m - rise_m, high_m - rise_m)
        # Of the even ranges, the first beyond where a span begins, and the first not before where it ends.
        first, last = (((side - ranges[0]) / step_m).clip(-1.0, len(ranges)) for side in spans_m)
        first, last = np.floor(first).astype(np.int64) + 1, np.ceil(last).astype(np.int64)
        crossed = _covered(np.clip(columns, 0, count - 1), first, last, (count, len(ranges)))
        column, at = np.nonzero(crossed)
        toward = azimuth - half + (column + 0.5) * step_m / distance
        return np.asarray(self.lidar_center[:2] + ranges[at, None] * np.column_stack([np.cos(toward), np.sin(toward)]))

    def _free_spans_m(self, rays: IntArray, low_m: float, high_m: float) -> tuple[FloatArray, FloatArray]:
        """From where to where each ray passes between two heights over the lidar without having met anything."""
        rises = self.ray_rises[rays]
        rises = np.where(np.abs(rises) < LEAST_RISE, LEAST_RISE, rises)
        ends = np.stack([low_m / rises, high_m / rises])
        return ends.min(axis=0), np.minimum(ends.max(axis=0), self.ray_ranges[rays] - STOP_M)

    def _sector(self, first: float, last: float) -> IntArray:
        """The rays between two directions, the first of which may lie below -π or the last above π."""
        turns = [(first, last), (first + 2.0 * np.pi, np.pi), (-np.pi, last - 2.0 * np.pi)]
        found = [np.arange(*np.searchsorted(self.ray_azimuths, turn)) for turn in turns]
        return np.concatenate(found)

    def ground(self, center_xy: ArrayLike) -> GroundPlane | None:
        """The ground around a place, or None where there are hardly any points.

        Few cells nearby may all lie on an object; where a wider look finds much lower ground, that counts. Far from the
        lidar the lowest cells count, for rays that graze the ground meet what is a bit higher.
        """
        center = np.asarray(center_xy, dtype=np.float64)
        near, wide = (self._plane(center, reach_m) for reach_m in GROUND_REACHES_M)
        if near is None or (wide is not None and near.height_m > wide.height_m + RAISED_M):
            return wide
        return near

    def _plane(self, center: FloatArray, reach_m: float) -> GroundPlane | None:
        lowest = _crop(self.lowest, self.bin_keys, self.lowest_starts, center, reach_m)
        range_m = float(np.hypot(*(center - self.lidar_center[:2])))
        return ground_plane(lowest, center, reach_m, float(np.interp(range_m, SPARSE_FROM_TO_M, (0.0, 1.0))))


def _covered(rows: IntArray, first: IntArray, last: IntArray, shape: tuple[int, int]) -> BoolArray:
    """The cells of a raster that spans lie over, each in one row from its first cell to before its last."""
    spans = np.flatnonzero(last > first)
    width = shape[1] + 1
    begun, ended = (
        np.bincount(rows[spans] * width + side[spans], minlength=shape[0] * width) for side in (first, last)
    )
    return np.asarray(np.cumsum((begun - ended).reshape(-1, width), axis=1)[:, :-1] > 0)


def _rays(points: FloatArray, lidar: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    away = points - lidar
    azimuths, ranges = np.arctan2(away[:, 1], away[:, 0]), np.hypot(away[:, 0], away[:, 1])
    order = np.argsort(azimuths)
    return azimuths[order], ranges[order], (away[:, 2] / np.maximum(ranges, 0.1))[order]


def _keys(xy: FloatArray) -> IntArray:
    cells = np.floor(xy / BIN_M).astype(np.int64)
    return np.asarray((cells[:, 0] << 32) + cells[:, 1])


def _in_bins(points: FloatArray) -> tuple[FloatArray, IntArray, IntArray]:
    """The points sorted by bin, the bins' keys, and where each begins (with the end)."""
    keys = _keys(points[:, :2])
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    first = np.flatnonzero(np.diff(keys, prepend=keys[:1] - 1))
    return points[order], keys[first], np.append(first, len(keys))


def _lowest(points: FloatArray) -> FloatArray:
    """The lowest point (K, 3) of each ground cell."""
    cells = np.floor(points[:, :2] / CELL_M).astype(np.int64)
    keys = (cells[:, 0] << 32) + cells[:, 1]
    order = np.lexsort((points[:, 2], keys))
    first = np.diff(keys[order], prepend=keys[order][:1] - 1) != 0
    return np.asarray(points[order[first]])


def _crop(points: FloatArray, keys: IntArray, starts: IntArray, center: FloatArray, radius_m: float) -> FloatArray:
    low, high = np.floor((center - radius_m) / BIN_M), np.floor((center + radius_m) / BIN_M)
    rows = np.arange(low[0], high[0] + 1).astype(np.int64) << 32
    first = np.searchsorted(keys, rows + np.int64(low[1]))
    last = np.searchsorted(keys, rows + np.int64(high[1]), side="right")
    parts = [points[starts[i] : starts[j]] for i, j in zip(first.tolist(), last.tolist(), strict=True)]
    near = np.concatenate(parts) if parts else points[:0]
    return np.asarray(near[(np.abs(near[:, :2] - center) <= radius_m).all(axis=1)])
