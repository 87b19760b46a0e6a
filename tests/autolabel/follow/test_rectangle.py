"""A rectangle says by how much the pictures of boxes reach beyond it."""

from __future__ import annotations

import numpy as np
import pytest

from autolabel.follow import RectangleWitness
from calibration import KannalaBrandt, Pinhole
from fusion import CameraView
from geometry import SE3, Box

CAM_FROM_FORWARD = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [1.0, 0.0, 0.0]])
CAM_FROM_EGO = SE3(CAM_FROM_FORWARD, np.array([0.0, 1.6, 0.0]))
LENSES = (
    Pinhole(700.0, 700.0, 620.0, 187.0, 1242, 375),
    KannalaBrandt(385.0, 385.0, 620.0, 187.0, 1242, 375, (-0.02, 0.004, -0.001, 0.0001), float(np.deg2rad(95.0))),
)
CAR = Box.from_yaw([16.0, 2.0, 0.75], [4.4, 1.8, 1.5], 0.3)


@pytest.mark.parametrize("camera", LENSES, ids=["pinhole", "fisheye"])
def test_a_box_deviates_nothing_from_its_own_picture(camera: Pinhole | KannalaBrandt) -> None:
    """And outward is more, inward less than nothing."""
    view = CameraView(camera, CAM_FROM_EGO)
    drawn = view.project_box(CAR)
    assert drawn is not None
    assert drawn.trunc_ltrb_px is not None
    witness = RectangleWitness(view, drawn.trunc_ltrb_px)
    large, small = (Box(CAR.frame_from_object, CAR.size_lwh_m * share) for share in (1.3, 0.7))
    same, beyond, within = witness.deviations(np.stack([box.corners() for box in (CAR, large, small)]))
    assert np.abs(same).max() < 0.2
    assert (beyond > 1.0).all()
    assert (within < -1.0).all()


def test_at_the_border_of_the_image_nothing_is_said() -> None:
    """A car that leaves the picture may be as long as it likes."""
    view = CameraView(LENSES[0], CAM_FROM_EGO)
    near = Box.from_yaw([6.0, 5.5, 0.75], CAR.size_lwh_m, 0.0)
    longer = Box.from_yaw([5.0, 5.5, 0.75], CAR.size_lwh_m + [2.0, 0.0, 0.0], 0.0)
    drawn = view.project_box(near)
    assert drawn is not None
    assert drawn.trunc_ltrb_px is not None
    assert drawn.trunc_ltrb_px[0] == 0.0
    deviations = RectangleWitness(view, drawn.trunc_ltrb_px).deviations(np.stack([near.corners(), longer.corners()]))
    assert deviations[:, 0].tolist() == [0.0, 0.0]


def test_what_the_camera_cannot_see_deviates_much() -> None:
    behind = Box.from_yaw([-16.0, 2.0, 0.75], CAR.size_lwh_m, 0.0)
    witness = RectangleWitness(CameraView(LENSES[0], CAM_FROM_EGO), (100.0, 100.0, 200.0, 200.0))
    assert (witness.deviations(behind.corners()[np.newaxis]) > 10.0).all()
