"""Poses between poses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry import SE3, Trajectory, interpolate_se3


def drive() -> Trajectory:
    poses = [SE3.from_yaw(3.0, [0, 0, 0]), SE3.from_yaw(-3.0, [1, 0, 0]), SE3.from_yaw(-2.0, [2, 2, 0])]
    return Trajectory.from_poses([100, 200, 400], poses)


def test_stored_poses_come_back_to_the_bit() -> None:
    trajectory = drive()
    assert [trajectory.world_from_ego(t) for t in (100, 200, 400)] == list(trajectory.poses)


def test_turns_take_the_shortest_arc() -> None:
    halfway = drive().world_from_ego(150)
    assert abs(halfway.yaw_rad) == pytest.approx(np.pi)
    assert halfway.translation.tolist() == [0.5, 0, 0]


def test_ends_are_held() -> None:
    trajectory = drive()
    assert trajectory.world_from_ego(-5) == trajectory.poses[0]
    assert trajectory.world_from_ego(10**6) == trajectory.poses[-1]


@given(st.floats(0, 1), st.floats(-3, 3), st.floats(-1e-8, 1e-8))
def test_interpolation_backwards_is_the_same(fraction: float, yaw_rad: float, near_rad: float) -> None:
    a, b = SE3.from_yaw(yaw_rad, [1, 2, 3]), SE3.from_yaw(yaw_rad + near_rad, [4, 5, 6])
    there, back = interpolate_se3(a, b, fraction), interpolate_se3(b, a, 1 - fraction)
    assert there.is_close(back, translation_m=1e-12, rotation_rad=1e-12)


@pytest.mark.parametrize("stamps", [[1, 1], [2, 1], [1], [1, 2, 3]])
def test_times_must_rise_and_match_the_poses(stamps: list[int]) -> None:
    with pytest.raises(ValueError, match="timestamps_ns must"):
        Trajectory.from_poses(stamps, [SE3.identity(), SE3.identity()])


def test_no_pose_is_refused() -> None:
    with pytest.raises(ValueError, match="one entry a pose"):
        Trajectory.from_poses([], [])
