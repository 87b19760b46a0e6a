"""Sweeps that take time, against a room and a car that are known."""

from __future__ import annotations

import numpy as np
import pytest

from geometry.box import Box
from geometry.se3 import SE3
from geometry.trajectory import Trajectory
from simulation import (
    DEFAULT_SEED,
    DriveOptions,
    SimulatedDrive,
    SimulatedFrame,
    simulate_drive,
    spinning_lidar,
)
from simulation.lidar import Met, meet_at_once
from simulation.meshes.mesh import block
from simulation.models import Shape
from simulation.rolling import Motion, meet_rolling
from simulation.scene import Scene
from simulation.subjects import Subject

FRAME_NS = 100_000_000
LIDAR = spinning_lidar(16, azimuths=180, ego_from_lidar=SE3.from_yaw(0.2, [0.5, 0.0, 0.3]))
PULSES = LIDAR.pattern.pulses(0)
ROOM = block([-20] * 3, [20] * 3, "plain.matte")


def straight(step: list[float], turn_rad: float = 0.0) -> Motion:
    back, ahead = (SE3.from_yaw(sign * turn_rad, [sign * part for part in step]) for sign in (-1.0, 1.0))
    return Motion(back, SE3.identity(), ahead)


def points_world(met: Met, ego: Motion) -> np.ndarray:
    """Each point put into the world with the pose of its own time, as those who undo the distortion do."""
    way = Trajectory.from_poses([-FRAME_NS, 0, FRAME_NS], [ego.before, ego.now, ego.after])
    points_lidar = PULSES.directions_lidar.astype(np.float64) * met.hits.distance_m[:, None]
    return np.array(
        [
            (way.world_from_ego(int(time_ns)) @ LIDAR.ego_from_lidar).apply(point)
            for time_ns, point in zip(met.time_offset_ns, points_lidar, strict=True)
        ]
    )


def test_undone_the_room_is_square_and_left_alone_it_is_not() -> None:
    ego, scene = straight([1.2, 0.1, 0.0], 0.04), Scene(ROOM, [])
    met = meet_rolling(scene, scene.rays_before_last(0), [], ego, LIDAR, PULSES, FRAME_NS)
    walls = np.abs(points_world(met, ego)).max(axis=1)
    np.testing.assert_allclose(walls, 20.0, atol=1e-3)
    points_lidar = PULSES.directions_lidar.astype(np.float64) * met.hits.distance_m[:, None]
    assert np.abs(np.abs(LIDAR.ego_from_lidar @ points_lidar).max(axis=1) - 20.0).max() > 0.3


def test_who_stands_still_sees_what_an_instant_would_show() -> None:
    ego, scene = straight([0.0, 0.0, 0.0]), Scene(ROOM, [])
    rolling = meet_rolling(scene, scene.rays_before_last(0), [], ego, LIDAR, PULSES, FRAME_NS)
    at_once = meet_at_once(scene, LIDAR.ego_from_lidar, PULSES)
    np.testing.assert_array_equal(rolling.hits.triangle, at_once.hits.triangle)
    np.testing.assert_allclose(rolling.hits.distance_m, at_once.hits.distance_m, rtol=1e-5)
    assert (at_once.time_offset_ns == 0).all()
    assert rolling.time_offset_ns.min() < -0.9 * FRAME_NS / 2


def test_a_car_that_overtakes_is_met_where_it_is_then() -> None:
    shape = Shape(lambda: block([-2, -0.9, 0], [2, 0.9, 1.5], "plain.paint"))
    poses = [SE3.from_yaw(0.0, [4.0 + 2.0 * step, 6.0, -0.8]) for step in (-1, 0, 1)]
    motion = Motion(*poses)
    box = Box(poses[1] @ SE3(np.eye(3), np.array([0.0, 0.0, 0.75])), np.array([4.0, 1.8, 1.5]))
    subject = Subject(0, shape, poses[1], box)
    scene = Scene(ROOM, [(0, shape.mesh.transform(poses[1]))])
    ego = straight([0.0, 0.0, 0.0])
    met = meet_rolling(scene, scene.rays_before_last(1), [(subject, motion)], ego, LIDAR, PULSES, FRAME_NS)
    own = scene.tracks_of(met.hits) == 0
    assert own.sum() > 60
    points = points_world(met, ego)[own]
    carried = points - met.time_offset_ns[own, None] / FRAME_NS * np.array([2.0, 0.0, 0.0])
    assert box.contains(carried, 0.002).all()
    assert not box.contains(points, 0.002).all()


def test_motion_goes_on_beyond_its_ends_and_needs_a_place() -> None:
    poses: list[SE3 | None] = [SE3.from_yaw(0.1 * n, [3.0 * n, 0, 0]) for n in range(3)]
    first, last = Motion.at(poses, 0), Motion.at(poses, 2)
    assert first.before.yaw_rad == pytest.approx(-0.1)
    assert last.after.yaw_rad == pytest.approx(0.3)
    assert not Motion.at([poses[1]], 0).moves
    assert not Motion.at([poses[1]] * 3, 1).moves
    with pytest.raises(ValueError, match="frame 0"):
        Motion.at([None, poses[0]], 0)


@pytest.fixture(scope="module")
def rolling() -> SimulatedDrive:
    options = DriveOptions(azimuths=900, pictures=False, rolling=True)
    return simulate_drive(DEFAULT_SEED, 40, options=options)


@pytest.fixture(scope="module")
def rolling_frame(rolling: SimulatedDrive) -> SimulatedFrame:
    return rolling.frame(20)


def test_a_rolling_drive_gives_each_point_its_time(rolling_frame: SimulatedFrame) -> None:
    sweep = rolling_frame.sweeps["velodyne"]
    assert len(sweep.time_offset_ns) == len(sweep.points_lidar) == len(sweep.track) == len(sweep.beam)
    azimuth = np.arctan2(sweep.points_lidar[:, 1], sweep.points_lidar[:, 0])
    ahead = np.abs(azimuth) < np.deg2rad(80)
    np.testing.assert_allclose(
        sweep.time_offset_ns[ahead], -azimuth[ahead] / (2 * np.pi) * FRAME_NS, atol=0.01 * FRAME_NS
    )


def test_the_distortion_of_those_who_stand_is_undone_by_the_poses(
    drive: SimulatedDrive, some_frames: list[SimulatedFrame], rolling: SimulatedDrive, rolling_frame: SimulatedFrame
) -> None:
    at_once = some_frames[3]
    assert at_once.index == rolling_frame.index
    assert len(rolling_frame.points_lidar) == pytest.approx(len(at_once.points_lidar), rel=0.03)
    stamps = [index * FRAME_NS for index in range(40)]
    way = Trajectory.from_poses(stamps, [drive.world_from_ego(index) for index in range(40)])
    sweep = rolling_frame.sweeps["velodyne"]
    inside: list[bool] = []
    for actor in rolling.actors:
        box, own = actor.box_world(20), np.flatnonzero(sweep.track == actor.track)[::7]
        if box is None or Motion.at(actor.world_from_base, 20).moves:
            continue
        for point, offset_ns in zip(sweep.points_lidar[own, :3], sweep.time_offset_ns[own], strict=True):
            world_from_lidar = way.world_from_ego(20 * FRAME_NS + int(offset_ns)) @ rolling.ego_from_lidar
            inside.append(bool(box.contains(world_from_lidar.apply(point)[None], 0.05).all()))
    assert len(inside) > 200
    assert np.mean(inside) > 0.97
