from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from quality.effort import EffortScene, EffortTrack
from quality.effort.scene import BoxTable

Make = Callable[..., EffortTrack]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"boxes_base": np.zeros((20, 6))}, r"boxes_base of car must be \(20, 7\)"),
        ({"boxes_base": np.zeros((20, 7))}, "sizes above zero"),
        ({"frames": np.zeros(20, np.int64)}, "must rise"),
        ({"bands": np.full(20, 3)}, "must be 0, 1 or 2"),
        ({"bands": np.zeros(3, np.int64)}, r"bands of car must be \(20,\)"),
        ({"is_scored": np.ones(3, np.bool_)}, "is_scored of car"),
    ],
)
def test_bad_track_is_refused(make_track: Make, change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(make_track(), **change)


def test_nan_in_a_box_is_refused(make_track: Make) -> None:
    boxes = make_track().boxes_base.copy()
    boxes[3, 2] = np.nan
    with pytest.raises(ValueError, match="must be finite"):
        replace(make_track(), boxes_base=boxes)


def test_bad_scene_is_refused(make_track: Make, make_scene: Callable[..., EffortScene]) -> None:
    with pytest.raises(ValueError, match="identities must be unique"):
        make_scene([make_track("a"), make_track("a")])
    with pytest.raises(ValueError, match="frames must lie in"):
        make_scene([make_track()], frames=10)
    with pytest.raises(ValueError, match="times_s must rise"):
        replace(make_scene([]), times_s=np.zeros(60))
    with pytest.raises(ValueError, match="one row for each of 60"):
        replace(make_scene([]), lidar_base=np.zeros((3, 3)))


def test_table_is_by_frame_and_leaves_seeds_out(make_track: Make) -> None:
    is_seed = np.zeros(30, dtype=np.bool_)
    is_seed[[3, 4]] = True
    table = BoxTable.of([make_track("b", frames=range(3, 9)), make_track("a", frames=range(5))], is_seed)
    assert table.names == ("a", "b")
    assert table.frame.tolist() == [0, 1, 2, 5, 6, 7, 8]
    assert [rows.tolist() for rows in table.rows_by_track(table.is_scored)] == [[0, 1, 2], [3, 4, 5, 6]]


def test_empty_table() -> None:
    table = BoxTable.of([], None)
    assert table.rows_by_track(table.is_scored) == []
