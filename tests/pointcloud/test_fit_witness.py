"""A witness of an object's outline settles what points leave open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geometry import Box, iou_3d_aligned
from geometry.arrays import FloatArray
from pointcloud import FitScene, fit_at
from pointcloud.fit_witness import Outline

USUAL = (4.2, 1.8, 1.5)
TRUTH = Box.from_yaw([14.0, 3.0, 0.85], [5.2, 2.0, 1.7], 0.1)


@dataclass(frozen=True)
class Onlooker:
    """Looks along y, from the right: sees where x begins and ends, and how high a thing is; to a few centimetres."""

    truth: Box
    sigma_m: float = 0.03

    def deviations(self, corners: FloatArray) -> FloatArray:
        """In the order left, top, right, bottom."""
        own = self.truth.corners()
        along, up, known = corners[..., 0], corners[..., 2], own[:, [0, 2]]
        sides = [
            known[:, 0].min() - along.min(axis=1),
            up.max(axis=1) - known[:, 1].max(),
            along.max(axis=1) - known[:, 0].max(),
            known[:, 1].min() - up.min(axis=1),
        ]
        return np.stack(sides, axis=1) / self.sigma_m


def _scene() -> FitScene:
    """Level ground, and of the object its rear alone, halfway up."""
    rng = np.random.default_rng(5)
    ground = np.column_stack([rng.uniform(2, 30, (4000, 2)) - [0.0, 12.0], rng.normal(0.0, 0.01, 4000)])
    rear = TRUTH.frame_from_object.apply(
        np.column_stack([np.full(80, -2.6), rng.uniform(-1.0, 1.0, 80), rng.uniform(-0.6, 0.1, 80)])
    )
    return FitScene.of(np.concatenate([ground[~TRUTH.contains(ground)], rear]), np.array([0.0, 0.0, 1.7]))


def test_what_is_hidden_follows_from_the_outline() -> None:
    alone = fit_at(_scene(), TRUTH.center, USUAL)
    seen = fit_at(_scene(), TRUTH.center, USUAL, witness=Onlooker(TRUTH))
    assert alone is not None
    assert seen is not None
    assert abs(seen.box.size_lwh_m[0] - 5.2) < 0.2
    assert abs(seen.box.size_lwh_m[2] - 1.7) < 0.1
    overlaps = iou_3d_aligned([alone.box, seen.box], [TRUTH, TRUTH])
    assert overlaps[1] > overlaps[0] + 0.1


def test_without_points_it_still_counts() -> None:
    """The box has the usual size there, as ever, but the height that was seen."""
    empty = FitScene.of(np.zeros((0, 3)), np.array([0.0, 0.0, 1.7]))
    truth = Box.from_yaw([14.0, 3.0, 0.9], [4.2, 1.8, 1.8], 0.0)
    fitted = fit_at(empty, [14.0, 3.0, 0.0], USUAL, witness=Onlooker(truth))
    assert fitted is not None
    assert fitted.confidence == 0.0
    assert 1.7 < fitted.box.size_lwh_m[2] < 1.85


def test_corners_are_those_of_boxes_on_the_ground() -> None:
    """On a slope they stand where the ground is under their middle."""
    outline = Outline(Onlooker(TRUTH), np.array([10.0, 2.0]), 0.5, np.array([0.1, 0.0]), 1.5)
    boxes = np.array([[1.0, -2.0, 0.3, 4.0, 2.0]])
    expected = Box.from_yaw([11.0, 0.0, 0.5 + 0.1 + 0.75], [4.0, 2.0, 1.5], 0.3).corners()
    assert np.allclose(outline._corners(boxes, np.array([1.5]))[0], expected)
    assert np.allclose(outline.surprise(boxes), outline.surprise(boxes.repeat(2, axis=0))[1])
