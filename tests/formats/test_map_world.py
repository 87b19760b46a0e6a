from __future__ import annotations

import numpy as np
import pytest

from formats.map_world import world_on_map
from geometry import SE3

UTM = np.array([4_500_000.25, 5_400_000.5, 110.0])


def test_millimetres_stay_millions_of_metres_from_the_origin() -> None:
    poses = [SE3.from_yaw(0.1 * i, UTM + [1.001 * i, 0, 0]) for i in range(3)]
    trajectory, map_from_world = world_on_map([0, 10, 20], poses)
    assert trajectory.world_from_ego(0).translation.tolist() == [0, 0, 0]
    assert trajectory.world_from_ego(20).translation[0] == pytest.approx(2.002, abs=1e-8)
    for time_ns, pose in zip((0, 10, 20), poses, strict=True):
        assert (map_from_world @ trajectory.world_from_ego(time_ns)).is_close(pose, translation_m=1e-8)


def test_a_world_may_begin_elsewhere() -> None:
    trajectory, map_from_world = world_on_map([0], [SE3.from_yaw(0, UTM)], UTM - 1)
    assert trajectory.world_from_ego(0).translation.tolist() == [1, 1, 1]
    assert map_from_world.translation.tolist() == (UTM - 1).tolist()


def test_without_a_pose_there_is_no_world() -> None:
    with pytest.raises(ValueError, match="pose"):
        world_on_map([], [])
