from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointcloud.planes import Coding, join_planes, split_planes


@st.composite
def signed_columns(draw: st.DrawFn) -> tuple[int, list[int]]:
    plane_count = draw(st.integers(1, 4))
    reach = 2 ** (8 * plane_count - 1)
    edges = st.sampled_from([-reach, reach - 1, 0, -1, 1])
    return plane_count, draw(st.lists(st.integers(-reach, reach - 1) | edges, max_size=40))


@given(signed_columns())
def test_differences_come_back_even_where_they_wrap(column: tuple[int, list[int]]) -> None:
    plane_count, values = column
    data = split_planes(np.array(values, dtype=np.int32), plane_count, Coding.DELTA)
    planes = np.frombuffer(data, np.uint8).reshape(plane_count, -1)
    assert join_planes(planes, Coding.DELTA).tolist() == values


@given(st.lists(st.integers(0, 2**16 - 1), max_size=40))
def test_raw_numbers_come_back(values: list[int]) -> None:
    data = split_planes(np.array(values, dtype=np.uint16), 2, Coding.RAW)
    assert join_planes(np.frombuffer(data, np.uint8).reshape(2, -1), Coding.RAW).tolist() == values


@pytest.mark.parametrize(("value", "stored"), [(0, 0), (-1, 1), (1, 2), (-2, 3), (300, 600)])
def test_zigzag_puts_small_numbers_of_either_sign_first(value: int, stored: int) -> None:
    assert int.from_bytes(split_planes(np.array([value]), 3, Coding.DELTA), "little") == stored


def test_the_least_significant_plane_comes_first() -> None:
    assert split_planes(np.array([0x0102, 0x0304]), 2, Coding.RAW) == bytes([2, 4, 1, 3])
