from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from calibration import SensorRig
from fusion import Frame, Problem, Scene
from geometry import SE3, DataFileError, Trajectory


def test_frames_are_numbered_and_rise_in_time(scene: Scene) -> None:
    with pytest.raises(ValueError, match="numbered from 0"):
        replace(scene, frames=scene.frames[1:])
    with pytest.raises(ValueError, match="rise strictly in time"):
        replace(scene, frames=(scene.frames[0], Frame(1, 0)))


def test_a_frame_that_is_not_there_is_named(scene: Scene) -> None:
    with pytest.raises(ValueError, match=r"frame_index must lie in 0 … 2, got 3"):
        scene.frame(3)


def test_world_from_ego_is_the_trajectory_at_the_frame(scene: Scene) -> None:
    world_from_ego = scene.world_from_ego(2)
    assert world_from_ego is not None
    np.testing.assert_allclose(world_from_ego.translation, [20, 0, 0])
    assert replace(scene, trajectory=None).world_from_ego(2) is None


def test_references_travel_to_other_processes(scene: Scene) -> None:
    again = pickle.loads(pickle.dumps(scene))
    assert again == scene
    assert len(again.frames[0].sweeps[0].cloud()) == 400


def test_nothing_is_read_before_it_is_asked_for(scene: Scene) -> None:
    for path in scene.path.iterdir():
        path.unlink()
    assert scene.frame(0).image("ahead") is not None
    assert scene.frame(1).image("ahead") is None


def test_a_problem_names_its_place_relative_to_the_dataset() -> None:
    error = DataFileError(Path("/data/set/label_02/0003.txt"), "expected 17 fields, found 14", 7)
    problem = Problem.of(error, Path("/data/set"))
    assert problem == Problem("label_02/0003.txt", "line 7: expected 17 fields, found 14")


def test_the_ego_is_placed_on_the_map_through_the_world() -> None:
    world_from_ego, map_from_world = SE3.from_yaw(0.3, [1.0, 2.0, 0.0]), SE3.from_yaw(0.0, [4e6, 5e6, 100.0])
    scene = Scene("a", Path("a"), "made", SensorRig({}, {}, ()), (), Trajectory.from_poses([0], [world_from_ego]))
    assert scene.map_from_ego(0) == world_from_ego
    on_map = replace(scene, map_from_world=map_from_world)
    assert on_map.map_from_ego(0) == map_from_world @ world_from_ego
    assert replace(on_map, trajectory=None).map_from_ego(0) == SE3.identity()
