from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from calibration import SensorRig
from fusion import Frame, Scene, Sweep
from fusion.accumulate import accumulate, first_in_voxels, sweeps_around
from geometry import SE3, Box, Trajectory
from pointcloud import PointCloud, PointFileError

STEP_NS = 100_000_000
EGO_FROM_LIDAR = SE3.from_yaw(0.3, [1.0, 0.2, 1.8])
UTM = np.array([691_234.0, 5_334_567.0, 512.0])
CAR_SIZE = np.array([4.0, 2.0, 1.6])


def remembered(cloud: PointCloud, path: Path, sensor: str) -> PointCloud:  # noqa: ARG001
    return cloud


def broken(path: Path, sensor: str) -> PointCloud:  # noqa: ARG001
    raise PointFileError(path, "expected points, found none")


def counted(path: Path) -> int:  # noqa: ARG001
    return 0


def way(count: int, origin: np.ndarray) -> Trajectory:
    poses = [SE3.from_yaw(0.02 * i, origin + [1.5 * i, 0.1 * i, 0.0]) for i in range(count)]
    return Trajectory.from_poses([i * STEP_NS for i in range(count)], poses)


def car_world(time_ns: int, origin: np.ndarray) -> Box:
    """A car that drives ahead and turns."""
    seconds = time_ns * 1e-9
    return Box.from_yaw(origin + [15.0 + 12.0 * seconds, 4.0, 0.8], CAR_SIZE, 0.2 * seconds)


def street(origin: np.ndarray) -> np.ndarray:
    rng = np.random.default_rng(0)
    return np.asarray(origin + np.column_stack([rng.uniform(0, 60, 300), np.full(300, -8.0), rng.uniform(0, 5, 300)]))


def on_car() -> np.ndarray:
    """(50, 3) in the car's own frame."""
    return np.asarray(np.random.default_rng(1).uniform(-0.49, 0.49, (50, 3)) * CAR_SIZE)


def sweep_at(time_ns: int, trajectory: Trajectory, origin: np.ndarray, *, with_car: bool = True) -> Sweep:
    """What a lidar has at a moment: the street, then the car."""
    lidar_from_world = (trajectory.world_from_ego(time_ns) @ EGO_FROM_LIDAR).inverse()
    points = [street(origin)]
    if with_car:
        points.append(car_world(time_ns, origin).frame_from_object.apply(on_car()))
    cloud = PointCloud(lidar_from_world.apply(np.concatenate(points)).astype(np.float32), "top")
    return Sweep("top", time_ns, Path(f"{time_ns}.bin"), partial(remembered, cloud), counted)


def made_scene(
    count: int = 7, origin: np.ndarray = UTM, *, between: Sequence[int] = (), with_car: bool = True
) -> Scene:
    trajectory = way(count, origin)
    frames = [
        Frame(i, i * STEP_NS, (sweep_at(i * STEP_NS, trajectory, origin, with_car=with_car),)) for i in range(count)
    ]
    extra = tuple(sweep_at(time_ns, trajectory, origin) for time_ns in between)
    rig = SensorRig({"top": EGO_FROM_LIDAR}, {}, ("top",))
    return Scene("made", Path(), "made", rig, tuple(frames), trajectory, sweeps_between=extra)


def car_track(scene: Scene, origin: np.ndarray = UTM) -> dict[int, Box]:
    boxes = {}
    for frame in scene.frames:
        world_from_ego = scene.world_from_ego(frame.index)
        assert world_from_ego is not None
        boxes[frame.index] = car_world(frame.timestamp_ns, origin).transform(world_from_ego.inverse())
    return boxes


def in_world(cloud: PointCloud, scene: Scene, frame_index: int) -> np.ndarray:
    world_from_ego = scene.world_from_ego(frame_index)
    assert world_from_ego is not None
    return world_from_ego.apply(cloud.positions_m)


@pytest.mark.parametrize("origin", [np.zeros(3), UTM])
def test_what_stands_still_is_in_one_place(origin: np.ndarray) -> None:
    scene = made_scene(origin=origin)
    found = accumulate(scene, 3, before=2, after=1, tracks={"car": car_track(scene, origin)})
    assert (found.sweep_count, found.cloud.frame, found.problems) == (4, "ego", ())
    sweeps = in_world(found.cloud, scene, 3).reshape(4, 350, 3)
    for sweep in sweeps:
        np.testing.assert_allclose(sweep[:300], street(origin), atol=1e-3)
    assert found.age_s.reshape(4, 350)[:, 0].tolist() == pytest.approx([0.0, 0.1, -0.1, 0.2])


@pytest.mark.parametrize("origin", [np.zeros(3), UTM])
def test_what_moves_is_carried_by_its_track(origin: np.ndarray) -> None:
    scene = made_scene(origin=origin, between=[3 * STEP_NS + 40_000_000, 2 * STEP_NS + 30_000_000])
    track = car_track(scene, origin)
    carried = accumulate(scene, 3, before=4, after=4, tracks={"car": track})
    smeared = accumulate(scene, 3, before=4, after=4)
    true = track[3].frame_from_object.apply(on_car())
    assert carried.sweep_count == 9
    assert farthest(carried.cloud, true) < 2e-3
    assert farthest(smeared.cloud, true) > 3.0


def farthest(cloud: PointCloud, true: np.ndarray) -> float:
    """How far the car's points of any sweep lie from where they are in the frame."""
    cars = cloud.positions_m.reshape(-1, 350, 3)[:, 300:]
    return float(np.linalg.norm(cars - true, axis=2).max())


def test_an_object_that_the_frame_does_not_have_leaves_no_trace() -> None:
    scene = made_scene()
    track = {index: box for index, box in car_track(scene).items() if index != 3}
    found = accumulate(scene, 3, before=1, after=1, tracks={"car": track})
    assert len(found.cloud) == 350 + 300 + 300
    assert found.left_out_count == 100


def test_sweeps_between_frames_come_in_order_of_time() -> None:
    scene = made_scene(between=[3 * STEP_NS - 20_000_000, 3 * STEP_NS + 60_000_000, 5 * STEP_NS + 1])
    times = [sweep.timestamp_ns // 1_000_000 for sweep in sweeps_around(scene, 3, 2, 3)]
    assert times == [300, 280, 360, 200, 400, 500]
    assert [sweep.timestamp_ns for sweep in sweeps_around(scene, 0, 5, 0)] == [0]


def test_sweeps_of_long_ago_are_of_another_place() -> None:
    scene = made_scene(2)
    late = [replace(frame, timestamp_ns=frame.index * 11_000_000_000) for frame in scene.frames]
    late = [
        replace(frame, sweeps=tuple(replace(sweep, timestamp_ns=frame.timestamp_ns) for sweep in frame.sweeps))
        for frame in late
    ]
    assert len(sweeps_around(replace(scene, frames=tuple(late)), 0, 5, 5)) == 1


def test_in_the_world_it_keeps_its_millimetres() -> None:
    scene = made_scene(with_car=False)
    found = accumulate(scene, 3, before=1, after=1, frame="world")
    assert found.cloud.frame == "world"
    for sweep in found.cloud.positions_m.reshape(3, 300, 3):
        np.testing.assert_allclose(sweep, street(UTM), atol=1e-3)


@given(st.integers(1, 1200), st.sampled_from([0.0, 0.5]))
def test_there_are_never_more_points_than_asked_for_and_the_frames_own_all_stay(most: int, voxel_m: float) -> None:
    scene = made_scene(with_car=False)
    found = accumulate(scene, 3, before=3, after=3, max_points=most, voxel_m=voxel_m)
    assert len(found.cloud) <= 300 + most
    assert len(found.cloud) + found.left_out_count == 7 * 300
    np.testing.assert_array_equal(found.age_s[:300], 0)
    np.testing.assert_allclose(in_world(found.cloud, scene, 3)[:300], street(UTM), atol=1e-3)
    assert (found.voxel_m > 0) == (voxel_m > 0 or most < 1800)


def test_the_youngest_point_of_a_cube_stays() -> None:
    found = accumulate(made_scene(with_car=False), 3, before=3, after=3, voxel_m=1e-2)
    # All sweeps show the same points, so that of those nearest in time only remain.
    assert found.left_out_count > 4 * 300
    assert np.median(np.abs(found.age_s[300:])) == pytest.approx(0.1)


@given(arrays(np.float64, st.tuples(st.integers(0, 60), st.just(3)), elements=st.floats(-50, 50)), st.floats(0.1, 30))
def test_one_point_of_each_cube_is_kept_and_it_is_the_first(points: np.ndarray, voxel_m: float) -> None:
    kept = first_in_voxels(points, voxel_m)
    cells = np.floor((points - points.min(axis=0, initial=np.inf)) / voxel_m).astype(int).tolist()
    assert kept.tolist() == [i for i, cell in enumerate(cells) if cell not in cells[:i]]


def test_points_with_times_of_their_own_have_ages_of_their_own() -> None:
    scene = made_scene()
    cloud = PointCloud(
        np.ones((2, 3), dtype=np.float32), "top", time_offset_ns=np.array([-50_000_000, 50_000_000], dtype=np.int32)
    )
    timed = replace(scene.frames[2].sweeps[0], read=partial(remembered, cloud), deskew="on")
    frames = [*scene.frames[:2], replace(scene.frames[2], sweeps=(timed,)), *scene.frames[3:]]
    found = accumulate(replace(scene, frames=tuple(frames)), 3, before=1, after=0)
    assert found.age_s[-2:].tolist() == pytest.approx([0.15, 0.05])
    assert found.cloud.time_offset_ns is None


def test_a_scene_without_poses_has_its_own_sweep_only_and_says_so() -> None:
    lost = replace(made_scene(), trajectory=None)
    found = accumulate(lost, 3, before=1, after=1)
    assert found.sweep_count == 1
    assert "the scene has no trajectory" in found.problems[0].message
    assert accumulate(lost, 3, before=0, after=0).problems == ()
    with pytest.raises(ValueError, match="frame must be ego"):
        accumulate(lost, 3, before=0, after=0, frame="world")


def test_a_file_that_cannot_be_read_costs_its_own_points_only() -> None:
    scene = made_scene()
    wrong = replace(scene.frames[2].sweeps[0], read=broken)
    frames = [*scene.frames[:2], replace(scene.frames[2], sweeps=(wrong,)), *scene.frames[3:]]
    found = accumulate(replace(scene, frames=tuple(frames)), 3, before=1, after=1)
    assert found.sweep_count == 2
    assert [problem.path for problem in found.problems] == ["200000000.bin"]


def test_a_frame_without_a_cloud_shows_its_neighbours() -> None:
    scene = made_scene(with_car=False)
    frames = [*scene.frames[:3], replace(scene.frames[3], sweeps=()), *scene.frames[4:]]
    found = accumulate(replace(scene, frames=tuple(frames)), 3, before=1, after=1)
    assert (found.sweep_count, len(found.cloud)) == (2, 600)
    np.testing.assert_allclose(in_world(found.cloud, scene, 3)[:300], street(UTM), atol=1e-3)


def test_wrong_arguments_are_refused() -> None:
    scene = made_scene()
    with pytest.raises(ValueError, match="frame_index"):
        accumulate(scene, 99, before=1, after=1)
    with pytest.raises(ValueError, match="negative"):
        accumulate(scene, 0, before=-1, after=1)
    with pytest.raises(ValueError, match="max_points"):
        accumulate(scene, 0, before=1, after=1, max_points=0)
