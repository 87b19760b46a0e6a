from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from calibration import SensorRig
from formats import FormatError, open_dataset
from formats.kitti import DriveFrame, write_drive
from fusion import read_image


def test_what_is_written_is_what_is_read(tracking: Path, rig: SensorRig, drive_frames: list[DriveFrame]) -> None:
    (scene,) = open_dataset(tracking).scenes
    for name, ego_from_sensor in rig.ego_from_sensor.items():
        assert scene.rig.ego_from_sensor[name].is_close(ego_from_sensor, translation_m=1e-9, rotation_rad=1e-9)
    for frame, reference in zip(drive_frames, scene.frames, strict=True):
        cloud = reference.sweeps[0].cloud()
        np.testing.assert_array_equal(cloud.xyz, frame.cloud.xyz)
        pose = scene.world_from_ego(reference.index)
        assert pose is not None
        assert pose.is_close(frame.world_from_ego, translation_m=1e-6, rotation_rad=1e-9)
        assert {image.camera for image in reference.images} == set(frame.images)
        assert read_image(reference.images[0].path).shape == (100, 200, 3)
    assert scene.origin_wgs84 == pytest.approx((49.0, 8.43, 115.0), abs=1e-9)


def test_other_names_of_sensors_are_refused(tmp_path: Path, rig: SensorRig, drive_frames: list[DriveFrame]) -> None:
    strange = replace(
        rig,
        ego_from_sensor={**rig.ego_from_sensor, "lidar_top": rig.ego_from_sensor["velodyne"]},
        lidars=("lidar_top",),
    )
    with pytest.raises(ValueError, match="got lidar_top"):
        write_drive(tmp_path, "0000", strange, drive_frames)


def test_a_drive_has_at_least_one_frame(tmp_path: Path, rig: SensorRig) -> None:
    with pytest.raises(ValueError, match="at least one frame"):
        write_drive(tmp_path, "0000", rig, [])


def test_a_sequence_that_is_there_is_not_overwritten(
    tracking: Path, rig: SensorRig, drive_frames: list[DriveFrame]
) -> None:
    with pytest.raises(FormatError, match="expected no sequence 0000 yet, found one"):
        write_drive(tracking / "training", "0000", rig, drive_frames)
    assert write_drive(tracking / "training", "0001", rig, drive_frames) == 5
