"""Derived cuboids: between keys in the world, held for what stands still, and honest where nothing is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry import SE3, Trajectory
from labels import Cuboid, LabelSet, ResolvedCuboid, Resolver, Track, resolve

FRAMES = 11
TIMES_NS = [1_000_000_000 + 100_000_000 * i for i in range(FRAMES)]


def turning_drive() -> Trajectory:
    return Trajectory.from_poses(TIMES_NS, [SE3.from_yaw(0.09 * i, [i * 1.0, 0.1 * i * i, 0]) for i in range(FRAMES)])


def key(frame_index: int, ego_from_object: SE3, **fields: Any) -> Cuboid:
    return Cuboid(f"k{frame_index}", "t", frame_index, ego_from_object, np.array([4.0, 2.0, 1.5]), **fields)


def labels_of(*keys: Cuboid, **track_fields: Any) -> LabelSet:
    first, last = min(k.frame_index for k in keys), max(k.frame_index for k in keys)
    fields = {"id": "t", "category": "Car", "first_frame": first, "last_frame": last, **track_fields}
    return LabelSet(tracks={"t": Track(**fields)}, cuboids={k.id: k for k in keys})


def keys_in_world(trajectory: Trajectory, world_boxes: dict[int, SE3]) -> list[Cuboid]:
    return [key(i, trajectory.poses[i].inverse() @ world_from_object) for i, world_from_object in world_boxes.items()]


def only(found: list[ResolvedCuboid]) -> ResolvedCuboid:
    (resolved,) = found
    return resolved


def test_a_key_comes_back_as_it_is() -> None:
    stored = key(3, SE3.from_yaw(1.0, [5, 1, 0]))
    resolved = only(resolve(labels_of(stored), 3, TIMES_NS, turning_drive()))
    assert resolved == ResolvedCuboid(stored, is_key=True)


@given(st.integers(1, FRAMES - 2), st.floats(-3, 3))
def test_a_parked_car_stands_still_in_the_world(frame_index: int, yaw_rad: float) -> None:
    trajectory = turning_drive()
    world_from_object = SE3.from_yaw(yaw_rad, [8, 3, 0])
    labels = labels_of(*keys_in_world(trajectory, {0: world_from_object, FRAMES - 1: world_from_object}))
    derived = only(resolve(labels, frame_index, TIMES_NS, trajectory))
    assert not derived.is_key
    assert derived.interpolated_in == "world"
    found = trajectory.poses[frame_index] @ derived.cuboid.ego_from_object
    assert found.is_close(world_from_object, translation_m=1e-9, rotation_rad=1e-9)


def test_a_steady_car_needs_two_keys() -> None:
    trajectory = turning_drive()
    truth = {i: SE3.from_yaw(0.4, [3.0 + 1.2 * i, 0.5 * i, 0]) for i in range(FRAMES)}
    labels = labels_of(*keys_in_world(trajectory, {i: truth[i] for i in (0, 10)}))
    for i in range(FRAMES):
        found = trajectory.poses[i] @ only(resolve(labels, i, TIMES_NS, trajectory)).cuboid.ego_from_object
        assert found.is_close(truth[i], translation_m=1e-9, rotation_rad=1e-9)


def test_heading_takes_the_shortest_arc_over_pi() -> None:
    labels = labels_of(key(0, SE3.from_yaw(3.1, [0, 0, 0])), key(10, SE3.from_yaw(-3.1, [0, 0, 0])))
    middle = only(resolve(labels, 5, TIMES_NS)).cuboid.ego_from_object
    assert abs(middle.yaw_rad) == pytest.approx(np.pi)


def test_without_poses_or_by_wish_the_ego_frame_is_used_and_said() -> None:
    ends = (key(0, SE3.from_yaw(0, [4, 0, 0])), key(10, SE3.from_yaw(0, [6, 0, 0])))
    without = only(resolve(labels_of(*ends), 5, TIMES_NS))
    wished = only(resolve(labels_of(*ends, interpolate_in="ego"), 5, TIMES_NS, turning_drive()))
    for derived in (without, wished):
        assert derived.interpolated_in == "ego"
        assert derived.cuboid.ego_from_object.translation.tolist() == [5, 0, 0]


def test_time_not_frame_count_sets_the_pace() -> None:
    ends = (key(0, SE3.from_yaw(0, [0, 0, 0])), key(2, SE3.from_yaw(0, [10, 0, 0])))
    middle = only(resolve(labels_of(*ends), 1, [0, 300, 1000]))
    assert middle.cuboid.ego_from_object.translation[0] == pytest.approx(3.0)


def test_a_static_track_is_held_over_its_life_and_not_beyond() -> None:
    trajectory = turning_drive()
    world_from_object = SE3.from_yaw(0.2, [9, -2, 0])
    labels = labels_of(*keys_in_world(trajectory, {5: world_from_object}), is_static=True, first_frame=2, last_frame=8)
    resolver = Resolver(labels, TIMES_NS, trajectory)
    assert [bool(resolver.frame(i)) for i in range(FRAMES)] == [2 <= i <= 8 for i in range(FRAMES)]
    for i in range(2, 9):
        found = trajectory.poses[i] @ only(resolver.frame(i)).cuboid.ego_from_object
        assert found.is_close(world_from_object, translation_m=1e-9, rotation_rad=1e-9)


def test_a_moving_track_is_not_guessed_beyond_its_keys() -> None:
    labels = labels_of(key(3, SE3.identity()), key(6, SE3.identity()), first_frame=0, last_frame=10)
    resolver = Resolver(labels, TIMES_NS, turning_drive())
    assert [i for i in range(FRAMES) if resolver.frame(i)] == [3, 4, 5, 6]


def test_nothing_is_derived_after_a_segment_ends() -> None:
    labels = labels_of(key(0, SE3.identity(), ends_segment=True), key(5, SE3.identity()), key(7, SE3.identity()))
    resolver = Resolver(labels, TIMES_NS, turning_drive())
    assert [i for i in range(FRAMES) if resolver.frame(i)] == [0, 5, 6, 7]


def test_a_derived_cuboid_carries_size_but_no_score_or_attributes() -> None:
    start = replace(key(0, SE3.identity(), source="model:a@1", score=0.7, attributes={"occluded": 2}))
    end = replace(key(10, SE3.identity()), size_lwh_m=np.array([6.0, 2.0, 1.5]))
    derived = only(resolve(labels_of(start, end), 5, TIMES_NS)).cuboid
    assert derived.size_lwh_m.tolist() == [5.0, 2.0, 1.5]
    assert (derived.id, derived.source, derived.score, derived.attributes) == ("t@5", "propagated", None, {})


def test_a_frame_outside_the_scene_is_refused() -> None:
    with pytest.raises(ValueError, match="frame_index must lie in 0 … 10, got 11"):
        resolve(labels_of(key(0, SE3.identity())), 11, TIMES_NS)
