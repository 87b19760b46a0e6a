"""How much of a box a wall hides."""

from __future__ import annotations

import numpy as np
import pytest

from geometry.box import Box
from geometry.se3 import SE3
from simulation.meshes.mesh import block, join
from simulation.models import Shape
from simulation.occlusion import occlusion_level, visible_shares
from simulation.scene import Scene
from simulation.subjects import Subject


def subject_at(x: float) -> Subject:
    shape = Shape(lambda: block([-1, -1, 0], [1, 1, 2], "plain.matte"))
    base = SE3.from_yaw(0.3, [x, 0.0, -1.0])
    return Subject(0, shape, base, Box(base @ SE3(np.eye(3), np.array([0.0, 0.0, 1.0])), np.full(3, 2.0)))


@pytest.mark.parametrize(("hidden", "share"), [(None, 1.0), (0.0, 0.5), (-5.0, 0.0)])
def test_a_wall_hides_what_lies_behind_it(hidden: float | None, share: float) -> None:
    subject = subject_at(20.0)
    wall = block([9, hidden if hidden is not None else 50, -5], [9.1, 60, 5], "plain.matte")
    floor = block([-50, -50, -9], [50, 50, -8], "plain.matte")
    scene = Scene(join([floor, wall]), [(0, subject.shape.mesh.transform(subject.world_from_base))])
    assert visible_shares(scene, np.zeros(3), [subject])[0] == pytest.approx(share, abs=0.06)


def test_nobody_in_sight_is_no_answer() -> None:
    scene = Scene(block([-1, -1, -9], [1, 1, -8], "plain.matte"), [])
    assert visible_shares(scene, np.zeros(3), []) == []


@pytest.mark.parametrize(("share", "level"), [(1.0, 0), (0.86, 0), (0.8, 1), (0.41, 1), (0.3, 2), (0.0, 2)])
def test_levels(share: float, level: int) -> None:
    assert occlusion_level(share) == level
