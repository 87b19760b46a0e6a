from __future__ import annotations

import json
from typing import Any

import pytest

from calibration import BrownConrady, KannalaBrandt, Pinhole
from formats.openlabel.streams import decode_camera, encode_camera
from geometry import SE3


@pytest.mark.parametrize(
    "camera",
    [
        Pinhole(700.5, 701, 320.25, 240, 640, 480),
        BrownConrady(700, 701, 320, 240, 640, 480, coefficients=(0.1, 0.01, 0, 1e-3)),
        BrownConrady(700, 701, 320, 240, 640, 480, coefficients=(0.1, 0.01, 0, 1e-3, 0.2)),
        KannalaBrandt(300, 301, 320, 240, 640, 480, coefficients=(0.1, 0.01, 0, 1e-3)),
        KannalaBrandt(300, 301, 320, 240, 640, 480, coefficients=(0.1, 0, 0, 1e-3), lens_angle_rad=1.4),
    ],
)
def test_cameras_come_back(camera: Any) -> None:
    made, place = decode_camera(json.loads(json.dumps(encode_camera(camera))))
    assert made == camera
    assert place == SE3.identity()


def test_a_fisheye_of_five_coefficients_scales_its_focal_length() -> None:
    fields = {"width_px": 640, "height_px": 480, "center_x": 320.0, "center_y": 240.0, "model": "kannala"}
    made, _ = decode_camera({"intrinsics_fisheye": fields | {"lens_coeffs_1xN": [300.0, 30.0, 0.0, 0.0, 3.0]}})
    assert isinstance(made, KannalaBrandt)
    assert (made.fx_px, made.coefficients) == (300.0, (0.1, 0.0, 0.0, 0.01))


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({}, "found none"),
        ({"intrinsics_cylindrical": {"width_px": 1}}, "found intrinsics_cylindrical"),
        ({"intrinsics_custom": {}}, "found intrinsics_custom"),
        ({"intrinsics_fisheye": {"model": "radial_poly", "lens_coeffs_1xN": [1, 2, 3, 4]}}, "radial_poly"),
        ({"intrinsics_fisheye": {"lens_coeffs": [1, 2]}}, "4 or 5 numbers"),
        ({"intrinsics_pinhole": {"camera_matrix": [1] * 12}}, "width_px"),
        ({"intrinsics_pinhole": {"camera_matrix": "x"}}, "12 or 9 numbers"),
    ],
)
def test_other_cameras_are_refused(properties: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        decode_camera(properties)
