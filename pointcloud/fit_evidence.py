"""What a frame's points say about the object at one place."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from geometry.arrays import BoolArray, FloatArray, IntArray
from pointcloud.clusters import connected
from pointcloud.fit_cost import FitEvidence, FitPrior
from pointcloud.fit_footprint import outside_m
from pointcloud.fit_habits import FitHabits
from pointcloud.fit_scene import FitScene
from pointcloud.fit_tuning import FitTuning

THIN_M, SLIM_M = 2.6, 1.2
"""Things shorter and less wide have no sides that points would show: people and two-wheelers."""
NARROW_M = 1.0
FOOT_M = 0.2
GROUND_M = 0.12
GROUND_CELL_M = 0.3
VOXEL_M = 0.1
OFF_M = 0.2
"""How far the sides of a box that is roughly right usually are off."""
EMPTY_PLACES = 120
FREE_LOW_M = 0.3
FREE_STEP_M, THIN_FREE_STEP_M = 0.25, 0.13


@dataclass(frozen=True, eq=False)
class Surroundings:
    """The points around one place.

    Attributes:
        center_xy: (2,) the place, in ``ego``.
        ground_z: The height of the ground there.
        range_m: How far it is from the lidar.
        points_xy: (N, 2) points above the ground, counted from the place.
        above_m: (N,) how far above.
        ground_xy: (G, 2) where ground is seen, counted from the place.
        slope: (2,) rise of the ground a metre.
    """

    center_xy: FloatArray
    ground_z: float
    range_m: float
    points_xy: FloatArray
    above_m: FloatArray
    ground_xy: FloatArray
    slope: FloatArray

    @classmethod
    def of(cls, scene: FitScene, center: FloatArray, radius_m: float) -> Surroundings:
        """Look around; without any ground nearby, the lowest point nearby is taken for it, or else the centre's z."""
        points = scene.near(center[:2], radius_m)
        plane = scene.ground(center[:2])
        away = points[:, :2] - center[:2]
        if plane is None:
            ground_z, slope = float(points[:, 2].min()) if len(points) else float(center[2]), np.zeros(2)
        else:
            ground_z, slope = plane.height_m, np.array([plane.slope_x, plane.slope_y])
        above = points[:, 2] - ground_z - away @ slope
        is_object, is_ground = above > FOOT_M, np.abs(above) < GROUND_M
        ground = _one_a_cell(away[is_ground], GROUND_CELL_M)
        range_m = float(np.hypot(*(center[:2] - scene.lidar_center[:2])))
        return cls(center[:2], ground_z, range_m, away[is_object], above[is_object], ground, slope)

    def limited(self, mask: BoolArray) -> Surroundings:
        """The same with some of the points above the ground only."""
        return replace(self, points_xy=self.points_xy[mask], above_m=self.above_m[mask])

    def ground_at(self, xy: FloatArray) -> float:
        """The height of the ground at a place counted from the centre."""
        return self.ground_z + float(self.slope @ xy)


def has_no_sides(size_lw_m: FloatArray) -> bool:
    """Whether something that long and wide is a person or a two-wheeler."""
    return bool(size_lw_m.max() < THIN_M and size_lw_m.min() < SLIM_M)


def evidence_of(
    scene: FitScene,
    around: Surroundings,
    prior: FitPrior,
    height_m: float,
    habits: FitHabits,
    tuning: FitTuning,
    weights: FloatArray,
) -> FitEvidence:
    """What the surroundings say about a box of the expected size.

    Args:
        scene: The frame.
        around: The surroundings of the place.
        prior: What is expected.
        height_m: The usual height.
        habits: How boxes lie around their points.
        tuning: The numbers.
        weights: (N,) how likely each point around is the object's.
    """
    length, width = prior.size_lw_m
    low_enough = around.above_m < _highest_m(height_m)
    points, above, weights = around.points_xy[low_enough], around.above_m[low_enough], weights[low_enough]
    is_thin = has_no_sides(prior.size_lw_m)
    kept, weights = _thinned(points, above, weights, tuning.points)
    points = points[kept]
    lidar_xy = scene.lidar_center[:2] - around.center_xy
    if is_thin and len(points):
        prior, weights = _thin_prior(points, weights, prior, lidar_xy, tuning)
    radius = 0.62 * float(np.hypot(length, width)) + 0.3
    step = max(THIN_FREE_STEP_M if is_thin else FREE_STEP_M, radius / 12.0)
    middle = np.array([*around.center_xy, around.ground_z])
    free = scene.free_places(middle, radius, FREE_LOW_M, tuning.free_high * height_m, step) - around.center_xy
    total = weights[weights > 0.5].sum() if (weights > 0.5).any() else weights.sum()
    weights = weights * (min(tuning.evidence, len(points)) / max(total, 1e-9))
    empty = np.concatenate([_sampled(around.ground_xy, EMPTY_PLACES // 3), _sampled(free, EMPTY_PLACES)])
    ground_count = min(len(around.ground_xy), EMPTY_PLACES // 3)
    empty_weights = np.empty(len(empty))
    empty_weights[:ground_count] = tuning.ground_weight * len(around.ground_xy) / max(ground_count, 1)
    empty_weights[ground_count:] = tuning.free_weight * step * step * len(free) / max(len(empty) - ground_count, 1)
    return FitEvidence(
        points,
        weights.astype(np.float32),
        empty,
        empty_weights.astype(np.float32),
        lidar_xy,
        0.0 if is_thin else habits.face_margin_m,
        0.0 if is_thin else tuning.reach_m,
        tuning.thin_sharpness_m if is_thin else tuning.sharpness_m,
        prior,
        tuning,
    )


def _highest_m(height_m: float) -> float:
    """What lies further above the ground is no part of a thing of the usual height."""
    return 1.25 * height_m + 0.2


def _sampled(places: FloatArray, limit: int) -> FloatArray:
    """At most so many of the places, evenly."""
    if len(places) <= limit:
        return places
    # A stride prime to any row's length takes places from all over.
    return places[(np.arange(limit) * 0.6180339887 % 1.0 * len(places)).astype(np.int64)]


def weights_by_group(around: Surroundings, prior: FitPrior, height_m: float, tuning: FitTuning) -> FloatArray:
    """(N,) 1 for the group of points that was clicked on, less for others, the less the further."""
    points = around.points_xy
    if len(points) == 0:
        return np.zeros(0)
    is_narrow = float(prior.size_lw_m.min()) < NARROW_M
    cell_m = max(0.2, 0.010 * around.range_m) if is_narrow else max(0.3, 0.012 * around.range_m)
    groups = connected(points, around.above_m, cell_m, _highest_m(height_m))
    away = np.hypot(points[:, 0], points[:, 1])
    nearest = np.full(groups.max() + 1, np.inf)
    np.minimum.at(nearest, groups, away)
    # Larger groups win against a stray point that is a little nearer; group 0 is what hangs together with tall things.
    merit = nearest - 0.15 * np.log1p(np.bincount(groups, minlength=len(nearest)))
    merit[0] += 0.5
    main = int(merit.argmin())
    further = np.maximum(nearest - nearest[main], 0.0) / (0.25 * float(np.hypot(*prior.size_lw_m)))
    return np.where(groups == main, 1.0, tuning.far_weight * np.exp(-further[groups]))


def weights_by_box(around: Surroundings, footprint: FloatArray) -> FloatArray:
    """(N,) 1 for points over a box that is roughly right, less outside of it: walls and neighbours stand there."""
    return np.asarray(np.exp(-0.5 * (outside_m(around.points_xy, footprint) / OFF_M) ** 2))


def _thin_prior(
    points: FloatArray,
    weights: FloatArray,
    prior: FitPrior,
    lidar_xy: FloatArray,
    tuning: FitTuning,
) -> tuple[FitPrior, FloatArray]:
    """The middle of thin things is that of their points (by mean shift), a little further away from the lidar."""
    length, width = prior.size_lw_m
    diagonal = float(np.hypot(length, width))
    middle = np.zeros(2)
    for window in (tuning.thin_window, 0.5, 0.5):
        away = points - middle
        near = weights * np.exp(-(away * away).sum(axis=1) / (window * diagonal) ** 2)
        middle = near @ points / max(near.sum(), 1e-9)
    middle = middle - tuning.thin_push * width * lidar_xy / max(float(np.hypot(*lidar_xy)), 0.1)
    center = prior.center_xy + tuning.thin_trust * (middle - prior.center_xy)
    sigma = tuning.thin_center_sigma_m * np.array([max(length / width, 1.0), 1.0])
    away = points - center
    is_far = (away * away).sum(axis=1) > (0.6 * diagonal) ** 2
    sure = replace(prior, center_xy=center, center_sigma_m=sigma, size_sigma=np.minimum(prior.size_sigma, 0.05))
    return sure, np.where(is_far, tuning.thin_far_weight, 1.0) * weights


def _thinned(points: FloatArray, above: FloatArray, weights: FloatArray, limit: int) -> tuple[IntArray, FloatArray]:
    """Indices of one point a voxel, at most so many, and their weights: crowds count by their square root."""
    if len(points) == 0:
        return np.zeros(0, dtype=np.int64), weights
    keys = _cell_keys(np.column_stack([points, above / 2.0]), VOXEL_M)
    _, first, counts = np.unique(keys, return_index=True, return_counts=True)
    chosen = np.linspace(0, len(first) - 1, min(limit, len(first))).astype(np.int64)
    kept = first[chosen]
    return kept, weights[kept] * np.sqrt(counts[chosen])


def _one_a_cell(points_xy: FloatArray, cell_m: float) -> FloatArray:
    if len(points_xy) == 0:
        return points_xy
    return points_xy[np.unique(_cell_keys(points_xy, cell_m), return_index=True)[1]]


def _cell_keys(points: FloatArray, cell_m: float) -> IntArray:
    cells = np.floor(points / cell_m).astype(np.int64)
    cells -= cells.min(axis=0)
    keys = cells[:, 0]
    for axis in range(1, cells.shape[1]):
        keys = keys * (cells[:, axis].max() + 1) + cells[:, axis]
    return keys
