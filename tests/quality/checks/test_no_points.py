"""A cuboid in thin air is found, also a derived one."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st


@given(st.sampled_from(["0", "1", "2", "3", "4"]), st.integers(0, 5))
def test_a_cuboid_in_thin_air_is_found(street: Any, number: str, frame: int) -> None:
    (finding,) = street.moved(number, (0.0, 0.0, 9.0), frame).find("no_points")
    assert finding.frame_index == frame
    assert finding.label_ids == (street.track(number).id, street.cuboid(number, frame).id)
    assert finding.severity == "warning"


def test_far_away_it_is_a_hint(street: Any) -> None:
    (finding,) = street.moved("0", (80.0, 0.0, 0.0)).find("no_points")
    assert finding.severity == "info"
    assert 90 < finding.value < 100


def test_derived_cuboids_are_looked_into(street: Any) -> None:
    lifted = street.without(street.cuboid("0", 2))
    assert lifted.find("no_points") == []
    lifted = lifted.moved("0", (0.0, 0.0, 9.0), frame=1).moved("0", (0.0, 0.0, 9.0), frame=3)
    found = lifted.find("no_points")
    assert [finding.frame_index for finding in found] == [1, 2, 3]
    assert found[1].label_ids == (street.track("0").id,)
