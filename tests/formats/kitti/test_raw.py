from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from formats import Dataset, inspect_dataset, open_dataset, open_scene
from fusion import Scene, fuse_frame
from pointcloud import write_pcd


def only_scene(dataset: Dataset) -> Scene:
    (scene,) = dataset.scenes
    return scene


def messages(scene: Scene) -> dict[str, str]:
    return {problem.path: problem.message for problem in scene.problems}


def test_a_drive_is_the_same_by_its_own_folder_its_date_and_the_folder_of_dates(raw: Path) -> None:
    scenes = [only_scene(open_dataset(path)) for path in (raw, raw.parent, raw.parent.parent)]
    assert scenes[0] == scenes[1] == scenes[2]
    assert scenes[0].name == "2011_09_26_drive_0042_sync"
    assert open_scene(scenes[0].path, scenes[0].name, "kitti-raw") == scenes[0]
    assert pickle.loads(pickle.dumps(scenes[0])) == scenes[0]


def test_a_drive_has_frames_times_and_a_world(raw: Path) -> None:
    scene = only_scene(open_dataset(raw))
    assert len(scene.frames) == 5
    assert scene.is_sequential
    assert scene.frames[0].timestamp_ns == 1317042650105862102
    assert [len(frame.sweeps) for frame in scene.frames] == [1] * 5
    assert list(scene.rig.cameras) == ["image_02"]
    assert scene.trajectory is not None
    np.testing.assert_array_equal(scene.trajectory.poses[0].translation, [0, 0, 0])
    assert scene.origin_wgs84 is not None
    assert scene.origin_wgs84[0] == pytest.approx(49.0)
    assert len(fuse_frame(scene, 3, color=True).cloud) == 300


def test_cameras_without_images_are_named_one_by_one(raw: Path) -> None:
    found = messages(only_scene(open_dataset(raw)))
    assert sorted(found) == ["image_00", "image_01", "image_03"]
    assert found["image_00"] == "expected images of 5 frames, found no such folder"


def test_frames_without_data_are_named_with_their_ranges(raw: Path) -> None:
    for number in (1, 2):
        (raw / "velodyne_points" / "data" / f"{number:010d}.bin").unlink()
    (raw / "image_02" / "data" / "0000000004.jpg").unlink()
    (raw / "oxts" / "data" / "0000000003.txt").unlink()
    scene = only_scene(open_dataset(raw))
    found = messages(scene)
    assert found["velodyne_points"] == "2 of 5 frames have no cloud (1–2)"
    assert found["image_02"] == "1 of 5 frames has no image (4)"
    assert found["oxts"] == "1 of 5 frames has no GPS/IMU row (3)"
    assert scene.trajectory is not None
    assert len(scene.frames) == 5


def test_without_oxts_there_is_no_world_and_it_is_said(raw: Path) -> None:
    for path in (raw / "oxts" / "data").iterdir():
        path.unlink()
    scene = only_scene(open_dataset(raw))
    assert scene.trajectory is None
    assert messages(scene)["oxts"] == "expected GPS/IMU rows, found none: the scene has no world"


def test_a_bad_oxts_file_costs_its_own_row_only(raw: Path) -> None:
    (raw / "oxts" / "data" / "0000000002.txt").write_text("49.0 8.4 nan 0 0 0\n")
    scene = only_scene(open_dataset(raw))
    assert messages(scene)["oxts/data/0000000002.txt"] == "line 1: expected finite numbers, found 'nan'"
    assert scene.trajectory is not None


def test_bad_timestamps_fall_back_to_another_sensors(raw: Path) -> None:
    lidar_times = (raw / "velodyne_points" / "timestamps.txt").read_text().replace("13:10", "13:11")
    (raw / "velodyne_points" / "timestamps.txt").write_text(lidar_times)
    (raw / "image_02" / "timestamps.txt").write_text("2011-09-26 13:10:51.1\nyesterday\n")
    scene = only_scene(open_dataset(raw))
    assert scene.frames[0].timestamp_ns == 1317042710105862102
    expected = "line 2: expected a time as 2011-09-26 13:10:51.168, found 'yesterday'"
    assert messages(scene)["image_02/timestamps.txt"] == expected


def test_without_timestamps_a_drive_runs_at_10_hertz(raw: Path) -> None:
    for path in raw.glob("*/timestamps.txt"):
        path.unlink()
    scene = only_scene(open_dataset(raw))
    assert scene.frame_times_ns == (0, 100_000_000, 200_000_000, 300_000_000, 400_000_000)
    assert "10 Hz" in messages(scene)["."]


def test_without_calibration_the_clouds_are_still_there(raw: Path) -> None:
    for path in raw.parent.glob("calib_*"):
        path.unlink()
    scene = only_scene(open_dataset(raw))
    assert messages(scene)["../calib_cam_to_cam.txt"].startswith("expected a calibration file, found none")
    assert scene.rig.cameras == {}
    assert scene.trajectory is None
    assert len(fuse_frame(scene, 0).cloud) == 300


def test_a_link_out_of_the_dataset_is_no_drive(raw: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    raw.rename(elsewhere)
    raw.symlink_to(elsewhere)
    dataset = open_dataset(raw.parent)
    assert dataset.scenes == ()
    assert "leaves the dataset's folder" in dataset.problems[0].message


def test_real_drive_0013(shared_data: Path) -> None:
    report = inspect_dataset(shared_data / "kitti_raw/2011_09_26/2011_09_26_drive_0013_sync")
    assert report["format"] == "kitti-raw"
    (scene,) = report["scenes"]
    assert scene == {
        "name": "2011_09_26_drive_0013_sync",
        "frames": 12,
        "tracks": 0,
        "labels": 0,
        "categories": {},
        "poses": True,
        "ignored": 0,
        "sequential": True,
        "lidars": [{"name": "velodyne", "frames": 12, "points": scene["lidars"][0]["points"]}],
        "cameras": [{"name": "image_02", "frames": 12, "width": 1242, "height": 375}],
    }
    assert 12 * 112_000 < scene["lidars"][0]["points"] < 12 * 115_500
    assert [problem["path"] for problem in report["problems"]] == ["image_00", "image_01", "image_03"]


def test_clouds_may_be_pcd_files(raw: Path) -> None:
    """As Datumaro leaves them there."""
    (before,) = open_dataset(raw).scenes
    for sweep in (sweep for frame in before.frames for sweep in frame.sweeps):
        write_pcd(sweep.path.with_suffix(".pcd"), sweep.cloud())
        sweep.path.unlink()
    (scene,) = open_dataset(raw).scenes
    assert scene.problems == before.problems
    assert [len(frame.sweeps) for frame in scene.frames] == [len(frame.sweeps) for frame in before.frames]
    assert scene.frames[0].sweeps[0].point_count() == len(scene.frames[0].sweeps[0].cloud()) > 0
