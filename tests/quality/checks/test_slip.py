"""Vehicles that move sideways are found, turning ones are not."""

from __future__ import annotations

import numpy as np
import pytest

from tests.quality.checks.drives import Way, circling, drive


def crabbing(speed_ms: float, off_rad: float) -> Way:
    return lambda time_s: (10.0 + speed_ms * time_s, 4.0, off_rad)


@pytest.mark.parametrize("off_deg", [-80, -30, 30, 80])
def test_a_wrong_heading_slips(off_deg: float) -> None:
    found = drive([("Car", crabbing(8.0, np.radians(off_deg)))]).find("slip")
    assert found
    assert found[0].details["side"] == ("right" if off_deg > 0 else "left")
    assert found[0].details["angle_deg"] == pytest.approx(abs(off_deg), abs=12)
    assert found[0].label_ids[0] == "t0"


def test_a_little_off_is_noise_and_people_may_sidestep() -> None:
    assert drive([("Car", crabbing(8.0, 0.1)), ("Pedestrian", crabbing(1.8, 1.5))]).find("slip") == []


@pytest.mark.parametrize(("speed_ms", "radius_m"), [(4.0, 5.5), (9.0, 20.0)])
def test_the_tightest_turn_is_no_slip(speed_ms: float, radius_m: float) -> None:
    assert drive([("Car", circling(speed_ms, radius_m, 1.26))]).find("slip") == []
