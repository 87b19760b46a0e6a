from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry import Box
from geometry.arrays import FloatArray
from labels import resize_about_near_corner
from quality.effort import CostSheet, EffortTrack
from quality.effort.corrections import Proposed, corrections, flipped, resized_rows, wrong
from quality.effort.drawing import TrueTrack
from quality.effort.work import work

LIDAR = (30.0, 40.0, 1.7)


@pytest.fixture
def true(make_track: Callable[..., EffortTrack], sheet: CostSheet) -> TrueTrack:
    track = make_track(frames=range(30))
    return TrueTrack.of(
        track.frames, np.asarray(track.frames * 0.1, np.float64), track.boxes_base, sheet.tolerances.of("Car"), sheet
    )


def _proposed(boxes: FloatArray, *, is_named_wrong: bool = False, track: FloatArray | None = None) -> Proposed:
    count = len(boxes)
    numbers = np.zeros(count, np.int64) if track is None else np.asarray(track, np.int64)
    return Proposed(boxes, numbers, np.full(count, is_named_wrong), np.tile(LIDAR, (count, 1)))


def test_what_is_right_needs_nothing(true: TrueTrack) -> None:
    assert not corrections(true, _proposed(true.boxes)).any()
    assert not wrong(true, _proposed(true.boxes)).any()


def test_shift_all_along_is_one_correction(true: TrueTrack) -> None:
    boxes = true.boxes + [0.5, 0, 0, 0, 0, 0, 0]
    assert corrections(true, _proposed(boxes)).tolist() == work(position=1).tolist()
    assert wrong(true, _proposed(boxes)).all()


def test_drift_is_two_corrections(true: TrueTrack) -> None:
    boxes = true.boxes.copy()
    boxes[:, 1] += np.linspace(-2.0, 2.0, len(boxes))
    assert corrections(true, _proposed(boxes)).tolist() == work(position=2).tolist()


def test_swapped_front_and_rear_is_one_key_for_each_run(true: TrueTrack) -> None:
    boxes = true.boxes.copy()
    boxes[5:9, 6] += np.pi
    boxes[20:, 6] -= np.pi
    assert corrections(true, _proposed(boxes)).tolist() == work(flip=2).tolist()
    assert flipped(true, _proposed(boxes)).sum() == 14
    assert wrong(true, _proposed(boxes)).sum() == 14


def test_turned_and_swapped_are_two_things(true: TrueTrack) -> None:
    boxes = true.boxes + [0, 0, 0, 0, 0, 0, np.pi + 0.4]
    assert corrections(true, _proposed(boxes)).tolist() == work(flip=1, heading=1).tolist()


def test_category_and_size_are_set_once_for_each_proposal(true: TrueTrack) -> None:
    track = np.repeat([3, 8], 15)
    boxes = resized_rows(true.boxes, true.boxes[:, 3:6] * 1.3, np.tile(LIDAR, (30, 1)))
    found = corrections(true, _proposed(boxes, is_named_wrong=True, track=track))
    assert found.tolist() == work(category=2, size=2).tolist()


def test_wrong_size_about_the_far_corner_moves_the_box(true: TrueTrack) -> None:
    far = np.tile(-np.asarray(LIDAR), (30, 1))
    boxes = resized_rows(true.boxes, true.boxes[:, 3:6] * 1.3, far)
    assert corrections(true, _proposed(boxes)).tolist() == work(size=1, position=1).tolist()


@given(st.floats(-3.2, 3.2), st.floats(0.5, 2.0), st.tuples(st.floats(-50, 50), st.floats(-50, 50)))
def test_resized_as_the_editor_does_it(yaw_rad: float, scale: float, place: tuple[float, float]) -> None:
    """The level part; upwards the bottom stays, which is the nearer end where the lidar is below."""
    row = np.array([[3.0, 2.0, 1.0, 4.0, 1.7, 1.5, yaw_rad]])
    size = row[:, 3:6] * scale
    lidar = np.array([[*place, -5.0]])
    local = Box.from_yaw(row[0, :3], row[0, 3:6], yaw_rad).frame_from_object.inverse().apply(lidar[0])
    if np.abs(local[:2]).min() < 1e-6:
        return
    ours = resized_rows(row, size, lidar)[0]
    theirs = resize_about_near_corner(Box.from_yaw(row[0, :3], row[0, 3:6], yaw_rad), size[0], lidar[0])
    np.testing.assert_allclose(ours[:3], theirs.center, atol=1e-9)
    np.testing.assert_allclose(ours[3:6], theirs.size_lwh_m)


def test_no_boxes_need_nothing(true: TrueTrack) -> None:
    none = np.zeros(30, dtype=np.bool_)
    assert not corrections(true.part(none), _proposed(true.boxes).part(none)).any()
