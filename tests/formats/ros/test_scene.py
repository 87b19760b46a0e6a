"""A real drive, written as a recording by other people's programs, is the same scene again."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from calibration import Pinhole
from formats import open_dataset, open_scene
from fusion import Scene
from tests.formats.ros.bags import KINDS, KITTI_FIELDS, Recorder

FRAMES = 3
CAMERA = "image_02"


@pytest.fixture(scope="module")
def drive(shared_data: Path) -> Scene:
    (scene,) = open_dataset(shared_data / "kitti_raw/2011_09_26/2011_09_26_drive_0013_sync").scenes
    return scene


def record(drive: Scene, kind: str, folder: Path) -> Path:
    recorder = Recorder(kind)
    rig, start = drive.rig, drive.frames[0].timestamp_ns
    recorder.transform("/tf_static", start, "base_link", "velodyne", rig.ego_from_sensor["velodyne"])
    recorder.transform("/tf_static", start, "base_link", "camera_left", rig.ego_from_sensor[CAMERA])
    camera = rig.cameras[CAMERA]
    assert isinstance(camera, Pinhole)
    k = [camera.fx_px, 0, camera.cx_px, 0, camera.fy_px, camera.cy_px, 0, 0, 1]
    assert drive.trajectory is not None
    for frame in drive.frames[:FRAMES]:
        time_ns = frame.timestamp_ns
        recorder.transform("/tf", time_ns, "map", "base_link", drive.trajectory.world_from_ego(time_ns))
        rows = np.fromfile(frame.sweeps[0].path, dtype=KITTI_FIELDS)
        recorder.points("/velodyne/points", time_ns, "velodyne", rows)
        recorder.info("/camera_left/camera_info", time_ns, "camera_left", (camera.width_px, camera.height_px), k)
        recorder.compressed(
            "/camera_left/image_rect/compressed", time_ns, "camera_left", frame.images[0].path.read_bytes()
        )
    return recorder.write(folder)


@pytest.mark.parametrize("kind", KINDS)
def test_the_drive_reads_back_to_the_same_scene(drive: Scene, kind: str, tmp_path: Path) -> None:
    record(drive, kind, tmp_path)
    dataset = open_dataset(tmp_path)
    assert dataset.format == ("mcap" if kind.startswith("mcap") else "rosbag")
    (scene,) = dataset.scenes
    assert scene.name == "drive"
    assert dataset.problems == scene.problems == ()
    assert scene.frame_times_ns == drive.frame_times_ns[:FRAMES]
    assert scene.rig.lidars == ("velodyne",)
    assert scene.rig.cameras == {"camera_left": drive.rig.cameras[CAMERA]}
    assert scene.rig.images_are == drive.rig.images_are == "rectified"
    for ours, theirs in (("velodyne", "velodyne"), ("camera_left", CAMERA)):
        place = drive.rig.ego_from_sensor[theirs]
        assert scene.rig.ego_from_sensor[ours].is_close(place, translation_m=1e-9, rotation_rad=1e-9)
    for index in range(FRAMES):
        here, there = scene.world_from_ego(index), drive.world_from_ego(index)
        assert here is not None
        assert there is not None
        assert here.is_close(there, translation_m=1e-6, rotation_rad=1e-7)
        frame, original = scene.frames[index], drive.frames[index]
        cloud, wanted = frame.sweeps[0].cloud(), original.sweeps[0].cloud()
        np.testing.assert_array_equal(cloud.xyz, wanted.xyz)
        np.testing.assert_array_equal(cloud.intensity, wanted.intensity)
        assert frame.sweeps[0].point_count() == len(wanted)
        assert frame.images[0].encoded() == original.images[0].path.read_bytes()


def test_a_scene_travels_and_opens_again_by_its_name(drive: Scene, tmp_path: Path) -> None:
    record(drive, "bag-lz4", tmp_path)
    (scene,) = open_dataset(tmp_path).scenes
    again = open_scene(scene.path, scene.name, scene.format)
    travelled = pickle.loads(pickle.dumps(scene))
    for other in (again, travelled):
        assert other.rig == scene.rig
        assert other.trajectory == scene.trajectory
        assert [sweep.part for frame in other.frames for sweep in frame.sweeps] == [
            sweep.part for frame in scene.frames for sweep in frame.sweeps
        ]
        np.testing.assert_array_equal(other.frames[1].sweeps[0].cloud().xyz, scene.frames[1].sweeps[0].cloud().xyz)


def test_what_was_guessed_is_said(drive: Scene, tmp_path: Path) -> None:
    path = record(drive, "mcap-ros2-zstd", tmp_path)
    dataset = open_dataset(path)
    answers = {guess.question: guess.answer for guess in dataset.guesses}
    assert answers == {
        "lidars": "/velodyne/points",
        "cameras": "/camera_left/image_rect/compressed",
        "frames_from": "/velodyne/points",
        "time": "header",
        "ego": "base_link",
        "images": "rectified",
        "camera_frames": "optical",
        "intensity": "1",
        "tolerance_ms": answers["tolerance_ms"],
        "world": "map",
    }
    assert 50 < float(answers["tolerance_ms"]) < 53
    assert all(guess.is_sure and guess.why for guess in dataset.guesses)
