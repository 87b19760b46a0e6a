"""The laws of rigid transforms, near identity included."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from geometry import SE3

COORDINATES = st.floats(-1e4, 1e4)
ANGLES = st.one_of(st.floats(-np.pi, np.pi), st.floats(-1e-7, 1e-7))


@st.composite
def transforms(draw: st.DrawFn) -> SE3:
    rotation_vector = [draw(ANGLES), draw(ANGLES), draw(ANGLES)]
    translation = [draw(COORDINATES), draw(COORDINATES), draw(COORDINATES)]
    return SE3(Rotation.from_rotvec(rotation_vector).as_matrix(), np.array(translation))


@given(transforms(), transforms(), transforms())
def test_composition_is_associative(a: SE3, b: SE3, c: SE3) -> None:
    assert ((a @ b) @ c).is_close(a @ (b @ c), translation_m=1e-7, rotation_rad=1e-12)


@given(transforms())
def test_inverse_gives_identity_on_both_sides(dst_from_src: SE3) -> None:
    for identity in (dst_from_src @ dst_from_src.inverse(), dst_from_src.inverse() @ dst_from_src):
        assert identity.is_close(SE3.identity(), translation_m=1e-8, rotation_rad=1e-12)


@given(transforms(), transforms(), COORDINATES)
def test_applying_a_product_is_applying_both(a: SE3, b: SE3, x: float) -> None:
    points = np.array([[x, 1.0, -2.0], [0.0, 0.0, 0.0]])
    np.testing.assert_allclose((a @ b).apply(points), a.apply(b.apply(points)), atol=1e-7)


@given(transforms())
def test_quaternion_and_matrix_round_trips(dst_from_src: SE3) -> None:
    through_quat = SE3.from_quat_wxyz(dst_from_src.quat_wxyz, dst_from_src.translation)
    through_matrix = SE3.from_matrix(dst_from_src.matrix)
    assert through_quat.is_close(dst_from_src, rotation_rad=1e-12)
    assert through_matrix.is_close(dst_from_src, rotation_rad=1e-12)
    assert dst_from_src.quat_wxyz[0] >= 0


@given(ANGLES)
def test_yaw_survives_and_wraps(yaw_rad: float) -> None:
    turned = SE3.from_yaw(yaw_rad + 2 * np.pi, [0, 0, 0])
    assert -np.pi <= turned.yaw_rad < np.pi
    assert np.cos(turned.yaw_rad - yaw_rad) == pytest.approx(1.0)


@given(st.floats(1e-9, 1e-3))
def test_small_turns_are_told_from_identity(angle_rad: float) -> None:
    turned = SE3.from_yaw(angle_rad, [0, 0, 0])
    assert turned.is_close(SE3.identity(), rotation_rad=angle_rad * 1.01)
    assert not turned.is_close(SE3.identity(), rotation_rad=angle_rad * 0.99)


def test_empty_points_stay_empty() -> None:
    assert SE3.identity().apply(np.zeros((0, 3))).shape == (0, 3)


def test_survives_pickling_and_compares_by_value() -> None:
    transform = SE3.from_yaw(0.3, [1, 2, 3])
    again = pickle.loads(pickle.dumps(transform))
    assert again == transform
    assert hash(again) == hash(transform)
    assert transform != SE3.from_yaw(0.3, [1, 2, 4])


@pytest.mark.parametrize(
    ("rotation", "translation", "message"),
    [
        (np.eye(2), np.zeros(3), "rotation must have shape \\(3, 3\\)"),
        (np.eye(3), np.zeros(2), "translation must have shape \\(3\\)"),
        (np.diag([1.0, 1.0, -1.0]), np.zeros(3), "right-handed"),
        (np.eye(3) * 1.01, np.zeros(3), "orthonormal"),
        (np.eye(3), np.array([0, 0, np.nan]), "finite"),
    ],
)
def test_bad_parts_are_refused(rotation: np.ndarray, translation: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SE3(rotation, translation)


def test_a_rounded_matrix_is_made_orthonormal_and_a_wrong_one_refused() -> None:
    rounded = np.round(SE3.from_yaw(0.4321, [1, 2, 3]).matrix, 4)
    assert SE3.from_matrix(rounded).is_close(SE3.from_yaw(0.4321, [1, 2, 3]), rotation_rad=1e-4)
    with pytest.raises(ValueError, match="orthonormal within"):
        SE3.from_matrix(np.eye(4) * 1.5)
    with pytest.raises(ValueError, match="shape"):
        SE3.from_matrix(np.eye(3))


def test_a_quaternion_of_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="length 1"):
        SE3.from_quat_wxyz([1, 1, 0, 0], [0, 0, 0])
