"""A scene's points as the machine sees them."""

from __future__ import annotations

import numpy as np
import pytest

from autolabel.point_cache import PointCache
from autolabel.recording import Recording, points_of
from pointcloud import PointCloud


def test_points_that_are_no_places_are_left_out_and_bright_is_one_whatever_the_lidar() -> None:
    xyz = np.array([[1, 2, 3], [1e6, 0, 0], [4, 5, 6]], np.float32)
    for brightest in (1.0, 255.0, 65535.0):
        cloud = PointCloud(xyz, "ego", intensity=np.array([0.0, 0.0, brightest], np.float32))
        rows = points_of(cloud)
        np.testing.assert_allclose(rows, [[1, 2, 3, 0], [4, 5, 6, 1]], atol=0.1)


def test_without_intensity_or_points_there_is_still_a_picture() -> None:
    assert points_of(PointCloud(np.ones((2, 3), np.float32), "ego"))[:, 3].tolist() == [0.0, 0.0]
    assert points_of(PointCloud.empty("ego")).shape == (0, 4)
    dark = PointCloud(np.ones((2, 3), np.float32), "ego", intensity=np.full(2, np.nan, np.float32))
    assert points_of(dark)[:, 3].tolist() == [0.0, 0.0]


def test_only_the_latest_frames_stay_in_memory() -> None:
    asked: list[int] = []

    def points(frame: int) -> np.ndarray:
        asked.append(frame)
        return np.full((1, 4), frame, np.float32)

    recording = Recording(range(0, 1000, 100), None, points, np.zeros(3), PointCache(2 * 16))
    for frame in (0, 1, 0, 2, 0, 1):
        assert recording.points(frame)[0, 0] == frame
    assert asked == [0, 1, 2, 1]
    part = recording.part(3, 5)
    assert len(part) == 3
    assert part.points(0)[0, 0] == 3
    assert part.times_ns == (300, 400, 500)


@pytest.mark.parametrize("frame", [0, 2])
def test_without_poses_everything_is_told_in_ego(frame: int) -> None:
    recording = Recording([0, 10**8, 3 * 10**8], None, lambda _frame: np.zeros((0, 4), np.float32), np.zeros(3))
    assert not recording.in_world
    np.testing.assert_array_equal(recording.base_from_ego(frame).matrix, np.eye(4))
    assert recording.time_s(2) == pytest.approx(0.3)
