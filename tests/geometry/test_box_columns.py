"""Columns of boxes keep what the boxes say, and refuse what no box could be."""

from __future__ import annotations

import numpy as np
import pytest

from geometry import SE3, Box, BoxColumns
from geometry.arrays import FloatArray


def test_gathers_boxes() -> None:
    boxes = [Box.from_yaw([1, 2, 3], [4, 2, 1.5], 0.3), Box.from_yaw([0, 0, 1], [1, 1, 2], -3.0)]
    columns = BoxColumns.from_boxes(boxes)
    assert len(columns) == 2
    np.testing.assert_array_equal(columns.center, [[1, 2, 3], [0, 0, 1]])
    np.testing.assert_array_equal(columns.half_lwh, [[2, 1, 0.75], [0.5, 0.5, 1]])
    np.testing.assert_allclose(np.arctan2(columns.sin_yaw, columns.cos_yaw), [0.3, -3.0])


def test_a_tilted_box_keeps_its_yaw_and_one_that_points_up_has_none() -> None:
    pitch = SE3(np.array([[0.8, 0.0, 0.6], [0.0, 1.0, 0.0], [-0.6, 0.0, 0.8]]), np.zeros(3))
    up = SE3(np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [-1.0, 0.0, 0.0]]), np.zeros(3))
    boxes = [Box(SE3.from_yaw(1.0, [0, 0, 0]) @ turn, np.ones(3)) for turn in (pitch, up)]
    columns = BoxColumns.from_boxes([boxes[0], Box(up, np.ones(3))])
    assert np.arctan2(columns.sin_yaw[0], columns.cos_yaw[0]) == pytest.approx(1.0)
    assert (columns.cos_yaw[1], columns.sin_yaw[1]) == (1.0, 0.0)


def test_takes_some_and_none() -> None:
    columns = BoxColumns.from_arrays(np.zeros((3, 3)), np.ones((3, 3)), [0.0, 1.0, 2.0])
    np.testing.assert_allclose(columns.take(np.array([2, 0])).cos_yaw, np.cos([2.0, 0.0]))
    assert BoxColumns.from_boxes([]).table().shape == (8, 0)


@pytest.mark.parametrize(
    ("center", "size", "yaw", "message"),
    [
        (np.zeros((2, 2)), np.ones((2, 3)), np.zeros(2), "center must have shape"),
        (np.zeros((2, 3)), np.ones((1, 3)), np.zeros(2), "size_lwh_m must have shape"),
        (np.zeros((2, 3)), np.ones((2, 3)), np.zeros(3), "yaw_rad must have shape"),
        (np.zeros((1, 3)), np.zeros((1, 3)), np.zeros(1), "above zero"),
        (np.full((1, 3), np.nan), np.ones((1, 3)), np.zeros(1), "finite"),
    ],
)
def test_refuses_what_is_no_box(center: FloatArray, size: FloatArray, yaw: FloatArray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        BoxColumns.from_arrays(center, size, yaw)
