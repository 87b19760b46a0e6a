"""What is shown of a frame, and what is said of the rest."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial import cKDTree

from calibration import SensorRig
from formats import Dataset, FormatError, open_dataset
from fusion import Problem
from geometry import SE3, Trajectory
from viewer import LabeledScene, choose_scene, read_labeled_scene
from viewer.colors import UNKNOWN_CATEGORY


def test_a_whole_frame(labeled: LabeledScene) -> None:
    content = labeled.content(0)
    assert len(content.cloud) == 4800
    assert content.cloud.rgb is not None
    assert content.ground_z_m == pytest.approx(-0.5, abs=0.02)
    assert set(content.images) == {"ahead", "left"}
    assert [(each.name, each.color, each.is_key) for each in content.cuboids] == [
        ("Car 7", (255, 0, 255), True),
        ("Thing", UNKNOWN_CATEGORY, True),
    ]
    assert content.problems == ()
    assert content.figures == "4,800 points, 2 cuboids"
    assert content.title == "made  ·  frame 0 of 0 … 2"


def test_between_two_keys_a_cuboid_is_derived(labeled: LabeledScene) -> None:
    (car,) = labeled.content(1).cuboids
    assert not car.is_key
    np.testing.assert_allclose(car.box_ego.center, [11.0, 1.0, 0.25], atol=1e-9)


def test_without_points_the_ground_is_under_the_cuboids(labeled: LabeledScene) -> None:
    content = labeled.content(1)
    assert content.ground_z_m == pytest.approx(-0.5)
    assert content.figures == "0 points, 1 derived cuboid"
    assert content.problems == ("frame 1 has no cloud",)
    assert content.images == {}


def test_what_cannot_be_read_is_named(labeled: LabeledScene) -> None:
    content = replace(labeled, problems=(Problem("x", "y"),)).content(2)
    cloud, image, count = content.problems
    assert cloud.startswith("2.bin: expected")
    assert image.startswith("left2.png: expected")
    assert count == "1 problem(s) in the labels; see truebox inspect"
    assert set(content.images) == {"ahead"}


def test_a_scene_without_calibration_says_so(labeled: LabeledScene) -> None:
    rig = SensorRig({"top": labeled.scene.rig.ego_from_sensor["top"]}, {}, ("top",))
    frames = tuple(replace(frame, images=()) for frame in labeled.scene.frames)
    content = replace(labeled, scene=replace(labeled.scene, rig=rig, frames=frames)).content(0)
    assert content.problems == ("no camera is calibrated",)
    assert content.cameras == ()


def test_images_are_read_only_where_wanted(labeled: LabeledScene) -> None:
    content = labeled.content(2, with_images=False)
    assert content.images == {}
    assert len(content.problems) == 1


def test_it_travels_to_the_process_of_the_window(labeled: LabeledScene) -> None:
    content = pickle.loads(pickle.dumps(labeled)).content(0)
    assert len(content.cloud) == 4800
    assert len(content.cuboids) == 2


def test_there_is_no_such_frame(labeled: LabeledScene) -> None:
    with pytest.raises(ValueError, match="frame_index must lie in 0 … 2, got 3"):
        labeled.content(3)


def test_a_scene_is_chosen_by_name_or_the_first(labeled: LabeledScene) -> None:
    scenes = tuple(replace(labeled.scene, name=f"s{i:02}") for i in range(20))
    dataset = Dataset("made", Path("/made"), scenes)
    assert choose_scene(dataset, None).name == "s00"
    assert choose_scene(dataset, "s07").name == "s07"
    with pytest.raises(FormatError, match=r"/made: there is no scene x; there is: s00, .*s11 and 8 more"):
        choose_scene(dataset, "x")
    with pytest.raises(FormatError, match="expected a scene, found none"):
        choose_scene(Dataset("made", Path("/made"), ()), None)


def test_real_labels_come_with_their_colours(shared_data: Path) -> None:
    dataset = open_dataset(shared_data / "kitti_tracking")
    content = read_labeled_scene(dataset, choose_scene(dataset, "0003")).content(30)
    assert {each.name for each in content.cuboids} == {"Car 0", "Car 1"}
    assert all(each.color == (77, 171, 247) for each in content.cuboids)
    assert content.ground_z_m == pytest.approx(-0.93, abs=0.15)


def moving(labeled: LabeledScene) -> LabeledScene:
    """The ego goes on by a metre a frame, and frame 1 has the clouds and images of frame 0, of times of their own."""
    first, middle, last = labeled.scene.frames
    sweeps = tuple(replace(sweep, timestamp_ns=middle.timestamp_ns) for sweep in first.sweeps)
    images = tuple(replace(image, timestamp_ns=middle.timestamp_ns + 50_000_000) for image in first.images)
    poses = [SE3.from_yaw(0.0, [float(index), 0.0, 0.0]) for index in range(3)]
    trajectory = Trajectory.from_poses(labeled.scene.frame_times_ns, poses)
    frames = (first, replace(middle, sweeps=sweeps, images=images), last)
    return replace(labeled, scene=replace(labeled.scene, frames=frames, trajectory=trajectory))


def test_sweeps_before_and_after_are_added(labeled: LabeledScene) -> None:
    content = moving(labeled).content(1, sweeps=2)
    # The cloud of frame 2 is cut off.
    assert content.sweep_count == 2
    # Four points of frame 0 lie on the thing that frame 1 does not have.
    assert content.figures.startswith("9,596 points of 2 sweeps, ")
    assert any(problem.startswith("2.bin: expected") for problem in content.problems)
    own, other = content.cloud.positions_m[:4800], content.cloud.positions_m[4800:]
    still = np.asarray(cKDTree(own - [1.0, 0.0, 0.0]).query(other)[0]) < 1e-3
    # All but the points on the car, which its track carries.
    assert 4700 < still.sum() < 4796
    assert content.cloud.rgb is not None


def test_images_of_another_time_are_seen_from_where_the_ego_was(labeled: LabeledScene) -> None:
    content = moving(labeled).content(1)
    for name, view in content.views.items():
        moved = view.cam_from_ego.inverse().translation - content.scene.rig.ego_from_sensor[name].translation
        np.testing.assert_allclose(moved, [0.5, 0.0, 0.0], atol=1e-9)
