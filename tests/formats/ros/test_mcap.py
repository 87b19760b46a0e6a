from __future__ import annotations

from pathlib import Path

import pytest

from formats import FormatError, detect_format, get_format, open_dataset, open_scene
from tests.formats.ros.bags import Recorder, cloud_rows

START = 1_700_000_000_000_000_000


def recording(folder: Path, name: str, kind: str = "mcap-ros2-zstd") -> Path:
    recorder = Recorder(kind)
    for i in range(2):
        recorder.points("/lidar/points", START + i * 10**8, "lidar", cloud_rows([[5.0, i, 0]]))
    return recorder.write(folder, name)


def test_a_file_and_a_folder_of_files_are_datasets(tmp_path: Path) -> None:
    path = recording(tmp_path, "drive_2")
    recording(tmp_path, "drive_10", "mcap-ros1-lz4")
    assert detect_format(path).name == detect_format(tmp_path).name == "mcap"
    assert [scene.name for scene in open_dataset(path).scenes] == ["drive_2"]
    scenes = open_dataset(tmp_path).scenes
    assert [scene.name for scene in scenes] == ["drive_2", "drive_10"]
    for scene in scenes:
        assert open_scene(scene.path, scene.name, "mcap").frame_times_ns == scene.frame_times_ns
        assert scene.rig.lidars == ("lidar",)


def test_a_folder_of_ros_2_is_a_bag(tmp_path: Path) -> None:
    path = recording(tmp_path, "drive", "ros2-mcap")
    assert not get_format("mcap").detect(path)
    assert detect_format(path).name == "rosbag"


def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    item = get_format("mcap")
    assert not item.detect(tmp_path)
    with pytest.raises(FormatError, match=r"expected a \.mcap file"):
        item.open_dataset(tmp_path)
    with pytest.raises(FormatError, match="expected the recording drive"):
        item.open_scene(tmp_path, "drive")
    (tmp_path / "a.mcap").write_bytes(b"")
    with pytest.raises(FormatError, match="begins with"):
        item.open_dataset(tmp_path)


def test_a_link_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "a.mcap").symlink_to(recording(tmp_path, "drive"))
    assert not get_format("mcap").detect(inside)


def test_recordings_hold_no_labels(tmp_path: Path) -> None:
    (scene,) = open_dataset(recording(tmp_path, "drive")).scenes
    item = get_format("mcap")
    assert (item.can_read_scenes, item.can_read_labels, item.can_write_labels) == (True, False, False)
    assert item.read_labels(scene).labels.cuboids == {}
    assert not item.is_last_resort
