"""Front and back swapped: found from the motion, once a track."""

from __future__ import annotations

import pytest

from tests.quality.checks.drives import Way, drive, straight


@pytest.mark.parametrize(
    ("category", "speed_ms"), [("Car", 8.0), ("Truck", 6.0), ("Cyclist", 3.0), ("Pedestrian", 1.6)]
)
@pytest.mark.parametrize("every", [1, 7])
def test_who_drives_backwards_is_found_once(category: str, speed_ms: float, every: int) -> None:
    (finding,) = drive([(category, straight(-speed_ms))], every=every).find("reversed_heading")
    assert finding.value is not None
    assert speed_ms / 3 < finding.value <= speed_ms + 1e-6
    assert finding.label_ids[0] == "t0"
    assert drive([(category, straight(speed_ms))], every=every).find("reversed_heading") == []


def test_parking_is_allowed_and_a_long_way_back_is_not() -> None:
    assert drive([("Car", straight(-2.0))], frames=60).find("reversed_heading") == []
    (finding,) = drive([("Car", straight(-2.0))], frames=140).find("reversed_heading")
    assert float(finding.details["back_m"]) > 15.0


def test_to_and_fro_is_allowed() -> None:
    def to_and_fro(time_s: float) -> tuple[float, float, float]:
        return 10.0 + 2.0 * abs(time_s % 12.0 - 6.0), 4.0, 0.0

    given: Way = to_and_fro
    assert drive([("Car", given)], frames=400).find("reversed_heading") == []
