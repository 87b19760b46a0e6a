from __future__ import annotations

import pickle

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from calibration import NEAR_PLANE_M, BrownConrady, Pinhole
from geometry.arrays import FloatArray

INTRINSICS = (984.2439, 980.8141, 690.0, 233.1966, 1392, 512)
MATRIX = np.array([[984.2439, 0, 690.0], [0, 980.8141, 233.1966], [0, 0, 1]])
LENSES = {
    "barrel": (-0.3728755, 0.2037299, 0.002219027, 0.001383707),
    "barrel of five": (-0.3728755, 0.2037299, 0.002219027, 0.001383707, -0.07233722),
    "pincushion": (0.2, 0.05, 0.0, 0.0, 0.01),
    "rational": (0.9, 0.2, -0.0006, 0.0002, 0.01, 1.25, 0.4, 0.03),
    "with prism": (-0.2, 0.05, 0.001, -0.002, 0.001, 0.1, 0.02, 0.001, 0.002, -0.001, 0.003, 0.0005),
    "folds early": (-0.6, 0.0, 0.0, 0.0, 0.0),
    "strongly off-centre": (-0.25, 0.05, 0.02, -0.03, 0.0),
}
CAMERAS = {name: BrownConrady(*INTRINSICS, coefficients=numbers) for name, numbers in LENSES.items()}
each_lens = pytest.mark.parametrize("name", LENSES)
lenses = st.tuples(
    st.floats(-0.5, 0.3), st.floats(-0.2, 0.2), st.floats(-0.01, 0.01), st.floats(-0.01, 0.01), st.floats(-0.1, 0.1)
).map(lambda numbers: BrownConrady(*INTRINSICS, coefficients=numbers))


def points_in_cone(camera: BrownConrady, count: int = 500, seed: int = 0) -> FloatArray:
    """Points anywhere inside the cone in which the lens holds, up to its rim."""
    rng = np.random.default_rng(seed)
    angle, azimuth = rng.uniform(0, 0.9999 * camera.max_angle_rad, count), rng.uniform(0, 2 * np.pi, count)
    rays = np.stack([np.sin(angle) * np.cos(azimuth), np.sin(angle) * np.sin(azimuth), np.cos(angle)], axis=1)
    return np.asarray(rays / rays[:, 2:] * rng.uniform(0.1, 80, (count, 1)))


def by_opencv(points: FloatArray, name: str) -> FloatArray:
    return np.asarray(cv2.projectPoints(points, np.zeros(3), np.zeros(3), MATRIX, np.array(LENSES[name]))[0][:, 0])


def _plane(uv: ArrayLike) -> FloatArray:
    return np.asarray((np.asarray(uv) - MATRIX[:2, 2]) / MATRIX[[0, 1], [0, 1]])


@each_lens
def test_projects_as_opencv(name: str) -> None:
    points = points_in_cone(CAMERAS[name])
    expected = by_opencv(points, name)
    uv, visible = CAMERAS[name].image_from_camera(points)
    assert visible.all()
    np.testing.assert_allclose(uv, expected, rtol=1e-11, atol=1e-8)


@each_lens
def test_rays_agree_with_opencv_over_the_image(name: str) -> None:
    camera = CAMERAS[name]
    uv = np.random.default_rng(1).uniform([0, 0], [1391, 511], (300, 2))
    rays = camera.rays_from_image(uv)
    found = ~np.isnan(rays).any(axis=1)
    assert found.mean() > 0.5
    criteria = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 500, 1e-14)
    expected = _plane(cv2.undistortImagePoints(uv[found], MATRIX, np.array(LENSES[name]), None, criteria)[:, 0])
    # OpenCV's own iteration does not reach the rim of strong lenses: it is judged where its answer leads back.
    back = cv2.projectPoints(
        np.pad(expected, ((0, 0), (0, 1)), constant_values=1.0),
        np.zeros(3),
        np.zeros(3),
        MATRIX,
        np.array(LENSES[name]),
    )[0][:, 0]
    trusted = np.linalg.norm(back - uv[found], axis=1) < 1e-8
    assert trusted.mean() > 0.8
    mine = rays[found][:, :2] / rays[found][:, 2:]
    inside = np.hypot(*expected.T) < np.tan(camera.max_angle_rad)
    np.testing.assert_allclose(mine[trusted & inside], expected[trusted & inside], atol=1e-10)


@each_lens
def test_rays_lead_back_to_their_pixel_or_are_flagged(name: str) -> None:
    camera = CAMERAS[name]
    uv = np.random.default_rng(2).uniform([-2000, -2000], [3400, 2500], (2000, 2))
    rays = camera.rays_from_image(uv)
    found = ~np.isnan(rays).any(axis=1)
    assert found.any()
    np.testing.assert_allclose(np.linalg.norm(rays[found], axis=1), 1.0, atol=1e-14)
    again = camera.image_from_rays(rays[found])
    assert np.linalg.norm(again - uv[found], axis=1).max() <= 1e-9 + 1e-12 * np.abs(uv).max()


@settings(deadline=None, max_examples=60)
@given(lenses, st.integers(0, 2**32 - 1))
def test_no_two_points_in_the_cone_share_a_pixel(camera: BrownConrady, seed: int) -> None:
    """The way back from a pixel leads to the very point that it came from, so nothing folds over."""
    points = points_in_cone(camera, 200, seed)
    uv, visible = camera.image_from_camera(points)
    assert visible.all()
    rays = camera.rays_from_image(uv)
    met = ~np.isnan(rays).any(axis=1)
    # At the rim itself a pixel hardly moves with its ray, and the way back may miss it.
    assert met.mean() > 0.97
    directions = points[met] / np.linalg.norm(points[met], axis=1, keepdims=True)
    assert np.linalg.norm(rays[met] - directions, axis=1).max() < 1e-4


def test_what_would_fold_back_into_the_image_is_not_visible() -> None:
    camera = CAMERAS["folds early"]
    # r (1 - 0.6 r²) turns back at r² = 1 / 1.8.
    assert np.tan(camera.max_angle_rad) == pytest.approx(np.sqrt(1 / 1.8), rel=1e-9)
    beyond = np.array([[1.0, 0, 1], [1.29, 0, 1], [-2, 1, 1], [0.5, 0, 1]])
    folded = by_opencv(beyond, "folds early")
    assert (abs(folded[:2, 0] - 690) < 700).all()
    uv, visible = camera.image_from_camera(beyond)
    assert visible.tolist() == [False, False, False, True]
    assert np.isnan(uv[:3]).all()


def test_the_guard_lies_beyond_the_image_of_a_usual_lens() -> None:
    camera = CAMERAS["barrel of five"]
    corners = camera.rays_from_image([[-0.5, -0.5], [1391.5, -0.5], [-0.5, 511.5], [1391.5, 511.5]])
    assert np.arccos(corners[:, 2]).max() < camera.max_angle_rad


def test_without_distortion_it_is_a_pinhole() -> None:
    camera, pinhole = BrownConrady(*INTRINSICS, coefficients=(0.0,) * 5), Pinhole(*INTRINSICS)
    points = np.random.default_rng(3).normal(scale=20, size=(300, 3))
    assert not camera.bends_lines
    assert camera.max_angle_rad == np.pi / 2
    (uv, visible), (pinhole_uv, pinhole_visible) = camera.image_from_camera(points), pinhole.image_from_camera(points)
    np.testing.assert_allclose(uv, pinhole_uv, rtol=1e-12)
    np.testing.assert_array_equal(visible, pinhole_visible)


def test_what_is_behind_has_no_pixel() -> None:
    points = np.array([[0.0, 0, -5], [0, 0, 0], [0, 0, NEAR_PLANE_M - 1e-9], [0, 0, NEAR_PLANE_M]])
    assert CAMERAS["barrel"].image_from_camera(points)[1].tolist() == [False, False, False, True]


@pytest.mark.parametrize("numbers", [(), (0.1,) * 6, (0.1,) * 14, (float("nan"),) * 5])
def test_impossible_coefficients_are_refused(numbers: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="coefficients must be 4, 5, 8 or 12 finite numbers"):
        BrownConrady(*INTRINSICS, coefficients=numbers)


def test_travels_to_other_processes() -> None:
    camera = CAMERAS["rational"]
    camera.rays_from_image([[1.0, 2.0]])
    assert pickle.loads(pickle.dumps(camera)) == camera
