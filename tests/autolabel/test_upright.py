"""Boxes as rows agree with boxes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autolabel.upright import box_of, contains, moved, upright
from geometry import SE3, Box

METRES = st.floats(-50, 50)
SIDES = st.floats(0.2, 12)
ANGLES = st.floats(-3.1, 3.1)
BOXES = st.builds(
    lambda x, y, z, length, width, height, yaw: Box.from_yaw([x, y, z], [length, width, height], yaw),
    METRES, METRES, METRES, SIDES, SIDES, SIDES, ANGLES,
)  # fmt: skip


@given(BOXES, METRES, METRES, ANGLES)
def test_moving_rows_is_moving_boxes(box: Box, x: float, y: float, yaw: float) -> None:
    there = SE3.from_yaw(yaw, [x, y, 1.0])
    row = moved(upright([box]), there)[0]
    np.testing.assert_allclose(box_of(row).corners(), box.transform(there).corners(), atol=1e-6)


@given(BOXES, st.integers(0, 1000))
def test_the_same_points_lie_inside(box: Box, seed: int) -> None:
    points = box.center + np.random.default_rng(seed).uniform(-8, 8, (50, 3))
    np.testing.assert_array_equal(contains(upright([box])[0], points), box.contains(points))


def test_no_boxes_are_no_rows() -> None:
    assert upright([]).shape == (0, 7)
    assert moved(upright([]), SE3.from_yaw(1.0, [1.0, 0, 0])).shape == (0, 7)
