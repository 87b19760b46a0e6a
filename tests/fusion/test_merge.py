from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from calibration import SensorRig
from fusion import Around, Frame, Scene, Sweep, merge_sweeps, plan_merge
from geometry import SE3, Box, Trajectory
from pointcloud import PointCloud, PointFileError

STEP_NS = 100_000_000
RINGS = 8
LIDARS = ("left", "right")


def remembered(cloud: PointCloud, path: Path, sensor: str) -> PointCloud:  # noqa: ARG001
    return cloud


def broken(path: Path, sensor: str) -> PointCloud:  # noqa: ARG001
    raise PointFileError(path, "expected points, found none")


def counted(count: int, path: Path) -> int:  # noqa: ARG001
    return count


def cloud(points: int, seed: int, sensor: str) -> PointCloud:
    rng = np.random.default_rng(seed)
    ring = (np.arange(points) % RINGS).astype(np.uint16)
    return PointCloud(rng.uniform(-20, 20, (points, 3)).astype(np.float32), sensor, ring=ring)


def made_scene(count: int, points: int = 400, *, lidars: tuple[str, ...] = LIDARS, step_m: float = 1.0) -> Scene:
    def sweep(lidar: str, index: int) -> Sweep:
        return Sweep(
            lidar,
            index * STEP_NS,
            Path(f"{lidar}{index}"),
            partial(remembered, cloud(points, index, lidar)),
            partial(counted, points),
        )

    frames = [Frame(i, i * STEP_NS, tuple(sweep(lidar, i) for lidar in lidars)) for i in range(count)]
    poses = [SE3.from_yaw(0.0, [step_m * i, 0.0, 0.0]) for i in range(count)]
    way = Trajectory.from_poses([frame.timestamp_ns for frame in frames], poses)
    rig = SensorRig(dict.fromkeys(lidars, SE3.from_yaw(0.0, [0.0, 0.0, 0.0])), {}, lidars)
    return Scene("made", Path(), "made", rig, tuple(frames), way)


def test_the_whole_scene_is_merged_however_long_ago() -> None:
    scene = made_scene(300)
    plan = plan_merge(scene, 150)
    assert (len(plan.sweeps), plan.known_count, plan.share) == (402, 600, 1.0)
    all_of_it = plan_merge(scene, 150, most_sweeps=1000)
    assert (len(all_of_it.sweeps), all_of_it.known_count) == (600, 600)
    found = merge_sweeps(scene, plan)
    assert np.abs(found.age_s).max() == pytest.approx(15.0, abs=0.2)
    assert len(found.cloud) == len(plan.sweeps) * 400


def test_of_a_long_scene_each_lidar_gives_its_part_evenly() -> None:
    plan = plan_merge(made_scene(1000, 4), 500, most_sweeps=100)
    assert plan.known_count == 2000
    assert Counter(sweep.sensor for sweep in plan.others) == dict.fromkeys(LIDARS, 50)
    for lidar in LIDARS:
        times = np.array([sweep.timestamp_ns for sweep in plan.others if sweep.sensor == lidar])
        assert (np.diff(times) <= 21 * STEP_NS).all()
        assert (np.diff(times) >= 19 * STEP_NS).all()


def test_reading_is_bounded() -> None:
    plan = plan_merge(made_scene(50, 400), 25, most_read=10_000)
    assert sum(sweep.point_count() for sweep in plan.others) <= 10_000
    assert len(plan.others) >= 20


def test_too_many_points_are_thinned_evenly_over_sweeps_and_lasers() -> None:
    scene = made_scene(20)
    plan = plan_merge(scene, 10, max_points=1520)
    found = merge_sweeps(scene, plan, max_points=1520)
    own = 400 * len(LIDARS)
    assert plan.share == pytest.approx(0.1)
    assert own + 1400 <= len(found.cloud) <= own + 1520
    per_sweep = Counter(np.round(found.age_s[own:], 1).tolist())
    assert len(per_sweep) == 19
    assert set(per_sweep.values()) <= set(range(70, 81))
    assert found.cloud.ring is not None
    per_ring = np.bincount(found.cloud.ring[own:], minlength=RINGS)
    assert per_ring.min() > 0.7 * per_ring.mean()
    assert found.left_out_count == 19 * 400 * len(LIDARS) - (len(found.cloud) - own)


def test_headers_that_lie_do_not_break_the_bound() -> None:
    scene = made_scene(10)
    liars = tuple(
        replace(frame, sweeps=tuple(replace(sweep, count=partial(counted, 1)) for sweep in frame.sweeps))
        for frame in scene.frames
    )
    scene = replace(scene, frames=liars)
    found = merge_sweeps(scene, plan_merge(scene, 5, max_points=500), max_points=500)
    assert len(found.cloud) <= 400 * len(LIDARS) + 500


def test_around_a_place_only_sweeps_within_sight_are_read() -> None:
    scene = made_scene(400, 50, step_m=2.0)
    plan = plan_merge(scene, 0, around=Around((10.0, 0.0, 0.0), 5.0))
    assert max(sweep.timestamp_ns for sweep in plan.others) == 67 * STEP_NS
    found = merge_sweeps(scene, plan)
    away = np.hypot(found.cloud.xyz[100:, 0] - 10.0, found.cloud.xyz[100:, 1])
    assert away.max() <= 5.0


def test_what_drives_is_carried_and_what_is_not_there_is_left_out() -> None:
    scene = made_scene(3, lidars=("left",), step_m=0.0)
    on_car = np.random.default_rng(0).uniform(-0.4, 0.4, (100, 3)) * [4.0, 2.0, 1.5]
    places = [np.array([10.0 + 5.0 * index, 40.0, 0.0]) for index in range(3)]
    frames = tuple(
        replace(
            frame,
            sweeps=(
                replace(
                    frame.sweeps[0],
                    read=partial(remembered, PointCloud((on_car + place).astype(np.float32), "left")),
                    count=partial(counted, 100),
                ),
            ),
        )
        for frame, place in zip(scene.frames, places, strict=True)
    )
    scene = replace(scene, frames=frames)
    boxes = {index: Box.from_yaw(place, (4.2, 2.1, 1.6), 0.0) for index, place in enumerate(places)}
    found = merge_sweeps(scene, plan_merge(scene, 1), tracks={"car": boxes})
    np.testing.assert_allclose(found.cloud.positions_m.reshape(3, 100, 3), [on_car + places[1]] * 3, atol=1e-4)
    del boxes[1]
    assert len(merge_sweeps(scene, plan_merge(scene, 1), tracks={"car": boxes}).cloud) == 100


@pytest.mark.parametrize("count", [0, 1, 5000])
def test_clouds_of_nothing_of_one_place_and_far_away(count: int) -> None:
    scene = made_scene(3, 4)
    far = PointCloud(np.full((count, 3), [0.0, 14_000.0, 0.0], np.float32), "left")
    frames = tuple(replace(f, sweeps=(replace(f.sweeps[0], read=partial(remembered, far)),)) for f in scene.frames)
    scene = replace(scene, frames=frames)
    found = merge_sweeps(scene, plan_merge(scene, 1))
    assert len(found.cloud) == 3 * count
    assert found.sweep_count == 3


def test_a_broken_file_costs_its_own_points_and_no_poses_all_others() -> None:
    scene = made_scene(3)
    sweep = replace(scene.frames[2].sweeps[0], read=broken)
    lost = replace(scene, frames=(*scene.frames[:2], replace(scene.frames[2], sweeps=(sweep,))))
    found = merge_sweeps(lost, plan_merge(lost, 0))
    assert len(found.cloud) == 4 * 400
    assert "expected points, found none" in found.problems[0].message
    alone = plan_merge(replace(scene, trajectory=None), 0)
    assert (len(alone.sweeps), alone.known_count) == (2, 6)


def test_bounds_and_places_that_are_none_are_refused() -> None:
    scene = made_scene(2)
    with pytest.raises(ValueError, match="bounds must be 1 or more"):
        plan_merge(scene, 0, max_points=0)
    with pytest.raises(ValueError, match="frame"):
        plan_merge(scene, 9)
    with pytest.raises(ValueError, match="around must be finite"):
        Around((0.0, float("nan"), 0.0), 1.0)
