"""Jumps are found at their frame; where everything jumps it is the frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry import SE3, Trajectory
from tests.quality.checks.drives import Drive, drive, shifted, straight


@given(st.integers(1, 38), st.floats(0.9, 5.0), st.floats(-3.1, 3.1), st.sampled_from([0.0, 8.0]))
def test_a_jump_is_found_where_it_is(frame: int, off_m: float, way_rad: float, speed_ms: float) -> None:
    fair = drive([("Car", straight(speed_ms)), ("Car", straight(speed_ms, y_m=9.0))], noise_m=0.02)
    wrong = shifted(fair, f"t0-{frame}", [off_m * np.cos(way_rad), off_m * np.sin(way_rad), 0.0])
    found = wrong.find("acceleration")
    assert [finding.frame_index for finding in found] == [frame]
    assert found[0].label_ids == ("t0", f"t0-{frame}")
    assert found[0].details["off_m"] == pytest.approx(off_m, abs=0.15)


@given(st.integers(1, 38), st.floats(0.0, 0.2))
def test_a_little_is_noise(frame: int, off_m: float) -> None:
    assert shifted(drive([("Car", straight(8.0))]), f"t0-{frame}", [off_m, 0.0, 0.0]).find("acceleration") == []


def test_a_jump_between_far_keys_is_found() -> None:
    wrong = shifted(drive([("Car", straight(8.0))], every=5), "t0-20", [9.0, 0.0, 0.0])
    assert [finding.frame_index for finding in wrong.find("acceleration")] == [20]


def late(given_drive: Drive, frame: int, by_s: float) -> Drive:
    """From a frame on the true time is later than the frames say: recordings that miss frames are so."""
    poses = given_drive.scene.trajectory.poses  # type: ignore[union-attr]
    moved = [SE3(pose.rotation, pose.translation - [8.0 * by_s * (i >= frame), 0, 0]) for i, pose in enumerate(poses)]
    trajectory = Trajectory.from_poses(given_drive.scene.frame_times_ns, moved)
    return replace(given_drive, scene=replace(given_drive.scene, trajectory=trajectory))


def test_where_all_jump_it_is_the_frame() -> None:
    fair = drive([("Car", straight(8.0, 0.0, y_m=4.0 * i)) for i in range(5)])
    (finding,) = late(fair, 20, 0.4).find("acceleration")
    assert finding.frame_index in (19, 20)
    assert finding.details["case"] == "all_at_once"
    assert finding.details["count"] == 5
    assert len(finding.label_ids) == 10


def test_two_of_many_are_two() -> None:
    wrong = drive([("Car", straight(8.0, 0.0, y_m=4.0 * i)) for i in range(5)])
    for number in (1, 3):
        wrong = shifted(wrong, f"t{number}-20", [2.0, 0.0, 0.0])
    assert [finding.details["object"] for finding in wrong.find("acceleration")] == ["Car 1", "Car 3"]


def test_frames_a_nanosecond_apart_are_survived() -> None:
    fair = drive([("Car", straight(8.0))])
    frames = tuple(replace(frame, timestamp_ns=frame.index) for frame in fair.scene.frames)
    assert replace(fair, scene=replace(fair.scene, frames=frames)).find() == []
