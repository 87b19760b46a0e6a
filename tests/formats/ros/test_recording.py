"""What recordings hold besides the plain case: transforms, clocks, topics."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from formats import FormatError, get_format, inspect_dataset, open_dataset
from geometry import SE3
from tests.formats.ros.bags import KINDS, Recorder, cloud_rows
from tests.formats.ros.recordings import START, STEP, XYZ, messages, opened, png, simple


@pytest.mark.parametrize("kind", KINDS)
def test_several_sensors_meet_at_the_first_lidars_times(kind: str, tmp_path: Path) -> None:
    scene = opened(simple(kind), tmp_path)
    assert scene.rig.lidars == ("top", "rear")
    assert list(scene.rig.cameras) == ["cam"]
    assert messages(scene) == ""
    assert scene.frame_times_ns == tuple(START + i * STEP for i in range(3))
    for i, frame in enumerate(scene.frames):
        assert [sweep.timestamp_ns - frame.timestamp_ns for sweep in frame.sweeps] == [0, 7_000_000]
        assert frame.images[0].timestamp_ns - frame.timestamp_ns == 30_000_000
        assert frame.images[0].encoded() == png(i)
    assert scene.map_from_world is not None
    np.testing.assert_array_equal(scene.map_from_world.translation, [1000, 50, 3])
    assert scene.map_name == "odom"
    pose = scene.world_from_ego(2)
    assert pose is not None
    assert pose.is_close(SE3.from_yaw(0.02, [2, 0, 0]), translation_m=1e-6, rotation_rad=1e-6)


def test_a_tolerance_leaves_out_what_is_too_far(tmp_path: Path) -> None:
    scene = opened(simple(), tmp_path, tolerance_ms="10")
    assert all(len(frame.sweeps) == 2 and not frame.images for frame in scene.frames)
    assert "3 of 3 frames have no message of /cam/image_raw/compressed within 10 ms" in messages(scene)
    with pytest.raises(FormatError, match="above zero"):
        open_dataset(tmp_path, assume={"tolerance_ms": "soon"})


def test_topics_can_be_told(tmp_path: Path) -> None:
    scene = opened(simple(), tmp_path, lidars="/rear/points", cameras="none")
    assert scene.rig.lidars == ("rear",)
    assert scene.rig.cameras == {}
    assert scene.frame_times_ns[0] == START + 7_000_000
    with pytest.raises(FormatError, match="expected lidars of /rear/points, /top/points, found '/nowhere'"):
        open_dataset(tmp_path, assume={"lidars": "/nowhere"})
    with pytest.raises(FormatError, match="expected a world of"):
        open_dataset(tmp_path, assume={"world": "moon"})
    (placeless,) = open_dataset(tmp_path, assume={"world": "none"}).scenes
    assert placeless.trajectory is None


def test_odometry_places_the_ego_where_tf_does_not(tmp_path: Path) -> None:
    recorder = simple(frames=0)
    base_from_imu = SE3.from_yaw(0.5, [0.2, 0.1, 0.3])
    recorder.transform("/tf_static", START, "base_link", "imu", base_from_imu)
    poses = [SE3.from_yaw(0.1 * i, [500.0 + i, 7, 1]) for i in range(4)]
    for i, pose in enumerate(poses):
        recorder.odometry("/odometry", START + i * STEP, "map", "imu", pose @ base_from_imu)
        recorder.points("/top/points", START + i * STEP, "top", cloud_rows(XYZ))
    scene = opened(recorder, tmp_path)
    assert scene.map_name == "map"
    for i, pose in enumerate(poses):
        world_from_ego = scene.world_from_ego(i)
        assert world_from_ego is not None
        assert scene.map_from_world is not None
        assert (scene.map_from_world @ world_from_ego).is_close(pose, translation_m=1e-6, rotation_rad=1e-6)


def test_a_chain_of_moving_frames_is_interpolated(tmp_path: Path) -> None:
    recorder = simple(frames=3)
    recorder.transform("/tf", START, "map", "odom", SE3.from_yaw(0, [10, 0, 0]))
    recorder.transform("/tf", START + 2 * STEP, "map", "odom", SE3.from_yaw(0, [12, 0, 0]))
    scene = opened(recorder, tmp_path)
    assert scene.map_name == "map"
    pose = scene.world_from_ego(1)
    assert pose is not None
    np.testing.assert_allclose(pose.translation, [2, 0, 0], atol=1e-9)


def test_messages_without_times_take_those_of_the_recording(tmp_path: Path) -> None:
    recorder = Recorder("bag")
    for i in range(3):
        recorder.points("/points", 0, "lidar", cloud_rows(XYZ), late_ns=START + i * STEP)
    recorder.write(tmp_path)
    dataset = open_dataset(tmp_path)
    assert dataset.scenes[0].frame_times_ns == tuple(START + i * STEP for i in range(3))
    guess = next(guess for guess in dataset.guesses if guess.question == "time")
    assert guess.answer == "log"
    assert "3 of 3 messages have no time of their own" in guess.why


def test_repeated_times_and_moving_sensors_are_said(tmp_path: Path) -> None:
    recorder = simple(frames=2)
    recorder.points("/top/points", START, "top", cloud_rows(XYZ))
    recorder.transform("/tf_static", START + STEP, "base_link", "rear", SE3.from_yaw(2.0, [-1, 0, 1]))
    scene = opened(recorder, tmp_path)
    assert len(scene.frames) == 2
    assert "1 messages of /top/points have the time of another" in messages(scene)
    assert "expected rear to stay where it is" in messages(scene)


def test_a_sensor_that_tf_does_not_place_is_left_out(tmp_path: Path) -> None:
    recorder = simple(frames=1)
    recorder.points("/lost/points", START, "lost", cloud_rows(XYZ[:5]))
    scene = opened(recorder, tmp_path)
    assert scene.rig.lidars == ("top", "rear")
    assert "/lost/points is left out: expected a transform between lost and base_link" in messages(scene)


def test_bad_transforms_are_named_and_cycles_end(tmp_path: Path) -> None:
    recorder = simple(frames=1)
    recorder.transform("/tf", START, "base_link", "odom", SE3.identity())
    recorder.transform("/tf_static", START, "base_link", "rear", SE3.identity())
    recorder.messages[-1][3].transforms[0].transform.rotation.w = 7.0
    recorder.transform("/tf_static", START, "other", "rear", SE3.identity())
    scene = opened(recorder, tmp_path)
    assert "expected transforms with rotations of length 1, found 1 others" in messages(scene)
    assert "expected one parent of rear, found base_link and other" in messages(scene)


def test_recordings_of_one_folder_are_scenes_and_a_broken_one_is_named(tmp_path: Path) -> None:
    simple("bag").write(tmp_path, "first")
    simple("db3").write(tmp_path, "second")
    (tmp_path / "broken.bag").write_bytes(b"#ROSBAG V1.2\n")
    dataset = open_dataset(tmp_path)
    assert [scene.name for scene in dataset.scenes] == ["first", "second"]
    assert [problem.path for problem in dataset.problems] == ["broken.bag"]
    assert open_dataset(tmp_path / "first.bag").scenes[0].name == "first"
    report = inspect_dataset(tmp_path)
    assert [scene["frames"] for scene in report["scenes"]] == [3, 3]


def test_a_folder_packed_by_rosbag2_is_refused_with_advice(tmp_path: Path) -> None:
    path = simple("db3").write(tmp_path)
    text = (path / "metadata.yaml").read_text()
    (path / "metadata.yaml").write_text(text.replace("compression_mode: ''", "compression_mode: MESSAGE"))
    with pytest.raises(FormatError, match="packed by MESSAGE: unpack it first"):
        open_dataset(path)


def test_a_recording_in_object_storage_is_refused_with_advice() -> None:
    upath = pytest.importorskip("upath")
    for name in ("rosbag", "mcap"):
        with pytest.raises(FormatError, match="copy it first"):
            get_format(name).open_dataset(upath.UPath("memory://bucket/drive"))


def test_messages_of_other_encodings_are_said(tmp_path: Path) -> None:
    from mcap.writer import Writer

    with (tmp_path / "a.mcap").open("wb") as file:
        writer = Writer(file)
        writer.start()
        schema = writer.register_schema("sensor_msgs/msg/PointCloud2", "jsonschema", b"{}")
        channel = writer.register_channel("/points", "json", schema)
        writer.add_message(channel, START, b"{}", START)
        writer.finish()
    with pytest.raises(FormatError, match="expected topics of PointCloud2"):
        open_dataset(tmp_path)
