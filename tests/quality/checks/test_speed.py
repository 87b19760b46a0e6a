"""Who is too fast for its kind is found, between the keys where it happens."""

from __future__ import annotations

import pytest

from tests.quality.checks.drives import drive, straight


@pytest.mark.parametrize(
    ("category", "fair_ms", "fast_ms"),
    [
        ("Car", 50.0, 75.0),
        ("Truck", 40.0, 55.0),
        ("Cyclist", 17.0, 26.0),
        ("Pedestrian", 7.0, 14.0),
        ("Cone", 0.0, 1.5),
    ],
)
def test_each_kind_has_its_limit(category: str, fair_ms: float, fast_ms: float) -> None:
    assert drive([(category, straight(fair_ms))]).find("speed") == []
    found = drive([(category, straight(fast_ms))]).find("speed")
    assert found
    assert all(finding.value is not None and finding.value <= fast_ms for finding in found)
    assert found[0].label_ids[0] == "t0"
    assert found[0].details["object"] == f"{category} 0"


@pytest.mark.parametrize("every", [1, 5, 13])
def test_far_keys_say_it_too(every: int) -> None:
    assert drive([("Pedestrian", straight(14.0))], every=every).find("speed")


def test_findings_of_one_mistake_are_one() -> None:
    """Four seconds at a speed no walker has: spans of a second at most, half a second apart."""
    assert len(drive([("Pedestrian", straight(14.0))]).find("speed")) <= 3
