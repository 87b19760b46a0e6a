"""A wrong share or level is found; what says nothing is not judged."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.checks.truncation import allowed_shares


@given(st.sampled_from(["0", "1", "2", "4"]), st.integers(0, 5), st.floats(0.0, 1.0))
def test_a_wrong_share_is_found(street: Any, number: str, frame: int, share: float) -> None:
    derived = street.box(number, frame).attributes["kitti.truncated"]
    findings = street.with_attribute(number, "kitti.truncated", float(share), frame).find("truncation")
    assert len(findings) == (abs(share - derived) > 0.1)
    for finding in findings:
        assert finding.value == pytest.approx(derived, abs=1e-6)
        assert finding.frame_index == frame


def test_a_level_that_contradicts_the_outline(street: Any) -> None:
    (finding,) = street.with_attribute("0", "kitti.truncated", 1).find("truncation")
    assert finding.details["given"] == 1
    assert street.with_attribute("0", "kitti.truncated", 0).find("truncation") == []


@pytest.mark.parametrize("says_nothing", [-1, 2, 3, 99, -1.0, float("inf"), "much"])
def test_what_says_nothing_is_not_judged(street: Any, says_nothing: Any) -> None:
    assert street.with_attribute("0", "kitti.truncated", says_nothing).find("truncation") == []


def test_levels_are_for_sequences() -> None:
    assert allowed_shares(1, may_be_level=True) == (0.4, 1.0)
    assert allowed_shares(1, may_be_level=False) == (0.9, 1.1)
    assert allowed_shares(0.5, may_be_level=True) == (0.4, 0.6)


def test_a_cuboid_that_reaches_behind_the_camera_is_not_judged(street: Any) -> None:
    behind = street.moved("4", (-6.0, 2.0, 0.0))
    assert [finding for finding in behind.find("truncation") if finding.frame_index == 2] == []
