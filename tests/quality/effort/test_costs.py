from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from quality.effort import CostSheet, Tolerances
from quality.effort.costs import UNITS


@pytest.mark.parametrize(
    ("category", "kind"),
    [
        ("Car", "other"),
        ("Van", "other"),
        ("truck", "large"),
        ("vehicle.bus.bendy", "large"),
        ("HeavyTruck", "large"),
        ("Pedestrian with Object", "person"),
        ("Person_sitting", "person"),
        ("human.pedestrian.adult", "person"),
        ("Cyclist", "cycle"),
        ("MOTORCYCLE", "cycle"),
        ("Carton", "other"),
        ("", "other"),
        ("箱", "other"),
    ],
)
def test_kind_of_a_category_is_known_by_its_words(sheet: CostSheet, category: str, kind: str) -> None:
    assert sheet.tolerances.kind_of(category) == kind


def test_size_may_be_off_by_a_part_of_it(sheet: CostSheet) -> None:
    limits = sheet.tolerances.of("Truck").size_limits_m(np.array([10.0, 2.5, 1.0]))
    assert limits.tolist() == pytest.approx([1.2, 0.3, 0.25])


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf")])
def test_price_must_be_a_number_from_zero(sheet: CostSheet, value: float) -> None:
    with pytest.raises(ValueError, match="flip: expected a number"):
        replace(sheet.seconds, flip=value)


def test_scaled_prices_are_all_scaled(sheet: CostSheet) -> None:
    assert sheet.seconds.scaled(2.0).seconds().tolist() == (2.0 * sheet.seconds.seconds()).tolist()
    assert len(sheet.seconds.seconds()) == len(UNITS)


def test_audit_takes_a_share_and_at_least_some(sheet: CostSheet) -> None:
    part = sheet.review.audited_part
    assert (part(0), part(10), part(30)) == (1.0, 1.0, 1.0)
    assert part(60) == pytest.approx(0.5)
    assert part(1000) == pytest.approx(0.1)


def test_something_must_be_said_of_all_other_categories(sheet: CostSheet) -> None:
    with pytest.raises(ValueError, match="expected the kind other"):
        Tolerances({"person": sheet.tolerances.kinds["person"]})
