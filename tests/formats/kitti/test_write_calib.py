from __future__ import annotations

from pathlib import Path

import pytest

from calibration import Pinhole, SensorRig
from formats import open_dataset
from formats.kitti.calib import RECT, build_rig, read_object_calib
from formats.kitti.views import pick_label_camera
from formats.kitti.write_calib import calib_text
from geometry import SE3


def read_back(rig: SensorRig, tmp_path: Path) -> SensorRig:
    (tmp_path / "a.txt").write_text(calib_text(rig))
    calib = read_object_calib(tmp_path / "a.txt")
    assert calib.errors == []
    return build_rig(calib, list(rig.cameras))


def test_cameras_that_look_anywhere_come_back(tracking: Path, tmp_path: Path) -> None:
    (scene,) = open_dataset(tracking).scenes
    again = read_back(scene.rig, tmp_path)
    for name, ego_from_sensor in scene.rig.ego_from_sensor.items():
        assert again.ego_from_sensor[name].is_close(ego_from_sensor, translation_m=1e-9, rotation_rad=1e-9)
    for name, camera in scene.rig.cameras.items():
        assert isinstance(camera, Pinhole)
        other = again.cameras[name]
        assert isinstance(other, Pinhole)
        assert other.fx_px == pytest.approx(camera.fx_px, abs=1e-8)
        assert (other.width_px, other.height_px) == (camera.width_px, camera.height_px)


def test_a_size_that_cannot_be_guessed_is_written(tmp_path: Path) -> None:
    camera = Pinhole(500.0, 500.0, 300.0, 200.0, 640, 480)
    rig = SensorRig({"image_02": SE3.identity(), "velodyne": SE3.identity()}, {"image_02": camera}, ("velodyne",))
    assert "S_rect_02" in calib_text(rig)
    assert read_back(rig, tmp_path).cameras == {"image_02": camera}


def test_a_rig_of_other_names_is_written_by_its_first_camera(tmp_path: Path) -> None:
    camera = Pinhole(500.0, 500.0, 319.5, 239.5, 640, 480)
    front = SE3.from_yaw(0.2, [1, 2, 3])
    rig = SensorRig({"cam_front": front}, {"cam_front": camera}, ())
    assert pick_label_camera(tuple(rig.cameras)) == "cam_front"
    (tmp_path / "a.txt").write_text(calib_text(rig))
    again = build_rig(read_object_calib(tmp_path / "a.txt"), ["image_02"])
    assert again.ego_from_sensor[RECT].is_close(front, translation_m=1e-9, rotation_rad=1e-9)
    assert again.cameras == {"image_02": camera}


def test_a_rig_without_a_camera_is_refused() -> None:
    with pytest.raises(ValueError, match="rig must have a camera"):
        calib_text(SensorRig({}, {}, ()))
