from __future__ import annotations

from pathlib import Path

import pytest

from formats import FormatError, detect_format, get_format, open_dataset, open_scene
from tests.formats.ros.bags import Recorder, cloud_rows

START = 1_700_000_000_000_000_000


def recording(folder: Path, name: str, kind: str) -> Path:
    recorder = Recorder(kind)
    for i in range(2):
        recorder.points("/lidar/points", START + i * 10**8, "lidar", cloud_rows([[5.0, i, 0]]))
    return recorder.write(folder, name)


@pytest.mark.parametrize("kind", ["bag", "bag-lz4", "db3", "ros2-mcap", "ros2-mcap-zstd"])
def test_a_recording_is_found_by_itself_and_by_the_folder_above(tmp_path: Path, kind: str) -> None:
    path = recording(tmp_path, "drive", kind)
    assert detect_format(path).name == detect_format(tmp_path).name == "rosbag"
    for opened in (path, tmp_path):
        (scene,) = open_dataset(opened).scenes
        assert scene.name == "drive"
        again = open_scene(scene.path, scene.name, "rosbag")
        assert again.frame_times_ns == scene.frame_times_ns == (START, START + 10**8)
        assert len(again.frames[1].sweeps[0].cloud()) == 1


def test_a_database_without_metadata_is_read(tmp_path: Path) -> None:
    path = recording(tmp_path, "drive", "db3")
    (path / "metadata.yaml").unlink()
    assert open_dataset(path).scenes[0].name == "drive"
    assert open_dataset(path / "drive.db3").scenes[0].name == "drive"


def test_files_packed_as_a_whole_are_refused_with_advice(tmp_path: Path) -> None:
    path = recording(tmp_path, "drive", "db3")
    (path / "drive.db3").rename(path / "drive.db3.zstd")
    with pytest.raises(FormatError, match="unpack it first"):
        open_dataset(path)


def test_split_files_are_one_scene_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    folder = tmp_path / "drive"
    folder.mkdir()
    (folder / "metadata.yaml").write_text("rosbag2_bagfile_information:\n  version: 5\n")
    for number in (2, 10):
        recorder = Recorder("mcap-ros2-zstd")
        recorder.points("/points", START + number, "lidar", cloud_rows([[1.0, 2, 3]]))
        recorder.write(folder, f"drive_{number}")
    (scene,) = open_dataset(folder).scenes
    assert [frame.sweeps[0].path.name for frame in scene.frames] == ["drive_2.mcap", "drive_10.mcap"]


def test_what_is_no_bag_is_refused(tmp_path: Path) -> None:
    item = get_format("rosbag")
    assert not item.detect(tmp_path)
    with pytest.raises(FormatError, match=r"expected a \.bag file"):
        item.open_dataset(tmp_path)
