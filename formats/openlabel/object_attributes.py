"""Attributes as OpenLABEL's ``num``, ``text``, ``boolean`` and ``vec`` entries."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from formats.checked_values import as_list, as_object, finite_number, usable_text
from labels.label_set import Attributes, AttributeValue

MAX_ENTRIES = 200
"""A longer vector is data, not an answer."""
MAX_NUMBER = 1e300
JsonObject = dict[str, Any]


def read_attributes(data: Mapping[str, Any]) -> dict[str, AttributeValue]:
    """The numbers, texts, truths and lists of an ``object_data`` or ``attributes`` object, by name."""
    found: dict[str, AttributeValue] = {}
    for kind in ("num", "text", "boolean", "vec"):
        for entry in as_list(data.get(kind)):
            fields = as_object(entry)
            name, value = usable_text(fields.get("name")), _value(fields.get("val"), kind)
            if name is not None and value is not None:
                found[name] = value
    return found


def _value(value: Any, kind: str) -> AttributeValue | None:
    """A value that can be an answer: a vector as its JSON; None for what is not of its kind."""
    if kind == "num":
        return value if finite_number(value, MAX_NUMBER) is not None else None
    if kind == "vec":
        return json.dumps(value, ensure_ascii=False) if len(as_list(value)) <= MAX_ENTRIES else None
    return value if isinstance(value, bool if kind == "boolean" else str) else None


def odd_attributes(attributes: Attributes) -> dict[str, AttributeValue]:
    """The answers that would not be read as they are, for their names or their numbers; by name."""
    return {
        name: value
        for name, value in sorted(attributes.items())
        if read_attributes(_encode({name: value})) != {name: value}
    }


def encode_attributes(attributes: Attributes) -> JsonObject:
    """All answers but the odd ones, by their kind, then by name, so that what was read is written the same."""
    odd = odd_attributes(attributes)
    return _encode({name: value for name, value in attributes.items() if name not in odd})


def _encode(attributes: Attributes) -> JsonObject:
    found: defaultdict[str, list[JsonObject]] = defaultdict(list)
    for name, value in sorted(attributes.items()):
        kind = "boolean" if isinstance(value, bool) else "text" if isinstance(value, str) else "num"
        found[kind].append({"name": name, "val": value})
    return dict(sorted(found.items()))
