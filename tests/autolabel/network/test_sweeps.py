"""A frame and its neighbours, as the network is told them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autolabel.network.grid import GridSpec
from autolabel.network.sweeps import AWAY_S, BEAM, FARTHEST_S, beam_steps, gather_sweeps, neighbors
from autolabel.recording import Recording
from geometry import SE3, Trajectory

GRID = GridSpec()
CENTER = np.array([0.5, 0.0, 1.7])


def recording(clouds, period_s=0.1, poses=None):
    times = [round(i * period_s * 1e9) for i in range(len(clouds))]
    trajectory = None if poses is None else Trajectory.from_poses(times, poses)
    return Recording(times, trajectory, clouds.__getitem__, CENTER)


def flat(rng, *posts_xy):
    """(N, 4) level ground at z = 0 and a post 1 m high at each place."""
    ground = np.column_stack([rng.uniform(-50, 50, (20_000, 2)), np.zeros(20_000), np.zeros(20_000)])
    posts = [np.column_stack([np.tile(xy, (20, 1)), np.linspace(0.3, 1.0, 20), np.ones(20)]) for xy in posts_xy]
    return np.concatenate([ground, *posts]).astype(np.float32)


def test_at_ten_frames_a_second_every_other_one_is_looked_at():
    times = [i * 100_000_000 for i in range(12)]
    assert neighbors(times, 5) == ((1, 3), (7, 9))
    assert neighbors(times, 0) == ((), (2, 4))
    assert neighbors(times, 11) == ((7, 9), ())


def test_at_two_frames_a_second_the_nearest_are_looked_at():
    assert neighbors([i * 500_000_000 for i in range(5)], 2) == ((1,), (3,))


def test_what_is_too_long_ago_is_not_looked_at():
    assert neighbors([0, 2_000_000_000, 4_000_000_000], 1) == ((), ())
    assert neighbors([7], 0) == ((), ())


@given(st.lists(st.integers(1, 900_000_000), min_size=1, max_size=12), st.data())
def test_neighbors_are_before_and_after_and_not_far(steps_ns, data):
    times = np.cumsum(steps_ns).tolist()
    index = data.draw(st.integers(0, len(times) - 1))
    past, future = neighbors(times, index)
    assert all(i < index for i in past)
    assert all(i > index for i in future)
    assert len(past) <= len(AWAY_S)
    assert len(future) <= len(AWAY_S)
    assert all(abs(times[i] - times[index]) * 1e-9 <= FARTHEST_S for i in (*past, *future))
    if index > 0 and (times[index] - times[index - 1]) * 1e-9 < FARTHEST_S:
        assert past


def test_what_stands_still_stays_in_its_place_while_the_ego_moves():
    rng = np.random.default_rng(0)
    poses = [SE3.from_yaw(0.05 * i, [1.0 * i, 0.1 * i, 0.0]) for i in range(9)]
    post_world = np.array([12.0, 3.0, 0.0])
    clouds = [flat(rng, (pose.inverse() @ post_world)[:2]) for pose in poses]
    sweeps, ground = gather_sweeps(recording(clouds, poses=poses), 4, GRID)
    here = (poses[4].inverse() @ post_world)[:2]
    assert (sweeps.past_count, sweeps.future_count) == (2, 2)
    assert sweeps.past.shape == sweeps.future.shape == (5, 40)
    for cloud in (sweeps.past, sweeps.future):
        assert np.abs(cloud[:2].T - here).max() < 1e-3
        assert cloud[2].min() > 0.25
    assert np.abs(ground.at(np.array([10.0]), np.array([0.0]))) < 0.05


def test_without_poses_a_frame_is_alone():
    rng = np.random.default_rng(0)
    sweeps, _ = gather_sweeps(recording([flat(rng, (5.0, 5.0))] * 5), 2, GRID)
    assert (sweeps.past_count, sweeps.future_count) == (0, 0)
    assert sweeps.past.shape == sweeps.future.shape == (5, 0)


def test_a_frame_without_points():
    sweeps, ground = gather_sweeps(recording([np.zeros((0, 4), np.float32)]), 0, GRID)
    assert sweeps.current.shape == (5, 0)
    assert np.isfinite(ground.heights_m).all()


def test_points_off_the_grid_are_left_out():
    cloud = np.array([[0.0, 0.0, 0.0, 0.5], [60.0, 0.0, 0.0, 0.5], [0.0, -51.3, 0.0, 0.5]], np.float32)
    sweeps, _ = gather_sweeps(recording([cloud]), 0, GRID)
    assert sweeps.current.shape == (5, 1)


def test_the_recordings_own_points_are_not_changed():
    cloud = flat(np.random.default_rng(0), (5.0, 5.0))
    before = cloud.copy()
    gather_sweeps(recording([cloud]), 0, GRID, with_beams=True)
    assert np.array_equal(cloud, before)


def test_points_of_one_beam_share_a_step_whatever_their_distance():
    sine = np.sin(np.radians(-3.0))
    distance = np.linspace(3.0, 80.0, 50)
    x, z = CENTER[0] + distance * np.cos(np.radians(-3.0)), CENTER[2] + distance * sine
    steps = beam_steps(x.astype(np.float32), np.zeros(50, np.float32), z.astype(np.float32), CENTER)
    assert np.ptp(steps) <= 1
    x, y, z = (np.array([v], np.float32) for v in (10.0, 0.0, 1.7))
    higher = beam_steps(x, y, z, CENTER)
    assert higher[0] > steps.max()


def test_beams_are_told_where_asked_for():
    cloud = flat(np.random.default_rng(0), (5.0, 5.0))
    with_beams, _ = gather_sweeps(recording([cloud]), 0, GRID, with_beams=True)
    without, _ = gather_sweeps(recording([cloud]), 0, GRID)
    assert with_beams.current[BEAM].max() > 0
    assert without.current[BEAM].max() == pytest.approx(0.0)
