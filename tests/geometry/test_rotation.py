"""Angles and the matrices they make."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from geometry.rotation import nearest_rotation, rotation_from_yaw, share_of_rotation, tilt_from_rotation, wrap_angle


@given(st.floats(-1e3, 1e3), st.integers(-3, 3))
def test_wrapping_keeps_the_direction_and_the_range(angle_rad: float, turns: int) -> None:
    wrapped = float(wrap_angle(angle_rad + 2 * np.pi * turns))
    assert -np.pi <= wrapped < np.pi
    assert np.cos(wrapped - angle_rad) == pytest.approx(1.0)


@pytest.mark.parametrize("angle_rad", [np.pi, -np.pi, np.nextafter(-np.pi, -4), 3 * np.pi])
def test_half_a_turn_is_always_minus_pi_or_just_below_pi(angle_rad: float) -> None:
    assert -np.pi <= float(wrap_angle(angle_rad)) < np.pi


def test_nearest_rotation_refuses_a_mirror() -> None:
    with pytest.raises(ValueError, match="right-handed"):
        nearest_rotation(np.diag([1.0, 1.0, -1.0]), 1e-3)


def test_yaw_does_not_tilt() -> None:
    assert tilt_from_rotation(rotation_from_yaw(1.0)) == 0.0


@given(
    st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda axis: np.linalg.norm(axis) > 1e-3),
    st.one_of(st.floats(0, np.pi), st.floats(0, 1e-9), st.floats(np.pi - 1e-7, np.pi)),
    st.floats(0, 1),
)
def test_a_share_of_a_rotation_is_scipys(axis: tuple[float, ...], angle: float, fraction: float) -> None:
    rotvec = np.array(axis) / np.linalg.norm(axis) * angle
    whole = Rotation.from_rotvec(rotvec).as_matrix()
    share = share_of_rotation(whole, fraction)
    np.testing.assert_allclose(share @ share.T, np.eye(3), atol=1e-12)
    if angle < np.pi - 1e-6:  # at half a turn both senses are right
        np.testing.assert_allclose(share, Rotation.from_rotvec(fraction * rotvec).as_matrix(), atol=1e-9)
