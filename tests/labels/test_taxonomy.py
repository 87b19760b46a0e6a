"""A taxonomy cannot contradict itself."""

from __future__ import annotations

from typing import Any

import pytest

from labels import Attribute, Category, Taxonomy

CAR = Category("Car", "#ff8800", (4.0, 1.8, 1.5), hot_key="1")


def test_categories_are_found_by_name() -> None:
    taxonomy = Taxonomy("mine", 1, (CAR,))
    assert taxonomy.category("Car") is CAR
    assert taxonomy.category("Boat") is None


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"categories": (CAR, CAR)}, "must be unique"),
        ({"categories": (CAR, Category("Taxi", "#000000", (1, 1, 1), parent="Cab"))}, "does not have: \\['Cab'\\]"),
        ({"categories": (CAR,), "attributes": (Attribute("door", "track", (), ("Bus",)),)}, "\\['Bus'\\]"),
    ],
)
def test_contradictions_are_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Taxonomy("mine", 1, **fields)


@pytest.mark.parametrize(
    ("name", "color", "size"),
    [("", "#000000", (1, 1, 1)), ("A", "red", (1, 1, 1)), ("A", "#00000", (1, 1, 1)), ("A", "#000000", (0, 1, 1))],
)
def test_bad_categories_are_refused(name: str, color: str, size: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match=r"category name|color of|size_prior_lwh_m of"):
        Category(name, color, size)
