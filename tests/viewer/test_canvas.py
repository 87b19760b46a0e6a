"""The painter puts things where the camera sees them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from calibration import Pinhole
from geometry import SE3
from viewer.canvas import Canvas, look_at, perspective
from viewer.colors import GROUND
from viewer.frame_parts import Lines

CAMERA = Pinhole(100.0, 100.0, 99.5, 49.5, 200, 100)
RED, GREEN = (255, 0, 0), (0, 255, 0)


def canvas(size: tuple[int, int] = (200, 100)) -> Canvas:
    return Canvas(CAMERA, SE3.identity(), size)


def pixels(painted: Canvas) -> NDArray[np.int64]:
    return np.asarray(painted.finished()).astype(np.int64)


def line(start: tuple[float, ...], end: tuple[float, ...], width_px: float = 2.0) -> Lines:
    return Lines.of_color(np.array([[start, end]]), RED, width_px)


def test_an_empty_canvas_is_the_ground() -> None:
    assert (pixels(canvas()) == GROUND).all()


@pytest.mark.parametrize("order", [1, -1])
def test_near_points_cover_far_ones_in_any_order(order: int) -> None:
    painted = canvas()
    points, colors = np.array([[0.0, 0, 10], [0, 0, 2]])[::order], np.array([GREEN, RED], dtype=np.uint8)[::order]
    painted.points(points, colors, scale=3.0)
    red, green, _ = pixels(painted)[49:51, 99:101].reshape(-1, 3).mean(axis=0)
    assert red > 200
    assert green < 20


def test_points_beside_and_behind_the_camera_are_left_out() -> None:
    painted = canvas()
    points = np.array([[0.0, 0, -5], [500, 0, 5], [0, -500, 5], [0, 0, 0]])
    painted.points(points, np.full((4, 3), 255, dtype=np.uint8))
    assert (pixels(painted) == GROUND).all()


def test_a_point_is_where_the_camera_says_at_any_size() -> None:
    painted = canvas((400, 200))
    painted.points(np.array([[0.5, -0.2, 1.0]]), np.array([RED], dtype=np.uint8))
    rows, columns = np.nonzero(pixels(painted)[..., 0] > 60)
    # Twice as large: pixel (149.5, 29.5) of the camera's image has its middle at 2 · 150 - 0.5.
    assert abs(columns.mean() - 299.5) <= 0.75
    assert abs(rows.mean() - 59.5) <= 0.75


def test_what_lies_behind_its_neighbours_is_darker() -> None:
    wide = np.array([(x / 100, y / 100, 1.0) for x in range(-40, 41) for y in range(-40, 41)])
    behind = 3 * np.array([(x / 100, y / 100, 1.0) for x in range(-80, 81) for y in range(-45, 46)])
    painted = canvas()
    rgb = np.full((len(wide) + len(behind), 3), 200, dtype=np.uint8)
    painted.points(np.concatenate([wide, behind]), rgb, scale=2.0)
    row = pixels(painted)[49, :, 0]
    assert row[100] == row[30] == 200
    assert row[56:60].min() < 150


def test_a_line_half_behind_the_camera_is_not_mirrored() -> None:
    painted = canvas()
    painted.lines(line((0.5, 0.0, 5.0), (0.5, 0.0, -5.0)))
    columns = np.nonzero((pixels(painted) != GROUND).any(axis=(0, 2)))[0]
    assert columns.min() >= 105
    assert columns.max() == 199


def test_a_line_behind_the_camera_is_left_out() -> None:
    painted = canvas()
    painted.lines(line((0.5, 0.0, -1.0), (0.5, 0.0, -5.0)))
    painted.lines(Lines.join([], 1.0))
    assert (pixels(painted) == GROUND).all()


def test_a_face_lets_the_background_through_and_is_left_out_where_it_reaches_behind() -> None:
    painted = canvas()
    face = np.array([[-0.2, -0.2, 1.0], [0.2, -0.2, 1.0], [0.2, 0.2, 1.0], [-0.2, 0.2, 1.0]])
    painted.face(face, RED, 0.5)
    assert 120 < pixels(painted)[50, 100, 0] < 140
    other = canvas()
    other.face(face - (0.0, 0.0, 1.0), RED, 0.5)
    assert (pixels(other) == GROUND).all()


def test_a_place_is_a_pixel_of_the_finished_picture() -> None:
    painted = canvas((400, 200))
    assert painted.place(np.array([0.0, 0.0, 1.0])) == (199.5, 99.5)
    assert painted.place(np.array([0.0, 0.0, -1.0])) is None


def test_an_upright_camera_looks_at_its_target() -> None:
    cam_from_ego = look_at(np.array([-10.0, 2.0, 8.0]), np.array([12.0, 0.0, 0.0]))
    x, y, z = cam_from_ego.apply([12.0, 0.0, 0.0])
    assert (abs(x), abs(y)) < (1e-12, 1e-12)
    assert z == pytest.approx(np.sqrt(22**2 + 2**2 + 8**2))
    up = cam_from_ego.rotation @ (0.0, 0.0, 1.0)
    assert abs(up[0]) < 1e-12
    assert up[1] < 0


def test_a_perspective_sees_its_angle() -> None:
    camera = perspective(300, 100, np.deg2rad(40))
    top, bottom = camera.rays_from_image([[149.5, -0.5], [149.5, 99.5]])
    assert np.degrees(np.arccos(top @ bottom)) == pytest.approx(40)


def test_large_pictures_are_painted_without_a_finer_grid() -> None:
    assert canvas((4000, 3000)).fineness == 1
    assert canvas().fineness == 2
