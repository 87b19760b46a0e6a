"""The table of objects checks itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from quality.metrics import EvaluatedClass, ObjectTable

MakeTable = Callable[[list[dict[str, Any]]], ObjectTable]


def test_categories_are_found_in_any_case_and_regions_are_none(table: MakeTable) -> None:
    objects = table([{"category": "car"}, {"category": "DontCare"}, {"category": "Van"}, {"category": "CAR"}])
    assert objects.of_category("Car").tolist() == [True, False, False, True]
    assert not objects.of_category("DontCare").any()
    assert not objects.of_category(None).any()


def test_takes_some(table: MakeTable) -> None:
    objects = table([{"track": track, "yaw": track / 10} for track in range(4)])
    some = objects.take(np.array([False, True, False, True]))
    assert some.track.tolist() == [1, 3]
    np.testing.assert_allclose(some.boxes.sin_yaw, np.sin([0.1, 0.3]))


def test_refuses_frames_out_of_order_and_uneven_columns(table: MakeTable) -> None:
    with pytest.raises(ValueError, match="ordered by frame"):
        table([{"frame": 1}, {"frame": 0}])
    objects = table([{}, {}])
    with pytest.raises(ValueError, match="equally long"):
        dataclasses.replace(objects, score=np.ones(3))


@pytest.mark.parametrize("overlap", [0.0, 1.0, -1.0, float("nan")])
def test_an_overlap_lies_between_0_and_1(overlap: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        EvaluatedClass("Car", overlap)
