"""Why the machine stopped or gave nothing: a code and values for every language, and an English sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reason:
    """Why something is so.

    Attributes:
        code: For programs and dictionaries.
        sentence: In English.
        values: What the sentence is made of.
    """

    code: str
    sentence: str
    values: Mapping[str, str | float] = field(default_factory=dict)
