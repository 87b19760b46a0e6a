"""Drives with other sensors than KITTI's go through a scene with every channel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from calibration import KannalaBrandt
from formats import FormatError, get_format, open_dataset
from fusion import fuse_frame, image_size
from server.simulated_dataset import write_simulated_dataset
from simulation import DriveOptions, PoseDisturbance, rig_lidars, simulate_drive

OPTIONS = DriveOptions(
    image_size_px=(160, 96),
    lens="fisheye",
    lidars=rig_lidars(["16", "rosette"], azimuths=180),
    rolling=True,
    pose_disturbance=PoseDisturbance(drift_m=1.0),
)


def _ignore(progress: float, message: str) -> None:
    """Nobody watches."""


def _write(out: Path, name: str, options: DriveOptions | None = OPTIONS) -> int:
    return write_simulated_dataset(
        out, frame_count=2, scene_count=1, seed=3, report=_ignore, format=name, options=options
    )


def test_every_sensor_every_channel_and_every_label_is_there(tmp_path: Path) -> None:
    rows = _write(tmp_path / "out", "native")
    (scene,) = open_dataset(tmp_path / "out").scenes
    drive = simulate_drive(3, 2, options=OPTIONS)
    assert scene.rig.lidars == ("velodyne", "lidar_front")
    assert scene.rig.images_are == "raw"
    assert isinstance(scene.rig.cameras["image_02"], KannalaBrandt)
    for frame in scene.frames:
        made = drive.frame(frame.index)
        assert made.world_from_ego == scene.world_from_ego(frame.index)
        for sweep in frame.sweeps:
            cloud = sweep.cloud()
            np.testing.assert_array_equal(cloud.xyz, made.sweeps[sweep.sensor].points_lidar[:, :3])
            np.testing.assert_array_equal(cloud.ring, made.sweeps[sweep.sensor].beam)
            np.testing.assert_array_equal(cloud.time_offset_ns, made.sweeps[sweep.sensor].time_offset_ns)
            assert sweep.deskew == "on"
        assert [image_size(image) for image in frame.images] == [(160, 96)] * 3
    labels = get_format("native").read_labels(scene).labels
    assert rows == len(labels.cuboids) == sum(len(drive.frame(index).objects) for index in range(2))
    assert len(fuse_frame(scene, 0).cloud) == sum(sweep.point_count() for sweep in scene.frames[0].sweeps)
    assert [path.name for path in tmp_path.iterdir()] == ["out"], "the stage is taken down"


def test_a_form_without_lenses_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="expected a pinhole camera"):
        _write(tmp_path / "out", "kitti-tracking")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_two_lidars_in_kittis_form_are_the_first(tmp_path: Path) -> None:
    options = DriveOptions(lidars=rig_lidars(["16", "32"], azimuths=180), pictures=False, image_size_px=(160, 96))
    _write(tmp_path / "out", "kitti-tracking", options)
    (scene,) = open_dataset(tmp_path / "out").scenes
    made = simulate_drive(3, 2, options=options).frame(0)
    np.testing.assert_array_equal(scene.frames[0].sweeps[0].cloud().xyz, made.points_lidar[:, :3])
