"""How an object looks from above, in its own frame, and how well a place of another frame looks like it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import distance_transform_edt

from geometry import SE3, Box
from geometry.arrays import FloatArray
from pointcloud import FitScene

CELL_M = 0.1
FAR_M = 0.4
"""Points farther from anything than this are unexplained; how far does not matter."""
AROUND_M = 0.2
ABOVE_GROUND_M = 0.25
USUAL_COST_M = 0.02
MOST_POINTS = 400


@dataclass(frozen=True, eq=False)
class DistanceField:
    """How far places are from the nearest of some points, seen from above, in cells of ``CELL_M``.

    Attributes:
        distance_m: (H, W) at most ``FAR_M``.
        corner: (2,) where the first cell lies.
    """

    distance_m: FloatArray
    corner: FloatArray

    @classmethod
    def of(cls, points_xy: FloatArray) -> DistanceField:
        """The field around points (N, 2), N ≥ 1."""
        corner = points_xy.min(axis=0) - FAR_M
        shape = np.ceil((points_xy.max(axis=0) + FAR_M - corner) / CELL_M).astype(int) + 1
        empty = np.ones(shape, dtype=bool)
        cells = np.round((points_xy - corner) / CELL_M).astype(int)
        empty[cells[:, 0], cells[:, 1]] = False
        distance_m = np.minimum(distance_transform_edt(empty) * CELL_M, FAR_M)
        return cls(np.asarray(distance_m), corner)

    def at(self, places: FloatArray) -> FloatArray:
        """(...) distances of places (..., 2)."""
        cells = np.round((places - self.corner) / CELL_M).astype(np.int64)
        limit = np.array(self.distance_m.shape) - 1
        inside = ((cells >= 0) & (cells <= limit)).all(axis=-1)
        cells = cells.clip(0, limit)
        return np.where(inside, self.distance_m[cells[..., 0], cells[..., 1]], FAR_M)


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


def best_match(scene: FitScene, look: Look, box_ego: Box, shifts: FloatArray, sigma_m: FloatArray) -> Match | None:
    """Where an object of a look is in a frame, when it may be off a predicted box by some shifts.

    Args:
        scene: The frame.
        look: The object, in its own frame.
        box_ego: The prediction.
        shifts: (K, 2) along and across the box.
        sigma_m: (2,) how far they usually are.

    Returns:
        The likest shift, or None where either shows nothing.
    """
    points = _scene_points(scene, box_ego, float(np.abs(shifts).max(initial=0.0)))
    if len(points) < 3 or len(look) < 3:
        return None
    old = _thinned(look.points)[:, :2]
    there = DistanceField.of(points)
    forward = there.at(old[None] + shifts[:, None])
    back = DistanceField.of(old).at(points[None] - shifts[:, None])
    half = box_ego.size_lwh_m[:2] / 2.0 + AROUND_M
    inside = (np.abs(points[None] - shifts[:, None]) <= half).all(axis=-1)
    found = inside.sum(axis=1)
    mean_back = np.where(found > 0, (back * inside).sum(axis=1) / np.maximum(found, 1), FAR_M)
    cost = forward.mean(axis=1) + mean_back
    # A tie, as along a bare side, goes to the least shift.
    best = int((cost + USUAL_COST_M * np.linalg.norm(shifts / sigma_m, axis=1)).argmin())
    return Match(shifts[best], float(cost[best]) / 2.0, float((forward[best] < 0.25).mean()))


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
