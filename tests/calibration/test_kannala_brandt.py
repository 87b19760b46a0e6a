from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration import NEAR_PLANE_M, KannalaBrandt
from geometry.arrays import FloatArray

INTRINSICS = (330.0, 331.0, 640.5, 480.25, 1280, 966)
MATRIX = np.array([[330.0, 0, 640.5], [0, 331.0, 480.25], [0, 0, 1]])
USUAL = (0.0148, 0.0025, -0.001, 0.0001)
CAMERA = KannalaBrandt(*INTRINSICS, coefficients=USUAL)
FOLDING = KannalaBrandt(*INTRINSICS, coefficients=(-0.2, 0.0, 0.0, 0.0))
NARROW = KannalaBrandt(2000.0, 2000.0, 640.0, 480.0, 1280, 960, coefficients=USUAL)
lenses = st.tuples(st.floats(-0.1, 0.1), st.floats(-0.03, 0.03), st.floats(-0.01, 0.01), st.floats(-0.003, 0.003)).map(
    lambda numbers: KannalaBrandt(*INTRINSICS, coefficients=numbers)
)


def rays_up_to(angle_rad: float, count: int = 500, seed: int = 0) -> FloatArray:
    rng = np.random.default_rng(seed)
    angle, azimuth = rng.uniform(0, angle_rad, count), rng.uniform(0, 2 * np.pi, count)
    return np.stack([np.sin(angle) * np.cos(azimuth), np.sin(angle) * np.sin(azimuth), np.cos(angle)], axis=1)


def test_projects_as_opencv() -> None:
    points = rays_up_to(1.55) * np.random.default_rng(1).uniform(10, 50, (500, 1))
    expected = cv2.fisheye.projectPoints(points[:, np.newaxis], np.zeros(3), np.zeros(3), MATRIX, np.array(USUAL))[0]
    uv, visible = CAMERA.image_from_camera(points)
    assert visible.all()
    np.testing.assert_allclose(uv, expected[:, 0], rtol=1e-11, atol=1e-8)


def test_rays_agree_with_opencv() -> None:
    uv = CAMERA.image_from_rays(rays_up_to(1.4))
    criteria = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 200, 1e-14)
    expected = cv2.fisheye.undistortPoints(uv[:, np.newaxis], MATRIX, np.array(USUAL), criteria=criteria)[:, 0]
    rays = CAMERA.rays_from_image(uv)
    np.testing.assert_allclose(rays[:, :2] / rays[:, 2:], expected, rtol=1e-8, atol=1e-9)


def test_sees_beyond_a_right_angle_as_far_as_the_image_reaches() -> None:
    assert np.pi / 2 < CAMERA.max_angle_rad < np.deg2rad(150)
    rays = rays_up_to(CAMERA.max_angle_rad - 1e-6)
    assert (rays[:, 2] < 0).any()
    uv, visible = CAMERA.image_from_camera(rays * 3.0)
    assert visible.all()
    np.testing.assert_allclose(CAMERA.rays_from_image(uv), rays, atol=1e-10)
    corners = CAMERA.rays_from_image([[-0.5, -0.5], [1279.5, -0.5], [-0.5, 965.5], [1279.5, 965.5]])
    assert np.arccos(corners[:, 2]).max() == pytest.approx(CAMERA.max_angle_rad, abs=1e-9)
    angles = np.array([CAMERA.max_angle_rad + 1e-6, np.pi])
    beyond = np.stack([np.sin(angles), np.zeros(2), np.cos(angles)], axis=1)
    assert not CAMERA.image_from_camera(beyond)[1].any()


def test_a_narrow_lens_ends_at_a_right_angle() -> None:
    assert NARROW.max_angle_rad == np.pi / 2
    assert NARROW.image_from_camera([[5.0, 0.0, 0.06], [5.0, 0.0, 0.04], [5.0, 0.0, -1.0]])[1].tolist() == [
        True,
        False,
        False,
    ]


def test_the_lens_angle_narrows_what_is_seen() -> None:
    camera = KannalaBrandt(*INTRINSICS, coefficients=USUAL, lens_angle_rad=1.0)
    assert camera.max_angle_rad == 1.0
    assert camera.image_from_camera([[1.5, 0, 1], [1.6, 0, 1]])[1].tolist() == [True, False]
    assert np.isnan(camera.rays_from_image(CAMERA.image_from_rays([[1.6, 0, 1]]))).all()


def test_the_axis_is_the_principal_point() -> None:
    uv = CAMERA.image_from_rays([[0.0, 0, 7], [1e-13, 0, 7], [1e-9, 0, 1]])
    np.testing.assert_allclose(uv, [[640.5, 480.25]] * 3, atol=1e-6)
    np.testing.assert_allclose(CAMERA.rays_from_image([[640.5, 480.25]]), [[0, 0, 1]])


def test_what_would_fold_back_into_the_image_is_not_visible() -> None:
    # θ (1 - 0.2 θ²) turns back at θ² = 1 / 0.6, which lies inside the right angle.
    assert FOLDING.max_angle_rad == pytest.approx(np.sqrt(1 / 0.6), rel=1e-9)
    beyond = np.array([[np.sin(1.5), 0, np.cos(1.5)]]) * 20
    folded = cv2.fisheye.projectPoints(
        beyond[:, np.newaxis], np.zeros(3), np.zeros(3), MATRIX, np.array(FOLDING.coefficients)
    )[0]
    assert folded[0, 0, 0] < 1280
    assert not FOLDING.image_from_camera(beyond)[1].any()


@settings(deadline=None, max_examples=60)
@given(lenses, st.integers(0, 2**32 - 1))
def test_rays_are_the_inverse_in_the_whole_cone(camera: KannalaBrandt, seed: int) -> None:
    rays = rays_up_to(0.999 * camera.max_angle_rad, 200, seed)
    uv = camera.image_from_rays(rays)
    back = camera.rays_from_image(uv)
    assert not np.isnan(back).any()
    np.testing.assert_allclose(camera.image_from_rays(back), uv, atol=2e-9)
    np.testing.assert_allclose(back, rays, atol=1e-7)


def test_pixels_that_no_ray_meets_are_flagged() -> None:
    assert np.isnan(FOLDING.rays_from_image([[1280.0, 960.0], [20_000.0, 0.0]])).all()


def test_what_is_too_near_has_no_pixel() -> None:
    points = np.array([[0.0, 0, 0], [0, 0, NEAR_PLANE_M - 1e-9], [0, 0, NEAR_PLANE_M], [NEAR_PLANE_M, 0, -1e-3]])
    assert CAMERA.image_from_camera(points)[1].tolist() == [False, False, True, True]


@pytest.mark.parametrize("numbers", [(), (0.1,) * 5, (float("inf"),) * 4])
def test_impossible_coefficients_are_refused(numbers: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="coefficients must be 4 finite numbers"):
        KannalaBrandt(*INTRINSICS, coefficients=numbers)  # type: ignore[arg-type]


def test_an_impossible_lens_angle_is_refused() -> None:
    with pytest.raises(ValueError, match="lens_angle_rad must lie between 0 and π"):
        KannalaBrandt(*INTRINSICS, coefficients=USUAL, lens_angle_rad=4.0)
