"""Tracks that are looked at again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autolabel.recording import Recording
from autolabel.shape.judge import ShapeJudge
from autolabel.shape.look import Look
from autolabel.shape.second_look import LOOKS, SUREST_OBJECT, second_look
from autolabel.stopping import Stopped
from autolabel.tracking.heading import certainty, odds_of
from autolabel.tracking.track import ProposedTrack
from autolabel.upright import moved
from geometry import SE3, Trajectory
from geometry.arrays import Float32Array, FloatArray
from geometry.rotation import wrap_angle
from tests.autolabel.shape.made_looks import any_state, car_at, placed, wedge

FRAMES = 20
STEP_NS = 100_000_000
CENTER = np.array([0.5, 0.0, 1.7])


class Knowing(ShapeJudge):
    """Knows that cars are lower in front; so sure of everything."""

    def __init__(self, front: float = 2.0, is_object: float = 1.5) -> None:
        super().__init__(any_state(0))
        self.front, self.is_object = front, is_object

    def odds(self, looks: Sequence[Look]) -> FloatArray:
        rows = [[self.front * self._lower_end(look.points), self.is_object] for look in looks]
        return np.array(rows).reshape(-1, 2)

    @staticmethod
    def _lower_end(points: Float32Array) -> float:
        ahead, behind = points[points[:, 0] > 0.1, 2], points[points[:, 0] < -0.1, 2]
        return float(np.sign(behind.max(initial=-1.0) - ahead.max(initial=-1.0)))


class Drive:
    """Cars standing in the world, the ego driving a bend past them; counts what is read."""

    def __init__(self, *cars: FloatArray, in_world: bool = True, is_empty: bool = False) -> None:
        self.read: list[int] = []
        times = [index * STEP_NS for index in range(FRAMES)]
        poses = [SE3.from_yaw(0.05 * index, [0.4 * index, 0.02 * index**2, 0.1]) for index in range(FRAMES)]
        shares = [wedge(np.random.default_rng(number), 80) for number in range(len(cars))]

        def points(index: int) -> Float32Array:
            self.read.append(index)
            here = np.concatenate(
                [np.zeros((0, 3)), *(placed(own, car) for own, car in zip(shares, cars, strict=True))]
            )
            if in_world:
                here = poses[index].inverse().apply(here)
            rows = np.column_stack([here, np.full(len(here), 0.5)]).astype(np.float32)
            return rows[:0] if is_empty else rows

        trajectory = Trajectory.from_poses(times, poses) if in_world else None
        self.recording = Recording(times, trajectory, points, CENTER)


def standing(car: FloatArray, heading: float = 0.6, frames: Sequence[int] = range(FRAMES)) -> ProposedTrack:
    count = len(frames)
    return ProposedTrack(
        class_index=0,
        score=0.7,
        is_static=True,
        heading=heading,
        frames=np.array(frames, np.int64),
        boxes_base=np.tile(car, (count, 1)),
        scores=np.full(count, 0.7),
        is_seen=np.ones(count, bool),
        point_counts=np.full(count, 80),
    )


def turned(car: FloatArray) -> FloatArray:
    out = car.copy()
    out[6] = wrap_angle(car[6] + np.pi)
    return out


CAR, OTHER = car_at(11.0, 6.0, 0.8), car_at(7.0, -7.0, -2.9)


@pytest.mark.parametrize("in_world", [True, False])
def test_a_standing_track_that_faces_the_wrong_way_is_turned(in_world: bool) -> None:
    drive = Drive(CAR, OTHER, in_world=in_world)
    before = [standing(turned(CAR)), standing(OTHER)]
    first, second = second_look(before, drive.recording, Knowing())
    np.testing.assert_allclose(first.boxes_base, standing(CAR).boxes_base, atol=1e-9)
    np.testing.assert_allclose(second.boxes_base, standing(OTHER).boxes_base, atol=1e-9)
    # What was believed before counts against the one and for the other.
    assert second.heading > first.heading > 0.6
    assert odds_of(second.heading) - odds_of(first.heading) == pytest.approx(2.0 * odds_of(0.6))
    for track, old in zip((first, second), before, strict=True):
        assert track.shape == pytest.approx(1.5)
        assert (track.score, track.is_static, track.class_index) == (old.score, old.is_static, old.class_index)
        for name in ("frames", "scores", "is_seen", "point_counts"):
            np.testing.assert_array_equal(getattr(track, name), getattr(old, name))
    np.testing.assert_array_equal(before[0].boxes_base, standing(turned(CAR)).boxes_base)


def test_a_track_whose_motion_tells_its_heading_is_left() -> None:
    drive = Drive(CAR)
    moving = replace(standing(turned(CAR), heading=certainty(5.0 / 0.3)), is_static=False)
    (found,) = second_look([moving], drive.recording, Knowing(front=1e6))
    np.testing.assert_array_equal(found.boxes_base, moving.boxes_base)
    assert 0.99 < found.heading < moving.heading


def test_many_looks_alike_say_little_more_than_few_but_more() -> None:
    tracks = [standing(CAR, 0.5, range(count)) for count in (1, 3, FRAMES)]
    sure = [odds_of(track.heading) for track in second_look(tracks, Drive(CAR).recording, Knowing())]
    assert 0.0 < sure[0] < sure[1] < sure[2] < 3.0 * 2.0


def test_no_look_is_too_sure() -> None:
    for is_object in (-50.0, 50.0):
        (found,) = second_look([standing(CAR)], Drive(CAR).recording, Knowing(is_object=is_object))
        assert found.shape == np.sign(is_object) * SUREST_OBJECT


def test_tracks_without_points_are_left_as_they_are() -> None:
    nowhere, here = standing(car_at(-20.0, 20.0)), standing(turned(CAR))
    found = second_look([nowhere, here, nowhere], Drive(CAR).recording, Knowing())
    assert found[0] is found[2] is nowhere
    np.testing.assert_allclose(found[1].boxes_base[:, 6], CAR[6])
    silent = Drive(CAR, is_empty=True)
    assert second_look([here], silent.recording, Knowing())[0] is here
    assert silent.read


def test_without_tracks_nothing_is_read() -> None:
    drive = Drive(CAR)
    assert second_look([], drive.recording, Knowing()) == []
    assert drive.read == []


def test_only_the_fullest_frames_of_each_part_are_read_and_each_once() -> None:
    drive = Drive(CAR, OTHER)
    counts = np.full(FRAMES, 20)
    full = [1, 4, 6, 9, 13, 14, 16, 19]
    counts[full] = 90
    first = replace(standing(CAR), point_counts=counts)
    second = replace(standing(OTHER, frames=[4, 5, 6]), point_counts=np.array([9, 9, 9]))
    second_look([first, second], drive.recording, Knowing())
    assert drive.read == sorted({*full, 4, 5, 6})
    assert len(full) == LOOKS


def test_it_stops_when_asked_before_another_frame_is_read() -> None:
    for after in (0, 2):
        drive = Drive(CAR)
        answers = iter([False] * after + [True])
        with pytest.raises(Stopped):
            second_look([standing(CAR)], drive.recording, Knowing(), lambda: next(answers))  # noqa: B023
        assert len(drive.read) == after


@given(st.integers(0, 2**31), st.floats(-np.pi, np.pi), st.floats(0.5, 1.0))
@settings(max_examples=15)
def test_whatever_a_judge_has_learnt_it_does_not_matter_which_way_a_track_faced(
    seed: int, yaw_rad: float, heading: float
) -> None:
    car = car_at(9.0, 4.0, yaw_rad)
    recording, judge = Drive(car).recording, ShapeJudge(any_state(seed))
    one, other = (second_look([standing(each, 0.5)], recording, judge)[0] for each in (car, turned(car)))
    assert one.heading == pytest.approx(other.heading, abs=1e-3)
    assert one.shape == pytest.approx(other.shape, abs=1e-3)
    if one.heading > 0.501:
        assert np.cos(one.boxes_base[:, 6] - other.boxes_base[:, 6]).min() > 0.99
    # Nobody else is asked: the box stays where it is, on its axis.
    (sure,) = second_look([standing(car, heading)], recording, judge)
    np.testing.assert_array_equal(sure.boxes_base[:, :6], standing(car).boxes_base[:, :6])
    assert np.abs(np.sin(sure.boxes_base[:, 6] - yaw_rad)).max() < 1e-9
    assert 0.5 <= sure.heading <= 1.0


def test_boxes_are_looked_at_where_they_are_in_each_frame() -> None:
    """In base, a track that stands in ``ego`` moves with it, and has no points."""
    drive = Drive(CAR)
    rows = np.array([moved(CAR[np.newaxis], drive.recording.base_from_ego(index))[0] for index in range(FRAMES)])
    wrong = replace(standing(CAR), boxes_base=rows, frames=np.arange(FRAMES))
    late = replace(
        wrong,
        frames=wrong.frames[8:],
        boxes_base=rows[8:],
        scores=wrong.scores[8:],
        is_seen=wrong.is_seen[8:],
        point_counts=wrong.point_counts[8:],
    )
    assert second_look([late], drive.recording, Knowing())[0] is late
