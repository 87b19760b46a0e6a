"""Tracks carried on through made drives: followed to the end, stopped where there is reason to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autolabel.follow import Subject, extend
from geometry import Box, iou_3d_aligned

CAR = Subject("Car", (4.2, 1.8, 1.5), is_rigid=True)
SIZE = (4.4, 1.8, 1.5)
Make = Callable[..., Any]


def car(x: float, y: float, speed_ms: float, yaw: float = 0.0, until_s: float = 99.0) -> Callable[[float], Box | None]:
    """A car that drives evenly, until it is gone."""

    def where(time_s: float) -> Box | None:
        way = speed_ms * time_s
        center = [x + way * np.cos(yaw), y + way * np.sin(yaw), SIZE[2] / 2.0]
        return None if time_s > until_s else Box.from_yaw(center, SIZE, yaw)

    return where


def overlaps(found: Any, truth: Any) -> list[float]:
    return [float(iou_3d_aligned([each.fitted.box], [truth[each.frame_index]])[0]) for each in found]


@pytest.mark.parametrize("speed_ms", [0.0, 3.0, 14.0, -8.0])
@pytest.mark.parametrize("direction", ["forward", "back"])
def test_a_car_is_followed_to_the_end(make_drive: Make, speed_ms: float, direction: Any) -> None:
    """From one key: how fast it goes is found out in the first step, oncoming traffic included."""
    made = make_drive([car(12.0, 4.0, abs(speed_ms), 0.0 if speed_ms >= 0.0 else np.pi)])
    start = 0 if direction == "forward" else 19
    done = extend(made.drive, [(start, made.truth[0][start])], CAR, direction)
    assert [each.frame_index for each in done.found] == (
        list(range(1, 20)) if direction == "forward" else list(range(18, -1, -1))
    )
    assert (done.stopped_at, done.reason.code) == (None, "end_of_scene")
    assert np.mean(overlaps(done.found, made.truth[0])) > 0.75


def test_size_is_held(make_drive: Make) -> None:
    made = make_drive([car(12.0, 4.0, 6.0)])
    for each in extend(made.drive, [(0, made.truth[0][0])], CAR, "forward").found:
        assert each.fitted.box.size_lwh_m == pytest.approx(SIZE)


def test_it_stops_where_the_object_left(make_drive: Make) -> None:
    made = make_drive([car(12.0, 4.0, 6.0, until_s=0.95)])
    done = extend(made.drive, [(0, made.truth[0][0])], CAR, "forward")
    assert done.stopped_at == 10
    assert done.reason.code in ("no_points", "hidden")
    assert max(each.frame_index for each in done.found) == 9


def test_a_short_gap_is_bridged(make_drive: Make) -> None:
    """Three frames without points; the frames between are for interpolation, so none is proposed there."""
    straight = car(12.0, 4.0, 6.0)
    made = make_drive([lambda time_s: None if 0.75 < time_s < 1.05 else straight(time_s)])
    done = extend(made.drive, [(0, made.truth[0][0])], CAR, "forward")
    assert [each.frame_index for each in done.found] == [*range(1, 8), *range(11, 20)]


def test_it_does_not_run_into_another_track(make_drive: Make) -> None:
    made = make_drive([car(12.0, 4.0, 6.0)])
    truth = made.truth[0]
    done = extend(
        made.drive,
        [(0, truth[0])],
        CAR,
        "forward",
        others=lambda frame: [("Car 7", truth[frame])] if frame >= 6 else [],
    )
    assert (done.stopped_at, done.reason.code) == (6, "overlap")
    assert done.reason.values["track"] == "Car 7"


def test_a_neighbour_is_not_taken_for_it(make_drive: Make) -> None:
    """The car beside it stays where the followed one drove away; it must not be swapped."""
    made = make_drive([car(12.0, 4.0, 8.0), car(14.0, 7.0, 0.0)])
    done = extend(made.drive, [(0, made.truth[0][0])], CAR, "forward")
    assert len(done.found) == 19
    assert min(overlaps(done.found, made.truth[0])) > 0.5


def test_without_poses_it_is_told_in_ego(make_drive: Make) -> None:
    made = make_drive([car(12.0, 4.0, 6.0)], has_poses=False)
    done = extend(made.drive, [(0, made.truth[0][0])], CAR, "forward")
    assert not made.drive.in_world
    assert len(done.found) == 19
    assert np.mean(overlaps(done.found, made.truth[0])) > 0.75


def test_frames_without_cloud_and_of_zero_points(make_drive: Make) -> None:
    made = make_drive([car(12.0, 4.0, 6.0)])
    blind = replace(made.drive, cloud=lambda frame: None if frame >= 5 else made.drive.cloud(frame))
    done = extend(blind, [(0, made.truth[0][0])], CAR, "forward")
    assert (len(done.found), done.stopped_at, done.reason.code) == (4, 5, "no_cloud")
    nothing = extend(replace(made.drive, cloud=lambda _frame: None), [(0, made.truth[0][0])], CAR, "forward")
    assert (nothing.found, nothing.stopped_at) == ((), 1)


def test_most_frames_and_the_scene_s_end(make_drive: Make) -> None:
    made = make_drive([car(12.0, 4.0, 0.0)])
    some = extend(made.drive, [(5, made.truth[0][5])], CAR, "forward", most_frames=3)
    assert (len(some.found), some.reason.code) == (3, "most_frames")
    none = extend(made.drive, [(19, made.truth[0][19])], CAR, "forward")
    assert (none.found, none.stopped_at, none.reason.code) == ((), None, "end_of_scene")


def test_bad_keys_are_refused(make_drive: Make) -> None:
    made = make_drive([car(12.0, 4.0, 0.0)], frames=2)
    with pytest.raises(ValueError, match="one or more"):
        extend(made.drive, [], CAR, "forward")
    with pytest.raises(ValueError, match=r"0 … 1"):
        extend(made.drive, [(7, made.truth[0][0])], CAR, "forward")


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    x=st.floats(-30.0, 60.0),
    y=st.floats(-30.0, 30.0),
    yaw=st.floats(-3.0, 3.0),
    size=st.tuples(st.floats(0.05, 12.0), st.floats(0.05, 4.0), st.floats(0.05, 4.0)),
)
def test_any_box_gets_an_answer(
    make_drive: Make, x: float, y: float, yaw: float, size: tuple[float, float, float]
) -> None:
    """Wherever a key lies, there is an answer whose frames follow each other and whose reason is known."""
    made = make_drive([car(12.0, 4.0, 6.0)], frames=5)
    done = extend(made.drive, [(1, Box.from_yaw([x, y, 0.7], size, yaw))], CAR, "forward")
    frames = [each.frame_index for each in done.found]
    assert frames == sorted(set(frames))
    assert done.reason.sentence
    assert all(np.isfinite(each.fitted.box.center).all() for each in done.found)
