"""Values of a file that anybody may have written: what they are, or None where they are something else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from labels.label_set import AttributeValue

MAX_PLACE_M = 1e9
"""A coordinate beyond this is no place on any map."""
MAX_ALTITUDE_M = 1e5
MAX_SIZE_M = 1e6
MAX_TEXT = 200
Wgs84 = tuple[float, float, float]


def finite_number(value: Any, limit: float = MAX_PLACE_M) -> float | None:
    """A number of a file as a float, or None where it is none or lies beyond the limit; texts are no numbers."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.integer | np.floating):
        return None
    # Compared as it is: a whole number of 400 digits is no float.
    return float(value) if -limit <= value <= limit else None


def finite_numbers(values: Iterable[Any], limit: float = MAX_PLACE_M) -> tuple[float, ...] | None:
    """Several numbers, or None where one is none."""
    numbers = [finite_number(value, limit) for value in values]
    found = tuple(number for number in numbers if number is not None)
    return found if len(found) == len(numbers) else None


def numbers_under(value: Any, keys: Iterable[str], limit: float = MAX_PLACE_M) -> tuple[float, ...] | None:
    """The numbers under several keys of an object such as ``{x, y, z}``, or None where one is none."""
    return finite_numbers((value.get(key) for key in keys), limit) if isinstance(value, Mapping) else None


def place_wgs84(value: Any) -> Wgs84 | None:
    """Latitude and longitude in degrees and altitude in metres of a list of three numbers, or None."""
    numbers = finite_numbers(value, MAX_ALTITUDE_M) if isinstance(value, list) and len(value) == 3 else None
    if numbers is None or abs(numbers[0]) > 90 or abs(numbers[1]) > 180:
        return None
    return numbers[0], numbers[1], numbers[2]


def as_object(value: Any) -> Mapping[str, Any]:
    """A JSON object, or an empty one in place of anything else."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """A JSON list, or an empty one in place of anything else."""
    return value if isinstance(value, list) else []


def box_size(values: Iterable[Any]) -> tuple[float, float, float] | None:
    """Length, width, height, each above zero, or None."""
    numbers = finite_numbers(values, MAX_SIZE_M)
    if numbers is None or len(numbers) != 3 or min(numbers) <= 0:
        return None
    return numbers[0], numbers[1], numbers[2]


def usable_text(value: Any) -> str | None:
    """A text of a file that can be a name, or None."""
    if not isinstance(value, str) or not 0 < len(value.strip()) <= MAX_TEXT:
        return None
    return value.strip() if value.isprintable() else None


def usable_attributes(value: Any) -> dict[str, AttributeValue]:
    """The entries of an object that can be attributes: texts, finite numbers, truths."""
    if not isinstance(value, Mapping):
        return {}
    kept: dict[str, AttributeValue] = {}
    for name, item in value.items():
        is_text = isinstance(item, str) and len(item) <= MAX_TEXT
        is_usable = is_text or isinstance(item, bool) or finite_number(item, 1e15) is not None
        if isinstance(name, str) and 0 < len(name) <= MAX_TEXT and is_usable:
            kept[name] = item
    return kept
