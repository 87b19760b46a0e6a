"""Asking every other pixel gives what asking all of them would."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geometry.se3 import SE3
from simulation.camera import cast_board
from simulation.checkerboard import checkerboard
from simulation.meshes.mesh import block, join
from simulation.rays import RayScene, rays_from
from simulation.rig import rig_cameras


@given(st.integers(3, 20), st.integers(3, 20), st.integers(0, 99))
def test_every_pixel_is_on_the_board_once_and_agreement_is_that_of_the_four_neighbours(
    width: int, height: int, seed: int
) -> None:
    board = checkerboard(width, height)
    assert sorted([*board.asked.tolist(), *board.between.tolist()]) == list(range(width * height))
    values = np.random.default_rng(seed).integers(0, 2, width * height)
    for pixel, agrees in zip(board.between.tolist(), board.agreeing(values).tolist(), strict=True):
        around = {int(values[pixel + step]) for step in (-1, 1, -width, width)}
        assert agrees == (len(around) == 1)


def test_hits_between_are_those_that_a_ray_would_have() -> None:
    camera = rig_cameras((414, 125))[0]
    floor, post = block([-60, -60, -2], [60, 60, -1], "plain.matte"), block([9, 0, -1], [9.1, 0.05, 2], "plain.matte")
    tree = RayScene(join([floor, post, block([14, -3, -1], [16, 2, 1], "plain.matte")]).vertices)
    rotation = camera.cam_from_ego.rotation.astype(np.float32)
    rays = rays_from(SE3.identity().translation.astype(np.float32), camera.pixel_directions_cam @ rotation)
    board, every = cast_board(tree, rays, checkerboard(414, 125)), tree.cast(rays)
    assert (board.triangle == every.triangle).mean() > 0.9995
    same = (board.triangle == every.triangle) & (every.triangle >= 0)
    np.testing.assert_allclose(board.distance_m[same], every.distance_m[same], rtol=2e-5)
    np.testing.assert_allclose(board.weights[same], every.weights[same], atol=2e-3)
    assert np.isinf(board.distance_m[board.triangle < 0]).all()
