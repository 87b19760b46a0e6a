from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calibration import BrownConrady, KannalaBrandt, Pinhole
from formats import open_dataset
from geometry import SE3
from tests.formats.ros.recordings import OPTICAL, START, K, messages, opened, png, simple


@pytest.mark.parametrize(
    ("info", "wanted"),
    [
        ({"d": [-0.1, 0.01, 0.001, 0.002, 0.0]}, BrownConrady),
        ({"d": [-0.1, 0.01, 0, 0, 0, 0.01, 0, 0], "model": "rational_polynomial"}, BrownConrady),
        ({"d": [-0.1] + [0.0] * 13, "model": "rational_polynomial"}, BrownConrady),
        ({"d": [0.1, 0.01, 0, 0], "model": "equidistant"}, KannalaBrandt),
        ({"d": [0.0] * 5}, Pinhole),
        ({"d": []}, Pinhole),
    ],
)
def test_lenses_of_raw_images(info: dict[str, Any], wanted: type, tmp_path: Path) -> None:
    recorder = simple(frames=1)
    recorder.messages = [item for item in recorder.messages if "camera_info" not in item[0]]
    recorder.info("/cam/camera_info", START, "cam", (64, 48), K, **info)
    scene = opened(recorder, tmp_path)
    camera = scene.rig.cameras["cam"]
    assert isinstance(camera, wanted)
    assert scene.rig.images_are == "raw"
    if isinstance(camera, BrownConrady | KannalaBrandt):
        np.testing.assert_array_equal(camera.coefficients[: len(info["d"][:4])], info["d"][:4])
    (rectified,) = open_dataset(tmp_path, assume={"images": "rectified"}).scenes
    assert rectified.rig.cameras["cam"] == Pinhole(100.0, 101.0, 31.5, 23.5, 64, 48)
    assert rectified.rig.images_are == "rectified"


@pytest.mark.parametrize(
    ("info", "message"),
    [
        ({"d": [0.1, 0.2]}, "expected 4, 5, 8, 12 coefficients, found 2"),
        ({"d": [0.1] * 4, "model": "my_lens"}, "expected a distortion_model"),
        ({"d": [0.1] * 5, "model": "equidistant"}, "expected 4 coefficients"),
        ({"d": [float("nan")] * 4}, "finite"),
    ],
)
def test_a_lens_that_is_not_known_leaves_its_camera_out(info: dict[str, Any], message: str, tmp_path: Path) -> None:
    recorder = simple(frames=1)
    recorder.messages = [item for item in recorder.messages if "camera_info" not in item[0]]
    recorder.info("/cam/camera_info", START, "cam", (64, 48), K, **info)
    scene = opened(recorder, tmp_path)
    assert scene.rig.cameras == {}
    assert message in messages(scene)
    assert len(scene.frames[0].sweeps) == 2


def test_a_stereo_pair_in_one_frame_is_moved_by_its_projection(tmp_path: Path) -> None:
    recorder = simple(frames=1)
    turn = SE3.from_yaw(0.02, [0, 0, 0]).rotation
    p = np.array([[100.0, 0, 31.5, -54.0], [0, 100, 23.5, 0], [0, 0, 1, 0]])
    for side, column in (("left", 0.0), ("right", -54.0)):
        p[0, 3] = column
        recorder.info(f"/{side}/camera_info", START, "cam", (64, 48), K, p=p.copy(), r=turn)
        recorder.compressed(f"/{side}/image_rect", START, "cam", png())
    recorder.messages = [item for item in recorder.messages if not item[0].startswith("/cam/")]
    scene = opened(recorder, tmp_path)
    left_from_right = scene.rig.ego_from_sensor["left"].inverse() @ scene.rig.ego_from_sensor["right"]
    assert left_from_right.is_close(SE3(np.eye(3), np.array([0.54, 0, 0])), translation_m=1e-9)
    points_frame = np.array([[0.3, -0.2, 8.0]])
    uvw = np.append(turn @ points_frame[0], 1) @ p.T
    points_cam = scene.rig.cam_from_ego("right").apply(OPTICAL.apply(points_frame))
    uv, visible = scene.rig.cameras["right"].image_from_camera(points_cam)
    assert visible.all()
    np.testing.assert_allclose(uv[0], uvw[:2] / uvw[2], atol=1e-9)


def test_camera_frames_that_look_along_x_are_found(tmp_path: Path) -> None:
    recorder = simple(frames=1)
    recorder.messages = [
        item for item in recorder.messages if not (item[0] == "/tf_static" and "cam" in str(item[3].transforms))
    ]
    recorder.transform("/tf_static", START, "base_link", "cam", SE3(np.eye(3), OPTICAL.translation))
    scene = opened(recorder, tmp_path)
    assert scene.rig.ego_from_sensor["cam"].is_close(OPTICAL, rotation_rad=1e-9)
