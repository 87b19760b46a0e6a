"""A box fitted to points: from one click on an object, or from a box that is roughly right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from geometry.arrays import FloatArray
from geometry.box import Box
from geometry.rotation import wrap_angle
from geometry.se3 import SE3
from pointcloud.fit_cost import LENGTH, WIDTH, YAW, FitEvidence, FitPrior
from pointcloud.fit_evidence import Surroundings, evidence_of, has_no_sides, weights_by_box, weights_by_group
from pointcloud.fit_footprint import within
from pointcloud.fit_habits import DEFAULT_HABITS, FitHabits
from pointcloud.fit_height import box_height
from pointcloud.fit_scene import FAR_M, FitScene
from pointcloud.fit_search import (
    ACROSS,
    ALL_MOVES,
    ALONG,
    FRONT,
    LEFT,
    REAR,
    RIGHT,
    TURN,
    best_apart,
    coarse_candidates,
    refine,
)
from pointcloud.fit_tuning import TUNING, FitTuning
from pointcloud.fit_witness import Outline, Witness

Face = Literal["front", "rear", "left", "right", "top", "bottom"]
FACES: tuple[Face, ...] = get_args(Face)
What = Literal[
    "all", "pose", "position", "size", "heading", "to_ground", "front", "rear", "left", "right", "top", "bottom"
]
WHATS: tuple[What, ...] = get_args(What)

MOVES: dict[str, tuple[tuple[float, ...], ...]] = {
    "all": ALL_MOVES,
    "pose": (ALONG, ACROSS, TURN),
    "position": (ALONG, ACROSS),
    "size": (FRONT, REAR, LEFT, RIGHT),
    "heading": (TURN,),
    "front": (FRONT,),
    "rear": (REAR,),
    "left": (LEFT,),
    "right": (RIGHT,),
}
"""What a fit of each kind may change, seen from above."""
UP_AND_DOWN: dict[str, tuple[bool, bool]] = {
    "all": (True, True),
    "pose": (True, False),
    "position": (True, False),
    "size": (False, True),
    "to_ground": (True, False),
    "top": (False, True),
}
"""Whether a fit of each kind may put the box onto the ground, and whether it may move its top."""

HEADINGS_RAD = np.linspace(0.0, np.pi, 18, endpoint=False)
SQUARE_HEADINGS_RAD = np.linspace(0.0, np.pi / 2.0, 5, endpoint=False)
HINT_SIGMA_RAD = float(np.deg2rad(5.0))
BOX_CENTER_SIGMA_M = 0.2
BOX_SIZE_SIGMA, BOX_HEIGHT_SIGMA = 0.08, 0.1
USUAL = 0.17
BOX_MARGIN_M = 0.5
GROUND_JUMP_M = 0.4
SIDES = FACES[:4]
SIDE_REACH_M = 0.37
"""Points this deep inside still draw a side that is fitted alone: it was asked for because it is off."""
RIM_M = 0.05
"""The top is looked for this far from the sides: what stands close by may be taller."""
SUPPORT_M, SUPPORT_POINTS = 0.2, 3
FEW_POINTS, SURPRISING = 10, 12.0
LARGEST_M = 100.0
SEEN_TOP_M = 0.1
"""How far a top that points show is usually off."""


@dataclass(frozen=True)
class FittedBox:
    """A box and how much the points say about it.

    Attributes:
        box: In ``ego``.
        confidence: 0 where nothing but the prior speaks; else the overlap with the truth that such fits usually have.
        supported_faces: The faces that have points on them; the others follow from the usual size.
        point_count: Points inside, without the ground.
        reason: What kept the confidence down, as one sentence; empty where nothing did.
    """

    box: Box
    confidence: float
    supported_faces: tuple[Face, ...]
    point_count: int
    reason: str = ""


def fit_at(
    scene: FitScene,
    click: ArrayLike,
    size_prior_lwh_m: ArrayLike,
    *,
    is_rigid: bool = True,
    heading_hint_rad: float | None = None,
    habits: FitHabits = DEFAULT_HABITS,
    witness: Witness | None = None,
    tuning: FitTuning = TUNING,
) -> FittedBox | None:
    """Fit a box to the object at a place.

    Args:
        scene: The frame's points, prepared.
        click: (2,) or (3,) somewhere on the object, in ``ego``; its z matters only where there is no ground.
        size_prior_lwh_m: (3,) usual length, width and height of the class.
        is_rigid: Whether it is no person or animal; these head in any direction.
        heading_hint_rad: Where it heads, where a person showed it by a drag, or a neighbouring frame tells.
        habits: How this dataset's boxes lie around their points.
        witness: What else saw where the object begins and ends, if anything did.
        tuning: The numbers of the fit.

    Returns:
        The box; one of the usual size with no confidence where there are no points. None where a place is no number or
        absurdly far, or a size is no object's.
    """
    place, size = np.zeros(3), np.asarray(size_prior_lwh_m, dtype=np.float64).ravel()
    given = np.asarray(click, dtype=np.float64).ravel()[:3]
    place[: len(given)] = given
    if len(given) < 2 or not _is_place(place) or not _is_size(size):
        return None
    hint = heading_hint_rad if heading_hint_rad is not None and np.isfinite(heading_hint_rad) else None
    prior = _click_prior(size, is_rigid, hint, tuning)
    around = Surroundings.of(scene, place, 0.62 * float(np.hypot(size[0], size[1])) + 0.3)
    weights = weights_by_group(around, prior, float(size[2]), tuning)
    evidence = evidence_of(scene, around, prior, float(size[2]), habits, tuning, weights)
    if witness is not None:
        outline = Outline(witness, around.center_xy, around.ground_z, around.slope, float(size[2]))
        evidence = replace(evidence, outline=outline)
    best = np.array([0.0, 0.0, prior.heading_rad, *prior.size_lw_m])
    if len(evidence.points_xy):
        length, width = prior.size_lw_m
        headings = HEADINGS_RAD if length > 1.2 * width else SQUARE_HEADINGS_RAD
        if hint is not None:
            headings = np.asarray(hint + np.linspace(-2.0, 2.0, 7) * HINT_SIGMA_RAD)
        candidates = coarse_candidates(evidence, headings)
        chosen = best_apart(candidates, evidence.cost(candidates))
        best, _ = refine(evidence, candidates[chosen])
    best[YAW] = _nearer_way(best[YAW], 0.0 if hint is None else hint)
    above_m = around.above_m[within(around.points_xy, best, 0.1)] - habits.bottom_margin_m
    sigma, has_roof = tuning.height_sigma, not has_no_sides(prior.size_lw_m)
    height = box_height(above_m, float(size[2]), around.range_m, habits.top_margin_m, sigma, has_roof=has_roof)
    height_m = height.height_m
    if evidence.outline is not None:
        height_m = evidence.outline.height(best, height_m, SEEN_TOP_M if height.is_seen else sigma * height_m)
    bottom = around.ground_at(best[:2]) + habits.bottom_margin_m
    center = [*(around.center_xy + best[:2]), bottom + height_m / 2.0]
    box = Box.from_yaw(center, [best[LENGTH], best[WIDTH], height_m], best[YAW])
    return _judged(scene, box, evidence, around)


def refit(
    scene: FitScene,
    box: Box,
    size_prior_lwh_m: ArrayLike | None = None,
    what: What = "all",
    *,
    habits: FitHabits = DEFAULT_HABITS,
    tuning: FitTuning = TUNING,
) -> FittedBox:
    """Fit a box again that is roughly right, or one part of it.

    Args:
        scene: The frame's points, prepared.
        box: The box, in ``ego``; its tilt is kept.
        size_prior_lwh_m: (3,) usual size of the class, where it is known.
        what: What may change.
        habits: How this dataset's boxes lie around their points.
        tuning: The numbers of the fit.

    Returns:
        The better box, or the same where there are no points to go by.

    Raises:
        ValueError: ``what`` is none of the kinds.
    """
    if what not in WHATS:
        raise ValueError(f"what must be one of {', '.join(WHATS)}, got {what}")
    usual = box.size_lwh_m if size_prior_lwh_m is None else np.asarray(size_prior_lwh_m, dtype=np.float64).ravel()
    if not _is_size(usual):
        usual = box.size_lwh_m
    if not _is_place(box.center) or not _is_size(box.size_lwh_m):
        return FittedBox(box, 0.0, (), 0, "the box is too large, too small or too far away")
    length, width, height = box.size_lwh_m
    around = Surroundings.of(scene, box.center, float(np.hypot(length, width)) / 2.0 + BOX_MARGIN_M)
    start = np.array([0.0, 0.0, box.yaw_rad, length, width])
    around = around.limited(within(around.points_xy, start, BOX_MARGIN_M))
    prior = _box_prior(box, usual, tuning)
    looking = replace(tuning, reach_m=SIDE_REACH_M) if what in SIDES else tuning
    weights = weights_by_box(around, start)
    evidence = evidence_of(scene, around, prior, float(height), habits, looking, weights)
    if len(evidence.points_xy) < 3:
        return FittedBox(box, 0.0, (), len(evidence.points_xy), "hardly any points are near the box")
    best = start
    if what in MOVES:
        best, _ = refine(evidence, _starts(start, turns=what in ("all", "heading")), MOVES[what])
    return _judged(scene, _raised(box, best, around, usual, what, habits), evidence, around)


def _starts(start: FloatArray, *, turns: bool) -> FloatArray:
    starts = np.repeat(start[None], 5 if turns else 1, axis=0)
    if turns:
        starts[:, YAW] += np.deg2rad([0.0, -4.0, 4.0, -8.0, 8.0])
    return starts


def _raised(box: Box, best: FloatArray, around: Surroundings, usual: FloatArray, what: str, habits: FitHabits) -> Box:
    """The box of the plan, with the bottom and top that the ground and the points say."""
    bottom, top = box.center[2] - box.size_lwh_m[2] / 2.0, box.center[2] + box.size_lwh_m[2] / 2.0
    ground = around.ground_at(best[:2])
    stand = ground if what == "to_ground" else ground + habits.bottom_margin_m
    to_ground, to_top = UP_AND_DOWN.get(what, (False, False))
    is_near = abs(ground - bottom) < GROUND_JUMP_M
    if what == "bottom" and is_near:
        bottom = min(stand, top - 0.05)
    if to_ground and (is_near or what == "to_ground"):
        bottom, top = stand, stand + box.size_lwh_m[2]
    if to_top:
        height_m = float(box.size_lwh_m[2])
        is_usual = abs(np.log(height_m / usual[2])) < 1.5 * USUAL
        expected = float(np.sqrt(usual[2] * height_m)) if is_usual else height_m
        inside = within(around.points_xy, best, -RIM_M)
        above = around.above_m[inside] + ground - bottom
        height = box_height(
            above,
            expected,
            around.range_m,
            habits.top_margin_m,
            BOX_HEIGHT_SIGMA,
            has_roof=not has_no_sides(box.size_lwh_m[:2]),
            is_own=True,
        )
        if height.is_seen or what == "all":
            top = bottom + height.height_m
    turn = SE3.from_yaw(best[YAW] - box.yaw_rad, np.zeros(3))
    center = np.array([*(around.center_xy + best[:2]), (bottom + top) / 2.0])
    rotation = (turn @ box.frame_from_object).rotation
    return Box(SE3(rotation, center), np.array([best[LENGTH], best[WIDTH], top - bottom]))


def _click_prior(size: FloatArray, is_rigid: bool, hint: float | None, tuning: FitTuning) -> FitPrior:
    plan = size[:2]
    if hint is not None:
        heading, heading_sigma = hint, HINT_SIGMA_RAD
    elif is_rigid:
        heading, heading_sigma = 0.0, tuning.road_sigma
    else:
        # One sweep does not tell where a person heads; of all headings, a square overlaps best.
        heading, heading_sigma = 0.0, np.inf
        plan = np.full(2, np.sqrt(size[0] * size[1]))
    sigma = np.maximum(tuning.center_sigma_m, plan * tuning.center_sigma)
    return FitPrior(np.zeros(2), sigma, plan, np.array(tuning.size_sigma), heading, heading_sigma)


def _box_prior(box: Box, usual: FloatArray, tuning: FitTuning) -> FitPrior:
    # A size far from the usual says that the object is no usual one.
    unusual = np.maximum(np.abs(np.log(box.size_lwh_m[:2] / usual[:2])) - USUAL, 0.0)
    class_sigma = np.array(tuning.size_sigma) + 3.0 * unusual
    share = class_sigma**2 / (class_sigma**2 + BOX_SIZE_SIGMA**2)
    size = np.exp(share * np.log(box.size_lwh_m[:2]) + (1.0 - share) * np.log(usual[:2]))
    sigma = class_sigma * BOX_SIZE_SIGMA / np.hypot(class_sigma, BOX_SIZE_SIGMA)
    return FitPrior(np.zeros(2), np.full(2, BOX_CENTER_SIGMA_M), size, sigma, box.yaw_rad, HINT_SIGMA_RAD)


def _judged(scene: FitScene, box: Box, evidence: FitEvidence, around: Surroundings) -> FittedBox:
    """The box with what the points around it say."""
    object_from_ego = box.frame_from_object.inverse()
    reach = float(np.hypot(*box.size_lwh_m[:2])) / 2.0 + SUPPORT_M
    points = object_from_ego.apply(scene.near(box.center[:2], reach))
    half = box.size_lwh_m / 2.0
    points = points[(np.abs(points) <= half + SUPPORT_M).all(axis=1) & (points[:, 2] > 0.2 - half[2])]
    count = int((np.abs(points) <= half + 0.02).all(axis=1).sum())
    lidar = object_from_ego.apply(scene.lidar_center)
    faces: list[Face] = []
    for axis, names in enumerate((("front", "rear"), ("left", "right"), ("top", "bottom"))):
        for sign, name in zip((1.0, -1.0), names, strict=True):
            at_face = np.abs(sign * points[:, axis] - half[axis]) < SUPPORT_M
            if name == "bottom":
                supported = abs(around.ground_at(box.center[:2] - around.center_xy) - box.center[2] + half[2]) < 0.1
                supported &= len(around.ground_xy) > 0
            else:
                is_seen = sign * lidar[axis] > half[axis] or name == "top"
                supported = is_seen and int(at_face.sum()) >= SUPPORT_POINTS
            if supported:
                faces.append(name)  # type: ignore[arg-type]
    confidence, reason = _confidence(count, faces, box, evidence, around)
    return FittedBox(box, confidence, tuple(faces), count, reason)


def _confidence(
    count: int, faces: list[Face], box: Box, evidence: FitEvidence, around: Surroundings
) -> tuple[float, str]:
    """The overlap with the truth that such fits usually have (regression over labelled boxes), and what lowers it."""
    if count == 0:
        return 0.0, "no points here: a box of the usual size"
    plan = np.array([[*(box.center[:2] - around.center_xy), box.yaw_rad, *box.size_lwh_m[:2]]])
    misfit = float(evidence.misfit(plan)[0]) / max(float(evidence.weights.sum()), 1e-9)
    surprise = float(evidence.prior.surprise(plan)[0])
    sides = len(set(SIDES) & set(faces))
    if has_no_sides(box.size_lwh_m[:2]):
        expected = 0.45 + 0.015 * np.log1p(count) - 0.09 * np.log1p(surprise)
        expected += 0.12 * min(count / max(len(around.points_xy), 1), 1.0)
    else:
        expected = 0.31 + 0.057 * np.log1p(count) - 0.046 * np.log1p(misfit) - 0.084 * np.log1p(surprise)
        expected += 0.086 * min(sides, 2) + (0.04 if "top" in faces else 0.0)
    confidence = float(np.clip(expected * min(1.0, count / 5.0), 0.0, 1.0))
    if count < FEW_POINTS:
        return confidence, f"only {count} points"
    if surprise > SURPRISING:
        return confidence, "far from the usual size or from where it was looked for"
    return confidence, "" if sides else "no side is seen clearly"


def _nearer_way(yaw_rad: float, toward_rad: float) -> float:
    """The heading or its opposite, whichever is nearer to another."""
    away = float(wrap_angle(yaw_rad - toward_rad))
    return float(wrap_angle(yaw_rad + np.pi if abs(away) > np.pi / 2.0 else yaw_rad))


def _is_place(center: FloatArray) -> bool:
    return bool(np.isfinite(center).all() and (np.abs(center) < FAR_M).all())


def _is_size(size: FloatArray) -> bool:
    return size.shape == (3,) and bool(np.isfinite(size).all() and (size > 0.01).all() and (size < LARGEST_M).all())
