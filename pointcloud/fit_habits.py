"""How a dataset's people draw their boxes around the points: tight or with room; learnt from a few of their boxes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from geometry.arrays import FloatArray
from geometry.box import Box
from pointcloud.fit_scene import FitScene

SHELL_M = 0.4
ABOVE_GROUND_M = 0.25
FEWEST_POINTS = 8
MARGINS_M = (-0.2, 0.6)


@dataclass(frozen=True)
class FitHabits:
    """Distances from the points to where people put a box.

    Attributes:
        face_margin_m: From the points of a seen side to its face.
        top_margin_m: From the highest point to the top.
        bottom_margin_m: From the ground to the bottom.
    """

    face_margin_m: float = 0.07
    top_margin_m: float = 0.08
    bottom_margin_m: float = 0.02

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on a margin that no box has."""
        margins_m = (self.face_margin_m, self.top_margin_m, self.bottom_margin_m)
        if not all(MARGINS_M[0] <= margin_m <= MARGINS_M[1] for margin_m in margins_m):
            raise ValueError(f"margins must lie within {MARGINS_M[0]} ... {MARGINS_M[1]} m, got {self}")


DEFAULT_HABITS = FitHabits()


def learn_habits(examples: Iterable[tuple[FitScene, Box]], trust: float = 3.0) -> FitHabits:
    """What boxes that people agreed with have in common.

    Args:
        examples: Boxes of rigid things, each with its frame's points.
        trust: As many examples as this move the habits half of the way from the usual ones.
    """
    sides: list[float] = []
    tops: list[float] = []
    bottoms: list[float] = []
    for scene, box in examples:
        side, top = _margins(scene, box)
        sides += side
        tops += top
        bottoms += _above_ground(scene, box)
    usual = DEFAULT_HABITS
    return FitHabits(
        _toward(usual.face_margin_m, sides, trust),
        _toward(usual.top_margin_m, tops, trust),
        _toward(usual.bottom_margin_m, bottoms, trust),
    )


def _toward(usual: float, seen: list[float], trust: float) -> float:
    share = len(seen) / (len(seen) + trust)
    return usual if not seen else float(np.clip(usual + share * (np.median(seen) - usual), *MARGINS_M))


def _margins(scene: FitScene, box: Box) -> tuple[list[float], list[float]]:
    """The distance of the points to each side that the lidar sees, and to the top; empty where few points tell."""
    half = box.size_lwh_m / 2.0
    object_from_ego = box.frame_from_object.inverse()
    points = object_from_ego.apply(scene.near(box.center[:2], float(np.hypot(half[0], half[1])) + SHELL_M))
    points = points[(np.abs(points) <= half + SHELL_M).all(axis=1) & (points[:, 2] > ABOVE_GROUND_M - half[2])]
    if len(points) < FEWEST_POINTS:
        return [], []
    lidar = object_from_ego.apply(scene.lidar_center)
    sides = [_to_face(points, lidar, half, axis) for axis in (0, 1) if abs(lidar[axis]) > half[axis] + 1.0]
    within = (np.abs(points[:, :2]) <= half[:2]).all(axis=1)
    tops = [float(half[2] - points[within, 2].max())] if within.sum() >= FEWEST_POINTS else []
    return [side for side in sides if side is not None], [top for top in tops if top < SHELL_M]


def _above_ground(scene: FitScene, box: Box) -> list[float]:
    """How far its bottom is above the ground; empty where nobody stands a box so, or there is no ground."""
    ground = scene.ground(box.center[:2])
    if ground is None:
        return []
    above_m = float(box.center[2] - box.size_lwh_m[2] / 2.0) - ground.height_m
    return [above_m] if abs(above_m) < SHELL_M else []


def _to_face(points: FloatArray, lidar: FloatArray, half: FloatArray, axis: int) -> float | None:
    inward = half[axis] - np.sign(lidar[axis]) * points[:, axis]
    near = inward[np.abs(inward) < SHELL_M]
    return float(np.median(near)) if len(near) >= FEWEST_POINTS else None
