"""What a person chose to become of categories, from what the browser sends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from formats.mapping import CategoryMapping


def decode_mapping(arguments: Mapping[str, Any]) -> CategoryMapping | None:
    """The mapping in the arguments of a job or a request; None where every category is kept.

    Raises:
        ValueError: A name is empty.
    """
    from formats.mapping import CategoryMapping

    to, unknown = arguments.get("mapping") or {}, arguments.get("unknown", "keep")
    return CategoryMapping(to, unknown) if to or unknown != "keep" else None
