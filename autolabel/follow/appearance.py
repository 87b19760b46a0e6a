"""How an object looks from above, in its own frame, and how well a place of another frame looks like it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import distance_transform_edt
from scipy.signal import fftconvolve

from geometry import SE3, Box
from geometry.arrays import FloatArray, IntArray
from pointcloud import FitScene

CELL_M = 0.1
FAR_M = 0.4
"""Points farther from anything than this are unexplained; how far does not matter."""
NEAR_M = 0.25
"""Old points count as explained where a new one is nearer than this."""
AROUND_M = 0.2
ABOVE_GROUND_M = 0.25
USUAL_COST_M = 0.02
MOST_POINTS = 400
MOST_REACH_M = 25.0
"""What may have gone farther, after a gap in time, is not looked for there."""


@dataclass(frozen=True, eq=False)
class Look:
    """Points of an object in its own frame, from the frames in which it was seen last.

    Attributes:
        points: (N, 3), without the ground.
    """

    points: FloatArray

    def __len__(self) -> int:
        """The number of points."""
        return len(self.points)

    def with_more(self, other: Look, most: int = MOST_POINTS) -> Look:
        """Both, the newer first, thinned evenly to a number that is quick to compare."""
        points = np.concatenate([other.points, self.points])
        return Look(points[: 3 * most])


def look_of(scene: FitScene, box_ego: Box) -> Look:
    """What a frame shows of an object."""
    half = box_ego.size_lwh_m / 2.0
    reach = float(np.hypot(half[0], half[1])) + AROUND_M
    points = box_ego.frame_from_object.inverse().apply(scene.near(box_ego.center[:2], reach))
    low = min(ABOVE_GROUND_M, 0.3 * float(box_ego.size_lwh_m[2])) - half[2]
    kept = (np.abs(points) <= half + AROUND_M).all(axis=1) & (points[:, 2] > low)
    return Look(_thinned(points[kept]))


@dataclass(frozen=True)
class Match:
    """How alike two looks are at a shift.

    Attributes:
        shift: (2,) of the object, in its own frame, metres.
        cost_m: Usual distance between the points of both, 0 … ``FAR_M``.
        explained: The share of the old points that the new frame shows too.
    """

    shift: FloatArray
    cost_m: float
    explained: float


def best_match(scene: FitScene, look: Look, box_ego: Box, reach_m: FloatArray, sigma_m: FloatArray) -> Match | None:
    """Where an object of a look is in a frame, when it may be off a predicted box.

    Both are compared as counts of points in cells seen from above, and all shifts by whole cells at once: a sum over
    points for each shift is a correlation (fast by Fourier transforms, the convolution theorem).

    Args:
        scene: The frame.
        look: The object, in its own frame.
        box_ego: The prediction.
        reach_m: (2,) how far it may be off, along and across the box; at most ``MOST_REACH_M`` counts.
        sigma_m: (2,) how far it usually is off.

    Returns:
        The likest shift, or None where either shows nothing.
    """
    most_m = np.minimum(reach_m, MOST_REACH_M)
    points = _scene_points(scene, box_ego, float(most_m.max()))
    within_m = box_ego.size_lwh_m[:2] / 2.0 + AROUND_M
    half, most = (np.ceil(side_m / CELL_M).astype(np.int64) for side_m in (within_m, most_m))
    new_counts, old_counts = _counts(points, half + most), _counts(_thinned(look.points)[:, :2], half)
    if len(points) < 3 or old_counts.sum() < 3:
        return None
    unlike, explained = _unlike(old_counts, new_counts)
    shifts = _cells(most) * CELL_M
    inside = np.all(np.abs(_cells(half)) * CELL_M <= within_m, axis=-1).astype(np.float64)
    found = np.rint(_at_all_shifts(new_counts, inside))
    back = _at_all_shifts(new_counts, _distance_m(old_counts) * inside)
    cost = unlike + np.where(found > 0, back / np.maximum(found, 1), FAR_M)
    # A tie, as along a bare side, goes to the least shift.
    best = np.unravel_index((cost + USUAL_COST_M * np.linalg.norm(shifts / sigma_m, axis=-1)).argmin(), cost.shape)
    return Match(shifts[best], float(cost[best]) / 2.0, float(explained[best]))


def _unlike(old_counts: FloatArray, new_counts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """At all shifts, the mean distance of the old points from the new ones, and the share that is near to some."""
    total = old_counts.sum()
    away_m = _distance_m(new_counts)
    mean_m = _at_all_shifts(away_m, old_counts) / total
    return mean_m, _at_all_shifts((away_m < NEAR_M).astype(np.float64), old_counts) / total


def _counts(points_xy: FloatArray, half: IntArray) -> FloatArray:
    """(2 half + 1) points in each cell around the middle; those beyond are left out."""
    cells = np.rint(points_xy / CELL_M).astype(np.int64) + half
    shape = 2 * half + 1
    cells = cells[((cells >= 0) & (cells < shape)).all(axis=1)]
    flat = np.ravel_multi_index((cells[:, 0], cells[:, 1]), (int(shape[0]), int(shape[1])))
    return np.bincount(flat, minlength=int(shape.prod())).reshape(shape).astype(np.float64)


def _distance_m(counts: FloatArray) -> FloatArray:
    """How far cells are from the nearest that holds a point, at most ``FAR_M``."""
    if not counts.any():
        return np.full(counts.shape, FAR_M)
    return np.asarray(np.minimum(distance_transform_edt(counts == 0) * CELL_M, FAR_M))


def _cells(half: IntArray) -> FloatArray:
    """(2 half + 1, 2) numbers of cells, counted from the middle."""
    along, across = (np.arange(-side, side + 1, dtype=np.float64) for side in half.tolist())
    return np.stack(np.meshgrid(along, across, indexing="ij"), axis=-1)


def _at_all_shifts(field: FloatArray, template: FloatArray) -> FloatArray:
    """The sum of a field times a template that is shifted over it, wherever it fits into it."""
    return np.asarray(fftconvolve(field, template[::-1, ::-1], mode="valid"))


def _scene_points(scene: FitScene, box_ego: Box, most_shift_m: float) -> FloatArray:
    """(N, 2) points of a frame around a box, in the box's frame, seen from above, ground left out."""
    half = box_ego.size_lwh_m / 2.0
    reach = float(np.hypot(half[0], half[1])) + AROUND_M + most_shift_m
    points = box_ego.frame_from_object.inverse().apply(scene.near(box_ego.center[:2], reach))
    low = min(ABOVE_GROUND_M, 0.3 * float(box_ego.size_lwh_m[2])) - half[2]
    tall = (points[:, 2] > low) & (points[:, 2] < half[2] + AROUND_M)
    return np.asarray(_thinned(points[tall], 4 * MOST_POINTS)[:, :2])


def _thinned(points: FloatArray, most: int = MOST_POINTS) -> FloatArray:
    step = -(-len(points) // most) if len(points) else 1
    return np.asarray(points[::step])


def moved(box: Box, shift: FloatArray) -> Box:
    """A box shifted along and across itself, (2,) metres."""
    offset = SE3.from_yaw(0.0, [float(shift[0]), float(shift[1]), 0.0])
    return Box(box.frame_from_object @ offset, box.size_lwh_m)
