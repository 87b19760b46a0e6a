from __future__ import annotations

import pickle

import pytest

from calibration import BrownConrady, Pinhole, SensorRig
from geometry import SE3

CAMERA = Pinhole(100, 100, 50, 40, 100, 80)


def test_a_sensor_without_a_place_is_refused() -> None:
    with pytest.raises(ValueError, match="lacks image_02, velodyne"):
        SensorRig({}, {"image_02": CAMERA}, ("velodyne",))


def test_cam_from_ego_is_the_inverse_of_the_place() -> None:
    ego_from_camera = SE3.from_yaw(1.0, [1, 2, 3])
    rig = SensorRig({"image_02": ego_from_camera}, {"image_02": CAMERA}, ())
    assert (rig.cam_from_ego("image_02") @ ego_from_camera).is_close(SE3.identity())


def test_an_unknown_camera_is_named() -> None:
    rig = SensorRig({"image_02": SE3.identity()}, {"image_02": CAMERA}, ())
    with pytest.raises(ValueError, match="camera must be one of image_02, got image_09"):
        rig.cam_from_ego("image_09")


def test_travels_to_other_processes() -> None:
    rig = SensorRig({"image_02": SE3.identity()}, {"image_02": CAMERA}, ())
    assert pickle.loads(pickle.dumps(rig)) == rig


def test_whether_images_are_raw_is_explicit() -> None:
    bending = BrownConrady(100, 100, 50, 40, 100, 80, coefficients=(-0.1, 0.0, 0.0, 0.0))
    place = {"cam": SE3.identity(), "other": SE3.identity()}
    assert SensorRig(place, {"cam": bending, "other": CAMERA}, (), images_are="raw").images_are == "raw"
    with pytest.raises(ValueError, match=r"rectified images have no distortion, but these cameras have: cam$"):
        SensorRig(place, {"cam": bending, "other": CAMERA}, ())
    with pytest.raises(ValueError, match="images_are must be raw or rectified, got bent"):
        SensorRig(place, {}, (), images_are="bent")  # type: ignore[arg-type]
