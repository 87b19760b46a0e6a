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


@dataclass(frozen=True)
class FitHabits:
    """Distances from the points to where people put a box.

    Attributes:
        face_margin_m: From the points of a seen side to its face.
        top_margin_m: From the highest point to the top.
    """

    face_margin_m: float = 0.07
    top_margin_m: float = 0.08

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on a margin that no box has."""
        if not -0.2 <= self.face_margin_m <= 0.6 or not -0.2 <= self.top_margin_m <= 0.6:
            raise ValueError(f"margins must lie within -0.2 ... 0.6 m, got {self}")


DEFAULT_HABITS = FitHabits()


def learn_habits(examples: Iterable[tuple[FitScene, Box]], trust: float = 3.0) -> FitHabits:
    """What boxes that people agreed with have in common.

    Args:
        examples: Boxes of rigid things, each with its frame's points.
        trust: As many examples as this move the habits half of the way from the usual ones.
    """
    sides: list[float] = []
    tops: list[float] = []
    for scene, box in examples:
        side, top = _margins(scene, box)
        sides += side
        tops += top
    usual = DEFAULT_HABITS
    return FitHabits(_toward(usual.face_margin_m, sides, trust), _toward(usual.top_margin_m, tops, trust))


def _toward(usual: float, seen: list[float], trust: float) -> float:
    share = len(seen) / (len(seen) + trust)
    return usual if not seen else float(np.clip(usual + share * (np.median(seen) - usual), -0.2, 0.6))


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


def _to_face(points: FloatArray, lidar: FloatArray, half: FloatArray, axis: int) -> float | None:
    inward = half[axis] - np.sign(lidar[axis]) * points[:, axis]
    near = inward[np.abs(inward) < SHELL_M]
    return float(np.median(near)) if len(near) >= FEWEST_POINTS else None
