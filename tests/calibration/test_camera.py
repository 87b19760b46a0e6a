from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration import NEAR_PLANE_M, Pinhole

CAMERA = Pinhole(721.5377, 715.0, 609.5593, 172.854, 1242, 375)


def test_agrees_with_opencv() -> None:
    points = np.random.default_rng(0).uniform([-20, -5, 1], [20, 5, 60], (200, 3))
    matrix = np.array([[721.5377, 0, 609.5593], [0, 715.0, 172.854], [0, 0, 1]])
    expected, _ = cv2.projectPoints(points, np.zeros(3), np.zeros(3), matrix, np.zeros(5))
    uv, visible = CAMERA.image_from_camera(points)
    assert visible.all()
    np.testing.assert_allclose(uv, expected[:, 0], atol=1e-9)


@given(st.floats(-3000, 3000), st.floats(-3000, 3000), st.floats(NEAR_PLANE_M, 200))
def test_rays_are_the_inverse(u: float, v: float, depth_m: float) -> None:
    ray = CAMERA.rays_from_image(np.array([[u, v]]))
    assert np.linalg.norm(ray) == pytest.approx(1.0)
    uv, visible = CAMERA.image_from_camera(ray / ray[0, 2] * depth_m)
    if visible[0]:
        np.testing.assert_allclose(uv, [[u, v]], atol=1e-6)


def test_what_is_behind_has_no_pixel() -> None:
    uv, visible = CAMERA.image_from_camera(np.array([[1.0, 1, -5], [0, 0, 0], [0, 0, 0.04], [0, 0, 0.05]]))
    assert visible.tolist() == [False, False, False, True]
    assert np.isnan(uv[:3]).all()


def test_pixels_may_lie_outside_the_image() -> None:
    uv, visible = CAMERA.image_from_camera(np.array([[100.0, 0, 1]]))
    assert visible[0]
    assert uv[0, 0] > CAMERA.width_px


@pytest.mark.parametrize(
    ("field", "value"), [("fx_px", 0.0), ("fy_px", -1.0), ("cx_px", float("nan")), ("width_px", 0)]
)
def test_impossible_cameras_are_refused(field: str, value: float) -> None:
    numbers = {"fx_px": 1.0, "fy_px": 1.0, "cx_px": 0.0, "cy_px": 0.0, "width_px": 2, "height_px": 2}
    with pytest.raises(ValueError, match=f"{field} must be finite"):
        Pinhole(**(numbers | {field: value}))  # type: ignore[arg-type]


def test_wrong_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"points_cam must have shape \(N, 3\), got \(3,\)"):
        CAMERA.image_from_camera(np.zeros(3))
    with pytest.raises(ValueError, match=r"uv must have shape \(N, 2\)"):
        CAMERA.rays_from_image(np.zeros((1, 3)))
