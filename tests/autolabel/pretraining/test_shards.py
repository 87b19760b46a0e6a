"""Simulated frames become examples on disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autolabel.network.grid import GridSpec
from autolabel.pretraining.shards import CLASSES, FEWEST_POINTS, ShardPlan, examples_of, make_shards, points_ego
from autolabel.pretraining.worlds import World
from autolabel.stopping import Stopped
from autolabel.training.examples import Example
from simulation import simulate_drive

GRID = GridSpec.around(32.0)


@pytest.fixture(scope="module")
def plan(worlds: Callable[[int], World], tmp_path_factory: pytest.TempPathFactory) -> ShardPlan:
    return ShardPlan(worlds, range(2), tmp_path_factory.mktemp("shards"), GRID)


@pytest.fixture(scope="module")
def files(plan: ShardPlan) -> list[Path]:
    return make_shards(plan)


def test_every_moment_is_an_example_with_its_sweeps_and_objects(files: list[Path]) -> None:
    assert len(files) == 4
    first, second, *_ = (Example.load(path) for path in files)
    assert (first.past_count, first.future_count) == (1, 1)
    assert (second.past_count, second.future_count) == (0, 0)
    sweeps = first.sweeps()
    assert min(cloud.shape[1] for cloud in (sweeps.current, sweeps.past, sweeps.future)) > 100
    assert len(first.boxes) > 2
    assert set(first.classes.tolist()) <= set(range(len(CLASSES)))
    # The heights of boxes and points are above the ground.
    assert np.abs(first.boxes[:, 2] - first.boxes[:, 5] / 2.0).max() < 0.6
    assert len(first.ignored) > 0


def test_what_is_there_is_not_made_again_and_what_is_lost_is_made_the_same(plan: ShardPlan, files: list[Path]) -> None:
    before, written = files[2].read_bytes(), files[0].stat().st_mtime_ns
    files[2].unlink()
    assert make_shards(plan) == files
    assert files[2].read_bytes() == before
    assert files[0].stat().st_mtime_ns == written
    assert sorted(plan.folder.iterdir()) == sorted(files)


def test_a_stopped_run_keeps_what_it_made(plan: ShardPlan, tmp_path: Path) -> None:
    other = replace(plan, folder=tmp_path / "other")
    answers = iter([False, True])
    with pytest.raises(Stopped):
        make_shards(other, should_stop=lambda: next(answers))
    assert len(list(other.folder.iterdir())) == 2


def test_points_of_a_sweep_that_took_time_lie_on_the_objects(worlds: Callable[[int], World]) -> None:
    world = worlds(0)
    drive = simulate_drive(world.drive_seed, world.frame_count, options=world.options)
    frame = drive.frame(3)
    points = points_ego(drive, frame).astype(np.float64)
    assert points.shape == (len(frame.points_lidar), 4)
    assert points[:, 3].min() >= 0.0
    assert points[:, 3].max() == 1.0
    assert not points_ego(drive, frame, has_intensity=False)[:, 3].any()
    standing = [item for item in frame.objects if drive.actors[item.track].travelled_m.std() == 0.0]
    own = [item.box_ego.contains(points[frame.point_track == item.track, :3], 0.08) for item in standing]
    assert len(np.concatenate(own)) > 20
    assert np.concatenate(own).mean() > 0.95


def test_objects_with_few_points_are_left_open(worlds: Callable[[int], World]) -> None:
    world = worlds(0)
    frame = simulate_drive(world.drive_seed, world.frame_count, options=world.options).frame(5)
    example = examples_of(replace(world, moments=world.moments[1:]), GRID)[0]
    sure = [item for item in frame.objects if item.lidar_points >= FEWEST_POINTS]
    inside = [item for item in sure if np.abs(item.box_ego.center[:2]).max() < 32.0]
    assert len(example.boxes) == len(inside)
