from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.openlabel.timestamps import decode_time, encode_time, frame_times, guess_unit, parse_time


@given(st.integers(-(2**61), 2**61))
def test_times_keep_every_nanosecond(time_ns: int) -> None:
    assert decode_time(encode_time(time_ns), "s") == time_ns


@pytest.mark.parametrize(
    ("values", "unit", "first_ns"),
    [
        ([1632321743.25, 1632321743.35], "s", 1632321743_250_000_000),
        (["1632321743.100000072", "1632321743.2"], "s", 1632321743_100_000_072),
        ([1632321743250, 1632321743350], "ms", 1632321743_250_000_000),
        ([1632321743250000, 1632321743350000], "us", 1632321743_250_000_000),
        ([1632321743250000072, 1632321743350000072], "ns", 1632321743_250_000_072),
        ([0.0, 0.1, 0.2], "s", 0),
        ([100, 200, 300], "ms", 100_000_000),
        ([0, 100_000_000, 200_000_000], "ns", 0),
    ],
)
def test_the_unit_of_times_is_found(values: list[Any], unit: str, first_ns: int) -> None:
    times, guess, fault = frame_times(values, range(len(values)), None)
    assert guess is not None
    assert (guess.answer, times[0], fault) == (unit, first_ns, "")


def test_dates_are_times() -> None:
    assert parse_time("2021-09-22T14:42:23.1000000721Z") == 1632321743_100_000_072
    assert parse_time("2021-09-22T16:42:23+02:00") == 1632321743 * 10**9
    assert parse_time("noon") is None
    assert parse_time("1e999999999") is None
    assert guess_unit([Decimal(5)]).is_sure is False


@pytest.mark.parametrize("values", [[None, None], [1, None], [2, 1], [1, 1], ["x", "y"], [1e18, 3e18], [True, False]])
def test_times_that_cannot_be_are_taken_as_10_hz(values: list[Any]) -> None:
    times, _, fault = frame_times(values, [3, 4], "s")
    assert times == [300_000_000, 400_000_000]
    assert fault.endswith("frames are read as 10 Hz")
