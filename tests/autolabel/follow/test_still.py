"""Standing objects: the frames in which they are seen, and offsets that follow drifting poses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autolabel.follow import Subject, extend_still, snap
from geometry import Box

SIZE = (4.4, 1.8, 1.5)
CAR = Subject("Car", (4.2, 1.8, 1.5), is_rigid=True)
Make = Callable[..., Any]


def parked(_time_s: float) -> Box:
    return Box.from_yaw([14.0, 5.0, 0.75], SIZE, 0.1)


def test_a_parked_car_is_seen_where_it_stands(make_drive: Make) -> None:
    made = make_drive([parked])
    done = extend_still(made.drive, 0, made.truth[0][0], CAR, "forward")
    assert [each.frame_index for each in done.found] == list(range(1, 20))
    assert done.reason.code == "end_of_scene"
    for each in done.found:
        assert each.fitted.box.center == pytest.approx(made.truth[0][each.frame_index].center, abs=1e-9)


def test_it_ends_where_the_place_is_empty(make_drive: Make) -> None:
    made = make_drive([lambda t: parked(t) if t < 0.75 else None])
    done = extend_still(made.drive, 0, made.truth[0][0], CAR, "forward")
    assert max(each.frame_index for each in done.found) == 7
    assert done.stopped_at == 8


def test_true_poses_need_no_snap(make_drive: Make) -> None:
    made = make_drive([parked])
    found = snap(made.drive, 5, made.truth[0][5], range(20), CAR)
    assert found.reason.code == "no_drift"
    assert list(found.keys) == [5]


@pytest.mark.parametrize("drift_ms", [0.12, -0.12])
def test_drifting_poses_are_followed_within_the_bound(make_drive: Make, drift_ms: float) -> None:
    """Poses that say the car drifts: with few keys the boxes follow the points; the held frame stays."""
    made = make_drive([parked], drift_ms=drift_ms)
    found = snap(made.drive, 0, made.truth[0][0], range(20), CAR)
    assert found.reason.code == "snapped"
    assert found.keys[0] == made.truth[0][0]
    assert 2 <= len(found.keys) <= 8
    assert max(found.offsets_m.values()) <= 0.3
    last = max(found.keys)
    assert last == 19
    off_m = np.hypot(*(found.keys[last].center - made.truth[0][last].center)[:2])
    unsnapped_m = abs(drift_ms) * 1.9
    assert off_m < 0.6 * unsnapped_m


def test_large_offsets_are_cut(make_drive: Make) -> None:
    made = make_drive([parked], drift_ms=0.12)
    found = snap(made.drive, 0, made.truth[0][0], range(20), CAR, most_m=0.1)
    assert found.bounded
    assert max(found.offsets_m.values()) <= 0.1 + 1e-9


def test_without_poses_or_points_one_key_stays(make_drive: Make) -> None:
    made = make_drive([parked], has_poses=False)
    assert snap(made.drive, 3, made.truth[0][3], range(20), CAR).reason.code == "no_poses"
    empty = make_drive([lambda _t: None])
    lonely = Box.from_yaw([20.0, -9.0, 0.75], SIZE, 0.0)
    found = snap(empty.drive, 3, lonely, range(20), CAR)
    assert (found.reason.code, dict(found.keys)) == ("no_points", {3: lonely})
