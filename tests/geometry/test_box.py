"""Corners, edges and membership of oriented boxes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from geometry import CORNER_SIGNS, EDGES, SE3, Box

SIDES = st.floats(0.05, 20.0)
ANGLES = st.floats(-np.pi, np.pi)


@st.composite
def tilted_boxes(draw: st.DrawFn) -> Box:
    rotation = Rotation.from_euler("ZYX", [draw(ANGLES), draw(ANGLES), draw(ANGLES)]).as_matrix()
    return Box(SE3(rotation, np.array([draw(ANGLES), 5.0, -1.0])), np.array([draw(SIDES), draw(SIDES), draw(SIDES)]))


@given(tilted_boxes())
def test_edges_have_the_lengths_of_the_sides(box: Box) -> None:
    corners = box.corners()
    lengths = np.sort(np.linalg.norm(corners[EDGES[:, 0]] - corners[EDGES[:, 1]], axis=1))
    np.testing.assert_allclose(lengths, np.sort(np.repeat(box.size_lwh_m, 4)), rtol=1e-9)


@given(tilted_boxes(), st.floats(0.0, 0.999), st.floats(1.001, 3.0))
def test_contains_what_lies_inside_only(box: Box, inner: float, outer: float) -> None:
    inside = box.frame_from_object.apply(CORNER_SIGNS * box.size_lwh_m / 2 * inner)
    outside = box.frame_from_object.apply(CORNER_SIGNS * box.size_lwh_m / 2 * outer)
    assert box.contains(inside).all()
    assert not box.contains(outside).any()
    assert box.contains(outside, margin_m=float(box.size_lwh_m.max()) * 1.01).all()


@given(tilted_boxes(), ANGLES)
def test_transform_moves_the_corners_along(box: Box, yaw_rad: float) -> None:
    world_from_ego = SE3.from_yaw(yaw_rad, [10, -3, 2])
    moved = box.transform(world_from_ego)
    np.testing.assert_allclose(moved.corners(), world_from_ego.apply(box.corners()), atol=1e-9)
    assert moved.volume_m3 == pytest.approx(box.volume_m3)


def test_the_first_corner_is_front_left_bottom() -> None:
    corners = Box.from_yaw([0, 0, 0], [4, 2, 1], 0.0).corners()
    assert corners[0].tolist() == [2, 1, -0.5]
    assert corners[6].tolist() == [-2, -1, 0.5]


def test_yaw_and_tilt_are_views_of_the_rotation() -> None:
    rotation = Rotation.from_euler("ZY", [0.5, 0.2]).as_matrix()
    box = Box(SE3(rotation, np.zeros(3)), np.ones(3))
    assert box.yaw_rad == pytest.approx(0.5)
    assert box.tilt_rad == pytest.approx(0.2)


@pytest.mark.parametrize("size", [[1, 1], [1, 1, 0], [1, -1, 1], [1, 1, np.inf]])
def test_bad_sizes_are_refused(size: list[float]) -> None:
    with pytest.raises(ValueError, match="size_lwh_m must"):
        Box.from_yaw([0, 0, 0], size, 0.0)
