"""A drawn box may be smaller than the cuboid's outline, but does not leave it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels import ImageBox


def drawn(street: Any, number: str, grow_px: Sequence[float]) -> Any:
    left, top, right, bottom = street.box(number).ltrb_px
    grown = (left - grow_px[0], top - grow_px[1], right + grow_px[2], bottom + grow_px[3])
    return street.put(ImageBox("drawn", 2, "ahead", grown, "tight", street.track(number).id))


@given(st.sampled_from(["0", "1", "2", "3"]), st.integers(0, 3), st.floats(8.0, 80.0))
def test_leaving_the_outline_is_found(street: Any, number: str, side: int, off_px: float) -> None:
    grow = [0.0] * 4
    grow[side] = off_px
    (finding,) = drawn(street, number, grow).find("tight_outside")
    assert finding.details["side"] == ("left", "top", "right", "bottom")[side]
    assert finding.value == pytest.approx(off_px)
    assert finding.label_ids == (street.track(number).id, street.cuboid(number).id, "drawn")


@given(st.tuples(*[st.floats(-12.0, 1.9)] * 4))
def test_what_is_in_sight_may_be_less(street: Any, grow_px: tuple[float, float, float, float]) -> None:
    assert drawn(street, "0", grow_px).find("tight_outside") == []


def test_a_given_box_is_not_judged(street: Any) -> None:
    assert street.moved("0", (0.0, 3.0, 0.0)).find("tight_outside") == []
