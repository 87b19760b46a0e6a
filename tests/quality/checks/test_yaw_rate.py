"""Who turns too fast is found; who turns round has a check of its own."""

from __future__ import annotations

import numpy as np
import pytest

from tests.quality.checks.drives import Way, drive


def turning(rate_rads: float) -> Way:
    return lambda time_s: (12.0, 4.0, rate_rads * time_s)


@pytest.mark.parametrize(("category", "fair", "fast"), [("Car", 1.2, 2.2), ("Truck", 0.8, 1.6), ("Cyclist", 2.5, 4.5)])
def test_each_kind_has_its_limit(category: str, fair: float, fast: float) -> None:
    assert drive([(category, turning(fair))]).find("yaw_rate") == []
    found = drive([(category, turning(-fast))]).find("yaw_rate")
    assert found
    assert found[0].label_ids[0] == "t0"
    assert all(finding.value is not None and finding.value <= fast for finding in found)


@pytest.mark.parametrize("category", ["Cone", "Animal", "Spaceship"])
def test_what_is_round_or_unknown_may_turn(category: str) -> None:
    assert drive([(category, turning(9.0))]).find("yaw_rate") == []


def test_a_twist_of_one_frame_is_found() -> None:
    given = drive([("Car", lambda time_s: (12.0, 4.0, 0.4 * (abs(time_s - 2.0) < 0.01)))])
    assert {finding.frame_index for finding in given.find("yaw_rate")} <= {20, 21}
    assert given.find("yaw_rate")


def test_turning_round_is_not_said_twice() -> None:
    assert drive([("Car", lambda time_s: (12.0, 4.0, np.pi * (time_s > 2.0)))]).find("yaw_rate") == []
