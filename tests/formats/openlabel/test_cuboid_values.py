from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from formats.openlabel.cuboid_values import decode_cuboid, encode_cuboid, turn_axes
from geometry import Box


def test_a_quaternion_has_its_real_part_last() -> None:
    half = np.sqrt(0.5)
    place, size = decode_cuboid([1, 2, 3, 0, 0, half, half, 4, 2, 1.5])
    assert place.yaw_rad == pytest.approx(np.pi / 2)
    np.testing.assert_array_equal(size, [4, 2, 1.5])
    assert encode_cuboid(place, size) == pytest.approx([1, 2, 3, 0, 0, half, half, 4, 2, 1.5])


def test_angles_turn_about_z_then_y_then_x_along() -> None:
    place, _ = decode_cuboid([0, 0, 0, 0.1, 0.2, 0.3, 1, 1, 1])
    turn_z, turn_y, turn_x = (
        np.array([[np.cos(0.3), -np.sin(0.3), 0], [np.sin(0.3), np.cos(0.3), 0], [0, 0, 1]]),
        np.array([[np.cos(0.2), 0, np.sin(0.2)], [0, 1, 0], [-np.sin(0.2), 0, np.cos(0.2)]]),
        np.array([[1, 0, 0], [0, np.cos(0.1), -np.sin(0.1)], [0, np.sin(0.1), np.cos(0.1)]]),
    )
    np.testing.assert_allclose(place.rotation, turn_z @ turn_y @ turn_x, atol=1e-12)
    again, _ = decode_cuboid([0, 0, 0, *np.degrees([0.1, 0.2, 0.3]).tolist(), 1, 1, 1], "degrees")
    assert again.is_close(place)


@pytest.mark.parametrize("axes", ["iso8855", "y-forward", "y-down"])
def test_turned_axes_leave_the_box_where_it_is(axes: Any) -> None:
    place, size = decode_cuboid([1, 2, 3, 0.1, 0.2, 0.3, 4, 2, 1.5])
    turned = Box(*turn_axes(place, size, axes))
    corners = {tuple(np.round(corner, 9)) for corner in turned.corners()}
    assert corners == {tuple(np.round(corner, 9)) for corner in Box(place, size).corners()}
    ahead = {"iso8855": 0, "y-forward": 1, "y-down": 0}[axes]
    np.testing.assert_allclose(turned.frame_from_object.rotation[:, 0], place.rotation[:, ahead])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1, 2, 3], "9 or 10 numbers"),
        ([0] * 11, "9 or 10 numbers"),
        (None, "9 or 10 numbers"),
        ([0, 0, 0, 0, 0, 0, 1, 1, -1], "above zero"),
        ([0, 0, 0, 0, 0, 0, 0, 1, 1, 1], "length 0"),
        ([float("inf"), 0, 0, 0, 0, 0, 1, 1, 1], "9 or 10 numbers"),
        ([10**400, 0, 0, 0, 0, 0, 1, 1, 1], "9 or 10 numbers"),
        ([True, 0, 0, 0, 0, 0, 1, 1, 1], "9 or 10 numbers"),
    ],
)
def test_what_is_no_cuboid_is_named(values: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        decode_cuboid(values)
