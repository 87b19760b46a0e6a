"""Sizes out of the usual, and rigid objects that grow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

SIDES = ("length", "width", "height")


def resized(street: Any, number: str, factors: Any, frames: range = range(6)) -> Any:
    keys = [street.cuboid(number, frame) for frame in frames]
    return street.put(*[replace(key, size_lwh_m=key.size_lwh_m * np.asarray(factors)) for key in keys])


@given(st.sampled_from(["0", "1", "2"]), st.integers(0, 2), st.sampled_from([0.1, 0.25, 4.0, 10.0]))
def test_an_unusual_side_is_found_once_a_track(street: Any, number: str, side: int, factor: float) -> None:
    factors = [1.0, 1.0, 1.0]
    factors[side] = factor
    (finding,) = resized(street, number, factors).find("size")
    assert (finding.details["case"], finding.details["side"]) == ("unusual", SIDES[side])
    assert finding.severity == ("error" if factor in (0.1, 10.0) else "warning")


def test_metres_for_centimetres_is_gross(street: Any) -> None:
    (finding,) = resized(street, "0", [100.0] * 3).find("size")
    assert finding.severity == "error"


@given(st.sampled_from(["0", "2"]), st.integers(0, 5), st.floats(1.03, 1.5))
def test_a_rigid_object_has_one_size(street: Any, number: str, frame: int, factor: float) -> None:
    (finding,) = resized(street, number, [factor, 1.0, 1.0], range(frame, frame + 1)).find("size")
    assert (finding.details["case"], finding.frame_index) == ("changing", frame)
    assert finding.label_ids == (street.track(number).id, street.cuboid(number, frame).id)


def test_an_import_that_changes_sizes_does_not_make_a_car_soft(street: Any) -> None:
    soft = street.put(replace(street.track("0"), is_rigid=False))
    assert len(resized(soft, "0", [1.2, 1.0, 1.0], range(3, 4)).find("size")) == 1


def test_people_may_stretch(street: Any) -> None:
    assert resized(street, "3", [2.0, 0.5, 1.0], range(3, 4)).find("size") == []


@pytest.mark.parametrize("frames", [range(6)])
def test_an_unknown_category_has_no_usual_size(street: Any, frames: range) -> None:
    strange = street.put(replace(street.track("0"), category="Spaceship"))
    assert resized(strange, "0", [9.0, 9.0, 9.0], frames).find("size") == []
    assert resized(street, "0", [9.0, 9.0, 9.0], frames).find("size", taxonomy=None) == []
