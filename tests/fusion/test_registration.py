from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration import SensorRig
from fusion import Deskew, Frame, Scene, Sweep, registration
from fusion.errors import RegistrationError
from fusion.registered import RegisteredTrajectory
from fusion.registration import trajectory_by_registration, why_no_registration
from geometry import SE3, Trajectory
from pointcloud import PointCloud, PointFileError

STEP_NS = 100_000_000
EGO_FROM_LIDAR = SE3.from_yaw(0.4, [1.0, 0.2, 1.7])
COUNT = 8

needs_kiss_icp = pytest.mark.skipif(why_no_registration() is not None, reason="kiss-icp is not installed")


def silent(progress: float, message: str) -> None:
    """Nobody listens."""


def remembered(cloud: PointCloud, path: Path, sensor: str) -> PointCloud:  # noqa: ARG001
    return cloud


def broken(path: Path, sensor: str) -> PointCloud:  # noqa: ARG001
    raise PointFileError(path, "expected points, found none")


def counted(path: Path) -> int:  # noqa: ARG001
    return 0


def way() -> Trajectory:
    """13 m/s, into a bend."""
    poses = [SE3.from_yaw(0.004 * i * i, [1.3 * i, 0.02 * i * i, 0.01 * i]) for i in range(-1, COUNT + 1)]
    return Trajectory.from_poses([i * STEP_NS for i in range(-1, COUNT + 1)], poses)


def town(rng: np.random.Generator, count: int) -> np.ndarray:
    """Points on ground, house fronts with gaps, and posts."""
    ground = np.column_stack([rng.uniform(-40, 60, count), rng.uniform(-15, 15, count), np.zeros(count)])
    blocks = [(x, y) for x in range(-40, 60, 14) for y in (-12.0, 13.0)]
    walls = []
    for number, (x, y) in enumerate(blocks):
        along, up = rng.uniform(0, 9, count // 20), rng.uniform(0, 7, count // 20)
        walls.append(np.column_stack([x + along, np.full_like(along, y), up]))
        depth = rng.uniform(0, 5, count // 40)
        walls.append(np.column_stack([np.full_like(depth, x + number % 3), y + np.sign(y) * depth, depth]))
        walls.append(np.column_stack([np.full(40, x + 11.0), np.full(40, y * 0.6), rng.uniform(0, 4, 40)]))
    return np.concatenate([ground, *walls])


def town_scene(*, skewed: bool = False, deskew: Deskew = "off") -> Scene:
    """Every sweep meets spots of its own on the same surfaces; skewed ones, from where the lidar is at each."""
    rng, trajectory = np.random.default_rng(4), way()
    frames = []
    for i in range(COUNT):
        points = town(rng, 16_000) + rng.normal(0, 0.01, 3)
        offsets = rng.choice(np.arange(-45, 46, 5) * 1_000_000, len(points)) * int(skewed)
        points_lidar = np.empty_like(points)
        for offset in np.unique(offsets):
            mine = offsets == offset
            world_from_ego = trajectory.world_from_ego(i * STEP_NS + int(offset))
            points_lidar[mine] = (world_from_ego @ EGO_FROM_LIDAR).inverse().apply(points[mine])
        near = np.linalg.norm(points_lidar, axis=1) < 60
        cloud = PointCloud(points_lidar[near], "top", time_offset_ns=offsets[near])
        sweep = Sweep("top", i * STEP_NS, Path(f"{i}.bin"), partial(remembered, cloud), counted, deskew=deskew)
        frames.append(Frame(i, i * STEP_NS, (sweep,)))
    return Scene("town", Path("town"), "made", SensorRig({"top": EGO_FROM_LIDAR}, {}, ("top",)), tuple(frames))


def worst_m(found: RegisteredTrajectory) -> float:
    true = way()
    first = true.world_from_ego(0).inverse()
    return max(
        float(np.linalg.norm((first @ true.world_from_ego(int(time_ns))).translation - pose.translation))
        for time_ns, pose in zip(found.trajectory.timestamps_ns, found.trajectory.poses, strict=True)
    )


def with_sweep(scene: Scene, index: int, change: Callable[[Sweep], Sweep]) -> Scene:
    frames = list(scene.frames)
    frames[index] = replace(frames[index], sweeps=tuple(change(sweep) for sweep in frames[index].sweeps))
    return replace(scene, frames=tuple(frames))


@needs_kiss_icp
def test_a_way_through_a_town_is_found_and_called_good() -> None:
    said: list[float] = []
    found = trajectory_by_registration(town_scene(), lambda progress, _: said.append(progress))
    assert worst_m(found) < 0.05
    assert found.trajectory.timestamps_ns.tolist() == [i * STEP_NS for i in range(COUNT)]
    assert found.path_m == pytest.approx(9.1, abs=0.15)
    assert found.drift_share < 0.01
    assert found.inlier_share.min() > 0.8
    assert found.doubtful_frames == ()
    assert found.summary().startswith("Good: 8 clouds of top over 9.")
    assert said == sorted(said)
    assert said[-1] == 1.0


@needs_kiss_icp
def test_the_same_clouds_give_the_same_poses() -> None:
    first, second = (trajectory_by_registration(town_scene(), silent) for _ in range(2))
    assert first.to_json() == second.to_json()


@needs_kiss_icp
def test_points_with_times_of_their_own_are_deskewed_on_the_way() -> None:
    found = trajectory_by_registration(town_scene(skewed=True, deskew="on"), silent)
    assert worst_m(found) < 0.15
    left = trajectory_by_registration(town_scene(skewed=True), silent)
    assert np.median(found.residual_m[2:]) < 0.8 * np.median(left.residual_m[2:])


@needs_kiss_icp
def test_a_cloud_of_elsewhere_is_doubted() -> None:
    rng = np.random.default_rng(9)
    elsewhere = PointCloud(rng.uniform([-50, -50, -2], [50, 50, 15], (5000, 3)).astype(np.float32), "top")
    scene = with_sweep(town_scene(), 4, lambda sweep: replace(sweep, read=partial(remembered, elsewhere)))
    found = trajectory_by_registration(scene, silent)
    assert 4 in found.doubtful_frames
    assert found.summary().startswith("Doubtful")


@needs_kiss_icp
def test_a_cloud_that_cannot_be_read_is_left_out_and_named() -> None:
    scene = with_sweep(town_scene(), 3, lambda sweep: replace(sweep, read=broken))
    empty = with_sweep(scene, 5, lambda sweep: replace(sweep, read=partial(remembered, PointCloud.empty("top"))))
    found = trajectory_by_registration(empty, silent)
    assert len(found.trajectory.poses) == COUNT - 2
    assert [problem.path for problem in found.problems] == ["../3.bin", "../5.bin"]
    assert "found 0" in found.problems[1].message
    assert worst_m(found) < 0.15


@needs_kiss_icp
def test_one_cloud_is_no_way() -> None:
    scene = town_scene()
    with pytest.raises(RegistrationError, match="expected two clouds"):
        trajectory_by_registration(replace(scene, frames=scene.frames[:1]), silent)
    with pytest.raises(RegistrationError, match="found none"):
        trajectory_by_registration(replace(scene, frames=(Frame(0, 0),)), silent)


def test_without_the_program_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registration, "find_spec", lambda _: None)
    with pytest.raises(RegistrationError, match=r"pip install 'truebox\[registration\]'"):
        trajectory_by_registration(town_scene(), silent)


@needs_kiss_icp
def test_poses_of_a_real_drive_agree_with_its_oxts(shared_data: Path) -> None:
    from formats.kitti.raw import KittiRaw

    drive = shared_data / "kitti_raw" / "2011_09_26" / "2011_09_26_drive_0013_sync"
    scene = KittiRaw().open_dataset(drive).scenes[0]
    found = trajectory_by_registration(scene, silent)
    true = [scene.world_from_ego(frame.index) for frame in scene.frames]
    first = true[0]
    assert first is not None
    off = [first.inverse() @ pose for pose in true if pose is not None]
    away = [pose.inverse() @ oxts for pose, oxts in zip(found.trajectory.poses, off, strict=True)]
    # The lidar sees the car go 0.65° further to the left than its IMU does, all along: the mounting that KITTI gives.
    assert max(np.linalg.norm(pose.translation) for pose in away) < 0.015 * found.path_m
    assert max(abs(np.rad2deg(pose.yaw_rad)) for pose in away) < 0.1
    assert found.summary().startswith("Good: 12 clouds of velodyne over 13.4 m")


def made(count: int, seed: int) -> RegisteredTrajectory:
    rng = np.random.default_rng(seed)
    poses = [SE3.from_yaw(float(rng.uniform(-3, 3)), rng.uniform(-50, 50, 3)) for _ in range(count)]
    times = (1_700_000_000_000_000_001 + np.arange(count) * STEP_NS).tolist()
    shares, residuals = rng.uniform(0, 1, count), rng.uniform(0, 0.3, count)
    return RegisteredTrajectory(Trajectory.from_poses(times, poses), "top", shares, residuals, float(rng.uniform(0, 3)))


@given(st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_json_gives_it_back(count: int, seed: int) -> None:
    given_ = made(count, seed)
    back = RegisteredTrajectory.from_json(json.loads(json.dumps(given_.to_json())))
    assert back.trajectory.timestamps_ns.tolist() == given_.trajectory.timestamps_ns.tolist()
    pairs = zip(back.trajectory.poses, given_.trajectory.poses, strict=True)
    assert all(pose.is_close(before) for pose, before in pairs)
    assert back.figures() == given_.figures()
    assert back.summary() == given_.summary()


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(["version", "world_from_ego", "lidar", "drift_m", "problems"])
ROW_FIELDS = st.sampled_from(["timestamp_ns", "quat_wxyz", "translation_m", "inlier_share", "residual_m"])


@given(JSON, FIELDS, ROW_FIELDS)
def test_json_of_another_kind_is_refused_or_read(value: object, field: str, row_field: str) -> None:
    whole, row = made(2, 0).to_json(), made(2, 0).to_json()
    row["world_from_ego"][1][row_field] = value
    for broken_json in (value, whole | {field: value}, row):
        try:
            assert isinstance(RegisteredTrajectory.from_json(broken_json), RegisteredTrajectory)
        except ValueError:
            continue
