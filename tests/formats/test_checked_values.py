from __future__ import annotations

import numpy as np
import pytest

from formats.checked_values import (
    as_list,
    as_object,
    box_size,
    finite_number,
    numbers_under,
    place_wgs84,
    usable_attributes,
    usable_text,
)


@pytest.mark.parametrize("value", [True, "1", None, float("nan"), float("inf"), 10**400, [1], 2e9])
def test_what_is_no_number_is_none(value: object) -> None:
    assert finite_number(value) is None
    assert box_size([value, 1.0, 1.0]) is None


def test_values_of_files_are_checked() -> None:
    assert finite_number(np.float32(2.5)) == 2.5
    assert box_size([1, 2, 3]) == (1.0, 2.0, 3.0)
    assert box_size([1, 0, 3]) is None
    assert box_size([1, 2]) is None
    assert [usable_text(value) for value in (" a ", "", "a\nb", "x" * 300, 3)] == ["a", None, None, None, None]
    assert usable_attributes({"a": 1, "b": [1], "c": float("nan"), "d": True, "": 1, "e": "x"}) == {
        "a": 1,
        "d": True,
        "e": "x",
    }
    assert usable_attributes([1]) == {}


def test_numbers_under_keys_are_all_there_or_none() -> None:
    assert numbers_under({"x": 1, "y": 2.5, "z": 0, "w": "no"}, "xyz") == (1.0, 2.5, 0.0)
    assert numbers_under({"x": 1, "y": 2}, "xyz") is None
    assert numbers_under({"x": 3.0}, "x", 2.0) is None
    assert numbers_under([1, 2, 3], "xyz") is None


@pytest.mark.parametrize("value", [None, [49.0, 8.0], [91, 0, 0], [0, 181, 0], [0, 0, "high"], "abc"])
def test_what_is_no_place_on_earth_is_none(value: object) -> None:
    assert place_wgs84(value) is None
    assert place_wgs84([49, 8.4, 110]) == (49.0, 8.4, 110.0)


def test_json_of_another_kind_is_empty() -> None:
    assert (as_object([1]), as_object({"a": 1}), as_list({"a": 1}), as_list([1])) == ({}, {"a": 1}, [], [1])
