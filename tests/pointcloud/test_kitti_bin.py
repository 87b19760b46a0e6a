from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pointcloud import PointCloud, PointFileError, count_kitti_bin, read_kitti_bin, write_kitti_bin


def write_rows(path: Path, rows: list[list[float]]) -> Path:
    path.write_bytes(np.array(rows, dtype="<f4").tobytes())
    return path


def test_round_trip(tmp_path: Path) -> None:
    xyz = np.random.default_rng(1).normal(size=(50, 3)).astype(np.float32)
    cloud = PointCloud(xyz, "velodyne", intensity=np.linspace(0, 1, 50, dtype=np.float32))
    write_kitti_bin(tmp_path / "a.bin", cloud)
    again = read_kitti_bin(tmp_path / "a.bin")
    np.testing.assert_array_equal(again.xyz, cloud.xyz)
    assert again.intensity is not None
    np.testing.assert_array_equal(again.intensity, cloud.intensity)
    assert again.frame == "velodyne"
    assert count_kitti_bin(tmp_path / "a.bin") == 50


def test_a_cloud_without_intensity_gets_zeros(tmp_path: Path) -> None:
    write_kitti_bin(tmp_path / "a.bin", PointCloud(np.ones((3, 3), dtype=np.float32), "velodyne"))
    again = read_kitti_bin(tmp_path / "a.bin")
    assert again.intensity is not None
    assert again.intensity.tolist() == [0, 0, 0]


def test_points_that_are_no_numbers_are_dropped_and_counted(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.bin", [[1, 2, 3, 0.5], [float("nan"), 0, 0, 0], [0, float("inf"), 0, 0]])
    cloud = read_kitti_bin(path)
    assert len(cloud) == 1
    assert cloud.dropped_count == 2


@pytest.mark.parametrize("read", [read_kitti_bin, count_kitti_bin])
def test_a_truncated_file_is_named_with_what_was_expected_and_found(tmp_path: Path, read: object) -> None:
    path = tmp_path / "000007.bin"
    path.write_bytes(b"\0" * 37)
    with pytest.raises(PointFileError) as caught:
        read(path)  # type: ignore[operator]
    assert str(caught.value) == (
        f"{path}: expected whole points of 16 bytes, found 37 bytes: 2 points and 5 bytes over (cut off?)"
    )


def test_a_file_of_no_bytes_is_a_cloud_of_no_points(tmp_path: Path) -> None:
    path = tmp_path / "empty.bin"
    path.touch()
    assert len(read_kitti_bin(path)) == count_kitti_bin(path) == 0


@pytest.mark.parametrize("read", [read_kitti_bin, count_kitti_bin])
def test_missing_files_are_named(tmp_path: Path, read: object) -> None:
    with pytest.raises(PointFileError, match=r"none\.bin: expected a file of points, found none"):
        read(tmp_path / "none.bin")  # type: ignore[operator]
