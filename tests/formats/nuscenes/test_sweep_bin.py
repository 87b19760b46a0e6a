from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from formats.nuscenes.sweep_bin import count_sweep_bin, read_sweep_bin, write_sweep_bin
from pointcloud import PointCloud, PointFileError

ROWS = np.array([[1, 2, 3, 0, 0], [4, 5, 6, 255, 31], [7, 8, 9, 17, 3]], dtype="<f4")


def test_points_intensity_and_ring_are_read_and_written_to_the_last_bit(tmp_path: Path) -> None:
    path = tmp_path / "a.pcd.bin"
    path.write_bytes(ROWS.tobytes())
    cloud = read_sweep_bin(path, "LIDAR_TOP")
    assert cloud.frame == "LIDAR_TOP"
    assert cloud.xyz.tolist() == ROWS[:, :3].tolist()
    assert cloud.intensity is not None
    assert cloud.intensity.tolist() == [0, 255, 17]
    assert cloud.ring is not None
    assert cloud.ring.tolist() == [0, 31, 3]
    assert count_sweep_bin(path) == 3
    write_sweep_bin(tmp_path / "b.pcd.bin", cloud)
    assert (tmp_path / "b.pcd.bin").read_bytes() == path.read_bytes()


def test_intensity_that_ends_at_one_is_written_up_to_255(tmp_path: Path) -> None:
    write_sweep_bin(tmp_path / "a.bin", PointCloud(ROWS[:, :3], "x", intensity=np.array([0, 0.5, 1])))
    cloud = read_sweep_bin(tmp_path / "a.bin", "x")
    assert cloud.intensity is not None
    assert cloud.intensity.tolist() == [0, 127.5, 255]


def test_points_that_are_no_numbers_are_dropped_and_odd_rings_left_out(tmp_path: Path) -> None:
    rows = ROWS.copy()
    rows[1, 0], rows[2, 4] = np.nan, -1.5
    (tmp_path / "a.bin").write_bytes(rows.tobytes())
    cloud = read_sweep_bin(tmp_path / "a.bin", "x")
    assert (len(cloud), cloud.dropped_count, cloud.ring) == (2, 1, None)


@pytest.mark.parametrize(("size", "said"), [(8, "0 points and 8 bytes over"), (48, "2 points and 8 bytes over")])
def test_files_that_hold_no_whole_points_are_refused(tmp_path: Path, size: int, said: str) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(size))
    for read in (lambda: read_sweep_bin(path, "x"), lambda: count_sweep_bin(path)):
        with pytest.raises(PointFileError, match=said):
            read()
    with pytest.raises(PointFileError, match="found none"):
        read_sweep_bin(tmp_path / "none.bin", "x")
    with pytest.raises(PointFileError, match="found none"):
        count_sweep_bin(tmp_path / "none.bin")
