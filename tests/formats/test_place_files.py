from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from formats import FormatError, SensorFile
from formats.place_files import cloud_file, image_file, place_file
from fusion import CameraImage, Sweep
from pointcloud import PointCloud, count_kitti_bin, count_pcd, read_kitti_bin, read_pcd, write_kitti_bin, write_pcd

CLOUD = PointCloud(np.ones((3, 3), dtype=np.float32), "lidar", intensity=np.zeros(3, dtype=np.float32))


def test_a_cloud_in_the_targets_form_is_linked_and_another_written_anew(tmp_path: Path) -> None:
    own, other = tmp_path / "own.bin", tmp_path / "other.pcd"
    write_kitti_bin(own, CLOUD)
    write_pcd(other, CLOUD)
    sweeps = {
        "linked": Sweep("lidar", 0, own, read_kitti_bin, count_kitti_bin),
        "written": Sweep("lidar", 0, other, read_pcd, count_pcd),
    }
    for done, sweep in sweeps.items():
        file = cloud_file(f"out/{done}.bin", sweep, read_kitti_bin, write_kitti_bin)
        assert place_file(file, tmp_path, "link") == done
        assert (tmp_path / file.target).read_bytes() == own.read_bytes()
    assert (tmp_path / "out/linked.bin").samefile(own)


@pytest.mark.parametrize("target", ["../out.txt", "a/../../out.txt", "/tmp/out.txt"])
def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path, target: str) -> None:
    with pytest.raises(FormatError, match="leads out of it"):
        place_file(SensorFile(target, "text"), tmp_path / "in", "copy")
    assert not (tmp_path / "out.txt").exists()


def test_a_part_of_a_file_is_never_linked(tmp_path: Path) -> None:
    own = tmp_path / "own.bin"
    write_kitti_bin(own, CLOUD)
    sweep = Sweep("lidar", 0, own, read_kitti_bin, count_kitti_bin, part="2")
    assert place_file(cloud_file("out.bin", sweep, read_kitti_bin, write_kitti_bin), tmp_path, "link") == "written"


def test_texts_bytes_and_copies(tmp_path: Path) -> None:
    assert place_file(SensorFile("a.txt", "é\n"), tmp_path, "link") == "written"
    assert place_file(SensorFile("b.bin", b"\0\r\n"), tmp_path, "link") == "written"
    assert place_file(SensorFile("c.txt", tmp_path / "a.txt"), tmp_path, "copy") == "copied"
    assert (tmp_path / "c.txt").read_bytes() == "é\n".encode()
    assert (tmp_path / "b.bin").read_bytes() == b"\0\r\n"
    assert not (tmp_path / "c.txt").samefile(tmp_path / "a.txt")


def test_a_second_time_takes_the_place_of_the_first_and_leaves_the_source_alone(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    for text in ("b", "c"):
        place_file(SensorFile("out.txt", tmp_path / "a.txt"), tmp_path, "link")
        place_file(SensorFile("out.txt", text), tmp_path, "link")
    assert (tmp_path / "a.txt").read_text() == "a"
    assert os.stat(tmp_path / "a.txt").st_nlink == 1  # noqa: PTH116


def _load(_path: Path) -> bytes:
    return b"\xff\xd8\xff\xe0 a JPEG"


def test_a_pictures_name_says_what_it_is(tmp_path: Path) -> None:
    in_file = CameraImage("front", 0, tmp_path / "a.JPG")
    known = CameraImage("front", 0, tmp_path / "drive.bag", part="7", load=_load, suffix=".png")
    looked = CameraImage("front", 0, tmp_path / "drive.bag", part="7", load=_load)
    assert [image_file("x/1", image).target for image in (in_file, known, looked)] == ["x/1.jpg", "x/1.png", "x/1.jpg"]
    assert place_file(image_file("x/1", looked), tmp_path, "link") == "written"
    assert (tmp_path / "x/1.jpg").read_bytes() == _load(tmp_path)
