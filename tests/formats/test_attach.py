from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration import Pinhole, SensorRig
from formats.attach import attach_labels, match_frames
from fusion import CameraImage, Frame, Scene
from geometry import SE3, Trajectory
from labels import Cuboid, FrameState, ImageBox, LabelSet, Track

STEP_NS = 100_000_000
NO_SENSORS = SensorRig({}, {}, ())
LIDAR_AT = SE3.from_yaw(0.2, [1.0, 0.0, 1.8])


def rig(lidar_at: SE3 = LIDAR_AT, lidar: str = "velodyne") -> SensorRig:
    camera = Pinhole(70.0, 70.0, 60.0, 17.0, 120, 36)
    return SensorRig({lidar: lidar_at, "front": SE3.from_yaw(0.1, [2, 0, 1])}, {"front": camera}, (lidar,))


def scene(*names: str, times_ns: list[int] | None = None, rig: SensorRig = NO_SENSORS, **fields: Any) -> Scene:
    times = times_ns or [STEP_NS * i for i in range(len(names))]
    frames = tuple(Frame(i, time, name=name) for i, (name, time) in enumerate(zip(names, times, strict=True)))
    return Scene("made", Path("made"), "made", rig, frames, **fields)


def labels(count: int) -> LabelSet:
    """One track with a key in every frame, one that is in the first frame only, and what may stand beside them."""
    cuboids = [Cuboid(f"a{i}", "a", i, SE3.from_yaw(0.3, [10 + i, 2, 1]), np.array([4.0, 2, 1])) for i in range(count)]
    cuboids.append(Cuboid("b", "b", 0, SE3.identity(), np.ones(3)))
    boxes = (ImageBox(f"i{i}", i, camera, (0, 0, 1, 1), "ignore") for i in range(count) for camera in ("front", "rear"))
    return LabelSet(
        tracks={"a": Track("a", "Car", 0, count - 1), "b": Track("b", "Van", 0, 0)},
        cuboids={cuboid.id: cuboid for cuboid in cuboids},
        image_boxes={f"{box.id}{box.camera}": box for box in boxes},
        frame_states={"0": FrameState(0, "done")},
    )


def test_frames_are_the_same_by_name_whatever_their_order_and_times() -> None:
    reading = attach_labels(labels(3), scene("c", "a", "x"), scene("a", "b", "c", rig=rig()))
    assert {c.id: c.frame_index for c in reading.labels.cuboids.values()} == {"a0": 2, "a1": 0, "b": 2}
    assert (reading.labels.tracks["a"].first_frame, reading.labels.tracks["a"].last_frame) == (0, 2)
    assert reading.labels.frame_states == {"2": FrameState(2, "done")}
    messages = [problem.message for problem in reading.problems]
    assert messages == [
        "1 cuboids are left out: made has no frame for x",
        "no sensor is placed in both: boxes are taken to be in the same ego as those of made",
        "2D boxes in rear are left out: made has no such camera",
    ]
    assert {problem.path for problem in reading.problems} == {"made"}


def test_names_are_also_those_of_files_and_numbers_are_numbers() -> None:
    picture = CameraImage("front", 0, Path("somewhere/000007.png"))
    target = Scene("made", Path("made"), "made", rig(), (Frame(0, 5, images=(picture,)), Frame(1, 9)))
    assert match_frames(scene("1", "07", "9"), target).target_from_source == {1: 0}


def test_a_name_of_several_frames_is_no_name() -> None:
    same = match_frames(scene("bag", "bag", times_ns=[0, 5]), scene("bag", "bag", "bag", times_ns=[5, 10, 20]), 3)
    assert (dict(same.target_from_source), same.how) == ({1: 0}, "by time")


def test_else_frames_are_the_same_by_time() -> None:
    source = scene("", "", "", times_ns=[4_000_000, 103_000_000, 190_000_000])
    target = scene("", "", "", "", times_ns=[0, 60_000_000, 100_000_000, 500_000_000])
    assert match_frames(source, target, 10_000_000).target_from_source == {0: 0, 1: 2}


def test_else_by_number_where_there_are_as_many() -> None:
    late = scene("", "", times_ns=[10**18, 10**18 + STEP_NS])
    assert match_frames(late, scene("", "")).how == "by number"
    reading = attach_labels(labels(2), late, scene("", "", ""))
    assert reading.labels == LabelSet()
    assert "no label is taken" in reading.problems[0].message


@given(st.lists(st.integers(0, 40), max_size=8, unique=True), st.lists(st.integers(0, 40), max_size=8, unique=True))
def test_frames_match_one_to_one_and_within_the_tolerance(ours: list[int], theirs: list[int]) -> None:
    source, target = (scene(*[""] * len(times), times_ns=sorted(times)) for times in (ours, theirs))
    match = match_frames(source, target, 3)
    assert len(set(match.target_from_source.values())) == len(match.target_from_source)
    if match.how == "by time":
        for index, there in match.target_from_source.items():
            assert abs(sorted(ours)[index] - sorted(theirs)[there]) <= 3


@given(st.floats(-3, 3), st.floats(-5, 5))
def test_boxes_stay_where_the_lidar_sees_them(yaw: float, x: float) -> None:
    elsewhere = SE3.from_yaw(yaw, [x, 1.0, 0.5])
    reading = attach_labels(labels(2), scene("a", "b", rig=rig()), scene("a", "b", rig=rig(elsewhere)))
    for cuboid in reading.labels.cuboids.values():
        before = labels(2).cuboids[cuboid.id].box_ego.transform(LIDAR_AT.inverse())
        after = cuboid.box_ego.transform(elsewhere.inverse())
        np.testing.assert_allclose(after.corners(), before.corners(), atol=1e-9)


def test_a_camera_serves_where_no_lidar_has_the_same_name() -> None:
    moved = SensorRig({"front": SE3.from_yaw(0.1, [3, 0, 1])}, rig().cameras, ())
    reading = attach_labels(labels(1), scene("a", rig=rig(lidar="top")), scene("a", rig=moved))
    np.testing.assert_allclose(reading.labels.cuboids["a0"].ego_from_object.translation, [11, 2, 1], atol=1e-12)
    assert [problem.message for problem in reading.problems] == [
        "2D boxes in rear are left out: made has no such camera"
    ]


def test_the_same_scene_keeps_every_bit() -> None:
    same = scene("a", "b", rig=rig())
    reading = attach_labels(labels(2), same, same)
    assert reading.labels.cuboids == labels(2).cuboids
    assert reading.labels.tracks == labels(2).tracks


def test_what_stands_still_stays_in_the_world_over_the_time_between() -> None:
    drive = Trajectory.from_poses([0, STEP_NS], [SE3.identity(), SE3.from_yaw(0.0, [2.0, 0, 0])])
    early = scene("", "", times_ns=[0, STEP_NS - 20_000_000])
    reading = attach_labels(labels(2), early, scene("", "", trajectory=drive))
    np.testing.assert_allclose(reading.labels.cuboids["a0"].ego_from_object.translation, [10, 2, 1])
    np.testing.assert_allclose(reading.labels.cuboids["a1"].ego_from_object.translation, [11 - 0.4, 2, 1])


@pytest.mark.parametrize("empty", [scene(), scene("a")])
def test_nothing_goes_onto_nothing(empty: Scene) -> None:
    assert attach_labels(LabelSet(), empty, scene()).labels == LabelSet()
