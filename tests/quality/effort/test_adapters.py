from __future__ import annotations

import numpy as np
import pytest

from geometry import SE3, Trajectory
from labels import Cuboid, LabelSet, Track
from quality.effort import effort_tracks, lidar_places

TIMES_NS = [100_000_000 * i for i in range(5)]
TRAJECTORY = Trajectory.from_poses(TIMES_NS, [SE3.from_yaw(0.1, (2.0 * i, 0.0, 0.0)) for i in range(5)])
SIZE = np.array([4.0, 1.7, 1.5])


def _labels() -> LabelSet:
    tracks = [Track("a", "Car", 0, 4, is_static=True), Track("b", "Pedestrian", 1, 3)]
    cuboids = [
        Cuboid("1", "a", 2, SE3.from_yaw(0.3, (10.0, 1.0, 0.0)), SIZE),
        Cuboid("2", "b", 1, SE3.from_yaw(0.0, (5.0, 0.0, 0.0)), SIZE),
        Cuboid("3", "b", 3, SE3.from_yaw(0.0, (5.0, 0.0, 0.0)), SIZE),
    ]
    return LabelSet(tracks={item.id: item for item in tracks}, cuboids={item.id: item for item in cuboids})


def test_tracks_are_told_in_the_world() -> None:
    a, b = effort_tracks(_labels(), TIMES_NS, TRAJECTORY)
    assert (a.frames.tolist(), b.frames.tolist()) == ([0, 1, 2, 3, 4], [1, 2, 3])
    np.testing.assert_allclose(a.boxes_base, np.tile(a.boxes_base[0], (5, 1)), atol=1e-9)
    assert a.boxes_base[0, 6] == pytest.approx(0.4)
    np.testing.assert_allclose(np.diff(b.boxes_base[:, 0]), 2.0, atol=1e-9)


def test_without_poses_all_is_told_in_ego() -> None:
    _, b = effort_tracks(_labels(), TIMES_NS)
    np.testing.assert_allclose(b.boxes_base[:, 0], 5.0)


def test_some_do_not_count_and_some_are_left_out() -> None:
    (b,) = effort_tracks(
        _labels(), TIMES_NS, is_scored=lambda cuboid: cuboid.frame_index > 1, categories={"Pedestrian"}
    )
    assert b.is_scored is not None
    assert (b.category, b.is_scored.tolist()) == ("Pedestrian", [False, True, True])


def test_lidar_rides_on_the_vehicle() -> None:
    places = lidar_places(TIMES_NS, TRAJECTORY, (0.0, 0.0, 1.8))
    np.testing.assert_allclose(places[:, 0], [0.0, 2.0, 4.0, 6.0, 8.0])
    np.testing.assert_allclose(lidar_places(TIMES_NS, None, (1.0, 0.0, 1.8)), np.tile([1.0, 0.0, 1.8], (5, 1)))
    assert lidar_places([], TRAJECTORY, (0.0, 0.0, 0.0)).shape == (0, 3)
