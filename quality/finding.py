"""What a check found, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["info", "warning", "error"]


@dataclass(frozen=True)
class Finding:
    """One thing that looks wrong in labels or data.

    Attributes:
        rule: The check's name, such as ``edge_difference``.
        severity: How sure the rule is that something must be mended.
        sentence: What was found, for people.
        frame_index: The frame, or None where it concerns the whole scene.
        label_ids: The records it concerns.
        value: The measured value, or None; its unit is in the sentence.
        guideline_clause: The clause of the project's guideline it belongs to, or None.
    """

    rule: str
    severity: Severity
    sentence: str
    frame_index: int | None = None
    label_ids: tuple[str, ...] = ()
    value: float | None = None
    guideline_clause: str | None = None

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on an empty rule or sentence, or a frame below 0."""
        if not self.rule or not self.sentence:
            raise ValueError("a finding needs a rule and a sentence")
        if self.frame_index is not None and self.frame_index < 0:
            raise ValueError(f"frame_index must be 0 or more, got {self.frame_index}")
