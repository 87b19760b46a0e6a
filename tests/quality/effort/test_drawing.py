from __future__ import annotations

from collections.abc import Callable

import numpy as np

from geometry.arrays import BoolArray
from quality.effort import BASELINES, CostSheet, EffortTrack
from quality.effort.drawing import TrueTrack, drawn, gaps_drawn, is_near, runs, shown_places
from quality.effort.work import UNIT_INDEX, work

Make = Callable[..., EffortTrack]


def _true(track: EffortTrack, sheet: CostSheet) -> TrueTrack:
    tolerance = sheet.tolerances.of(track.category)
    return TrueTrack.of(track.frames, np.asarray(track.frames * 0.1, np.float64), track.boxes_base, tolerance, sheet)


def test_prices_of_what_stands(make_track: Make, sheet: CostSheet) -> None:
    by_hand = dict(zip(BASELINES, drawn(_true(make_track(), sheet)), strict=True))
    assert by_hand["every_box"].tolist() == work(create=20).tolist()
    assert by_hand["copy_and_adjust"].tolist() == work(create=1, keyframe=19).tolist()
    assert by_hand["key_frames"].tolist() == work(create=1, review_box=20).tolist()
    assert by_hand["key_frames_in_strips"].tolist() == work(create=1, strip=1, thumbnail=5).tolist()


def test_what_drives_straight_has_a_key_every_tenth_frame(make_track: Make, sheet: CostSheet) -> None:
    track = _true(make_track(frames=range(41), speed_ms=10.0), sheet)
    assert track.moves
    assert track.key_count() == 5


def test_what_turns_needs_more_keys(make_track: Make, sheet: CostSheet) -> None:
    straight = _true(make_track(frames=range(41), speed_ms=10.0), sheet)
    turning = _true(make_track(frames=range(41), speed_ms=10.0, turn_rad_s=1.2), sheet)
    assert turning.key_count() > straight.key_count()


def test_heading_may_pass_half_a_turn(make_track: Make, sheet: CostSheet) -> None:
    assert _true(make_track(yaw_rad=np.pi - 0.01, turn_rad_s=0.01), sheet).key_count() == 1


def _covered(count: int, *gaps: range) -> BoolArray:
    mask = np.ones(count, dtype=np.bool_)
    for gap in gaps:
        mask[list(gap)] = False
    return mask


def test_gap_between_good_boxes_is_closed_with_one_gesture(make_track: Make, sheet: CostSheet) -> None:
    track = _true(make_track(speed_ms=10.0), sheet)
    every, copied, keys, _ = gaps_drawn(track, _covered(20, range(5, 9)))
    assert (every.tolist(), copied.tolist()) == (work(create=4).tolist(), work(keyframe=4).tolist())
    assert keys.tolist() == work(trim=1, review_box=4).tolist()


def test_end_of_what_moves_needs_keys_and_of_what_stands_does_not(make_track: Make, sheet: CostSheet) -> None:
    mask = _covered(20, range(12, 20))
    key = UNIT_INDEX["keyframe"]
    assert gaps_drawn(_true(make_track(speed_ms=10.0), sheet), mask)[2][key] == 2
    assert gaps_drawn(_true(make_track(), sheet), mask)[2][key] == 0


def test_bend_in_a_gap_is_not_bridged(make_track: Make, sheet: CostSheet) -> None:
    track = _true(make_track(speed_ms=10.0, turn_rad_s=1.5), sheet)
    assert gaps_drawn(track, _covered(20, range(5, 13)))[2][UNIT_INDEX["keyframe"]] >= 1


def test_nothing_costs_nothing(make_track: Make, sheet: CostSheet) -> None:
    track = _true(make_track(), sheet)
    assert not drawn(track.part(np.zeros(20, dtype=np.bool_))).any()
    assert not gaps_drawn(track, np.ones(20, dtype=np.bool_)).any()


def test_near_is_judged_by_place_height_and_heading(make_track: Make, sheet: CostSheet) -> None:
    boxes, tolerance = make_track().boxes_base[:1], sheet.tolerances.of("Car")
    for column, shift in ((0, 0.21), (2, 0.21), (6, 0.15)):
        off = boxes.copy()
        off[:, column] += shift
        assert not is_near(off, boxes, tolerance)[0]
        off[:, column] -= 0.1 * shift
        assert is_near(off, boxes, tolerance)[0]


def test_runs_and_pictures() -> None:
    assert runs(np.array([True, True, False, True])) == [(0, 2), (3, 4)]
    assert runs(np.zeros(3, dtype=np.bool_)) == []
    assert shown_places(12, 5).tolist() == [0, 5, 10, 11]
    assert shown_places(1, 5).tolist() == [0]
    assert shown_places(0, 5).tolist() == []
