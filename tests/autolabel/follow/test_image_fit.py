"""Rectangles of made pictures become boxes; where there is nothing to go by, a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autolabel.follow import Subject, fit_in_image
from calibration import Pinhole
from fusion import CameraView
from geometry import SE3, Box, iou_3d_aligned
from pointcloud import FitScene

SIZE = (4.4, 1.8, 1.5)
CAR = Subject("Car", (4.2, 1.8, 1.5), is_rigid=True)
CAM_FROM_FORWARD = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [1.0, 0.0, 0.0]])
FORWARD = CameraView(Pinhole(700.0, 700.0, 620.0, 187.0, 1242, 375), SE3(CAM_FROM_FORWARD, np.array([0.0, 1.6, 0.0])))


@pytest.mark.parametrize("yaw", [0.0, 0.4, 1.5])
def test_a_rectangle_around_a_car(make_drive: Callable[..., Any], yaw: float) -> None:
    """With another car behind it, which the rectangle holds too."""
    near = Box.from_yaw([16.0, 2.0, 0.75], SIZE, yaw)
    far = Box.from_yaw([34.0, 4.5, 0.75], SIZE, 0.0)
    made = make_drive([lambda _t: near, lambda _t: far], frames=1)
    drawn = FORWARD.project_box(near)
    assert drawn is not None
    found = fit_in_image(made.drive.cloud(0), FORWARD, drawn.proj_ltrb_px, CAR)
    assert found.fitted is not None
    assert found.overlap > 0.75
    assert iou_3d_aligned([found.fitted.box], [near])[0] > 0.5
    left, top, right, bottom = drawn.proj_ltrb_px
    assert fit_in_image(made.drive.cloud(0), FORWARD, (right, bottom, left, top), CAR) == found


@pytest.mark.parametrize(
    ("ltrb_px", "code"),
    [
        ((10.0, 10.0, 60.0, 40.0), "no_points_in_rectangle"),
        ((10.0, 10.0, 11.0, 300.0), "rectangle_too_small"),
        ((-900.0, -900.0, -100.0, -100.0), "no_points_in_rectangle"),
    ],
)
def test_where_nothing_is_there_is_a_reason(
    make_drive: Callable[..., Any], ltrb_px: tuple[float, float, float, float], code: str
) -> None:
    made = make_drive([], frames=1)
    found = fit_in_image(made.drive.cloud(0), FORWARD, ltrb_px, CAR)
    assert found.fitted is None
    assert found.reason is not None
    assert found.reason.code == code


@pytest.mark.parametrize("points", [np.zeros((0, 3)), np.full((50, 3), [-20.0, 0.0, 0.5])])
def test_a_camera_that_sees_no_points_says_so(points: Any) -> None:
    found = fit_in_image(FitScene.of(points, np.zeros(3)), FORWARD, (100.0, 100.0, 300.0, 300.0), CAR)
    assert found.reason is not None
    assert found.reason.code == "camera_sees_no_points"
