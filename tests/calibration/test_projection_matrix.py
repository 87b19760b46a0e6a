from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from calibration import Pinhole, pinhole_from_projection, projection_from_pinhole
from geometry import SE3

KITTI_P2 = np.array(
    [
        [721.5377, 0.0, 609.5593, 44.85728],
        [0.0, 721.5377, 172.854, 0.2163791],
        [0.0, 0.0, 1.0, 0.002745884],
    ]
)
angle = st.floats(-3.1, 3.1)
metres = st.floats(-5, 5)


@given(
    st.tuples(st.floats(200, 3000), st.floats(200, 3000), st.floats(0, 2000), st.floats(0, 2000)),
    st.tuples(angle, angle, angle),
    st.tuples(metres, metres, metres),
    st.sampled_from([1.0, -1.0, 0.002, -700.0]),
)
def test_any_camera_comes_back_at_any_scale(
    intrinsics: tuple[float, float, float, float],
    turn: tuple[float, float, float],
    shift: tuple[float, float, float],
    scale: float,
) -> None:
    pinhole = Pinhole(*intrinsics, 640, 480)
    cam_from_base = SE3(Rotation.from_rotvec(turn).as_matrix(), np.array(shift))
    again, again_from_base = pinhole_from_projection(scale * projection_from_pinhole(pinhole, cam_from_base), 640, 480)
    assert again_from_base.is_close(cam_from_base, translation_m=1e-7, rotation_rad=1e-8)
    np.testing.assert_allclose([again.fx_px, again.fy_px, again.cx_px, again.cy_px], intrinsics, rtol=1e-8, atol=1e-6)


def test_kittis_fourth_column_is_where_the_camera_sits() -> None:
    pinhole, cam_from_rect = pinhole_from_projection(KITTI_P2, 1242, 375)
    assert (pinhole.fx_px, pinhole.cy_px) == (721.5377, 172.854)
    np.testing.assert_array_equal(cam_from_rect.rotation, np.eye(3))
    np.testing.assert_allclose(cam_from_rect.translation, [0.0598490, -0.000357, 0.0027459], atol=1e-5)
    point = np.array([3.0, 1.0, 12.0])
    homogeneous = KITTI_P2 @ [*point, 1.0]
    uv, _ = pinhole.image_from_camera(cam_from_rect.apply(point)[np.newaxis])
    np.testing.assert_allclose(uv[0], homogeneous[:2] / homogeneous[2], atol=1e-9)


@pytest.mark.parametrize(
    ("projection", "message"),
    [
        (np.zeros((3, 4)), "no inverse"),
        (np.eye(3), r"shape \(3, 4\), got \(3, 3\)"),
        (np.full((3, 4), np.nan), "finite"),
        (KITTI_P2 + [[0, 50, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]], "skewed by 50"),
    ],
)
def test_what_is_no_camera_is_refused(projection: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        pinhole_from_projection(projection, 10, 10)  # type: ignore[arg-type]
