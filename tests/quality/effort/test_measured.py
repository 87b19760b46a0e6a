from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry import SE3
from labels import Cuboid, LabelChange, LabelError, Track
from quality.effort import CostSheet, measure_time

SIZE = np.array([4.0, 1.7, 1.5])


def _box(number: int, track: str = "a", confirmed_by: str | None = None) -> Cuboid:
    return Cuboid(
        f"{track}{number}", track, number, SE3.from_yaw(0.0, (number, 0.0, 0.0)), SIZE, confirmed_by=confirmed_by
    )


def _change(second: float, author: str = "human:a", **tables: Mapping[str, Any]) -> LabelChange:
    minutes, seconds = divmod(second, 60.0)
    time = f"2025-01-01T{int(minutes) // 60:02}:{int(minutes) % 60:02}:{seconds:09.6f}Z"
    return LabelChange(f"{author}{second}", "scene", author, time, 0, **(tables or {"added": {"cuboids": (_box(1),)}}))  # type: ignore[arg-type]


def test_time_is_that_since_the_last_change_and_pauses_are_cut(sheet: CostSheet) -> None:
    changes = [_change(second) for second in (0, 10, 14, 600, 607)]
    time = measure_time(changes, sheet.seconds)
    assert (time.seconds, time.sittings, time.changes) == (21.0, 2, 5)
    keyframe = time.verbs["keyframe"]
    assert (keyframe.changes, keyframe.timed, keyframe.mean_s, keyframe.median_s) == (5, 3, 7.0, 7.0)
    assert keyframe.assumed_s == 9.0


def test_people_are_timed_apart_and_machines_not_at_all(sheet: CostSheet) -> None:
    changes = [_change(0), _change(1, "human:b"), _change(2, "model:net@1"), _change(5), _change(9, "human:b")]
    time = measure_time(changes, sheet.seconds)
    assert time.seconds_by_author == {"human:a": 5.0, "human:b": 8.0}


def test_time_of_a_change_is_shared_by_its_tracks(sheet: CostSheet) -> None:
    pair = {"cuboids": (_box(1, "a"), _box(1, "b"))}
    time = measure_time([_change(0), _change(6, added=pair), _change(8)], sheet.seconds)
    assert time.seconds_by_track == {"a": 5.0, "b": 3.0}
    assert time.boxes == 4


def test_agreeing_is_priced_by_the_box(sheet: CostSheet) -> None:
    pairs = tuple((_box(n), _box(n, confirmed_by="human:a")) for n in range(10))
    time = measure_time([_change(0), _change(4, updated={"cuboids": pairs})], sheet.seconds)
    assert time.verbs["review"].mean_s == pytest.approx(0.4)


def test_measured_prices_take_the_place_of_assumed_ones(sheet: CostSheet) -> None:
    often = measure_time([_change(4.0 * n) for n in range(8)], sheet.seconds).unit_costs(sheet.seconds)
    assert (often.keyframe, often.create) == (4.0, 30.0)
    seldom = measure_time([_change(4.0 * n) for n in range(3)], sheet.seconds).unit_costs(sheet.seconds)
    assert seldom == sheet.seconds


def test_created_tracks_are_told_from_keys(sheet: CostSheet) -> None:
    made = {"tracks": (Track("t", "Car", 0, 4),), "cuboids": (_box(0, "t"),)}
    time = measure_time([_change(0), _change(20, added=made)], sheet.seconds)
    assert time.verbs["create"].mean_s == 20.0


@given(st.lists(st.integers(0, 5000), min_size=0, max_size=20, unique=True), st.randoms(use_true_random=False))
def test_order_changes_nothing_and_time_never_exceeds_the_clock(
    sheet: CostSheet, seconds: list[int], random: Any
) -> None:
    changes = [_change(second) for second in seconds]
    before = measure_time(changes, sheet.seconds)
    random.shuffle(changes)
    assert measure_time(changes, sheet.seconds) == before
    assert before.seconds <= max(seconds, default=0) - min(seconds, default=0)


def test_bad_arguments_and_times_are_refused(sheet: CostSheet) -> None:
    with pytest.raises(ValueError, match="idle_s must be above zero"):
        measure_time([], sheet.seconds, 0.0)
    bad = LabelChange("c", "scene", "human:a", "yesterday", 0)
    with pytest.raises(LabelError, match="expected an ISO 8601 time, found 'yesterday'"):
        measure_time([bad], sheet.seconds)


def test_report_is_plain(sheet: CostSheet) -> None:
    report = measure_time([_change(0), _change(3)], sheet.seconds).report()
    assert report["verbs"]["keyframe"]["mean_s"] == 3.0
