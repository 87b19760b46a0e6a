"""What a check found, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["info", "warning", "error"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""The gravest first."""


@dataclass(frozen=True)
class Finding:
    """One thing that looks wrong in labels or data.

    Attributes:
        rule: The check's name, such as ``edge_difference``.
        severity: How sure the rule is that something must be mended.
        sentence: What was found, for people.
        frame_index: The frame, or None where it concerns the whole scene.
        label_ids: The records it concerns: the track first, then its cuboid and image box as far as they are stored,
            then those of another track.
        value: The measured value, or None; its unit is in the sentence.
        guideline_clause: The clause of the project's guideline it belongs to, or None.
        details: What the sentence is made of, so that a program (or a page in another language) can say it too.
    """

    rule: str
    severity: Severity
    sentence: str
    frame_index: int | None = None
    label_ids: tuple[str, ...] = ()
    value: float | None = None
    guideline_clause: str | None = None
    details: Mapping[str, str | float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on an empty rule or sentence, a severity that does not exist, or a frame below 0."""
        if not self.rule or not self.sentence:
            raise ValueError("a finding needs a rule and a sentence")
        if self.severity not in SEVERITIES:
            raise ValueError(f"severity must be one of {', '.join(SEVERITIES)}, got {self.severity!r}")
        if self.frame_index is not None and self.frame_index < 0:
            raise ValueError(f"frame_index must be 0 or more, got {self.frame_index}")
        object.__setattr__(self, "details", dict(self.details))

    def __hash__(self) -> int:
        """Hash of what it says."""
        return hash((self.rule, self.sentence, self.frame_index, self.label_ids))


def finding_order(finding: Finding) -> tuple[int, int, str, tuple[str, ...], str]:
    """A key to sort by: by frame (those of the whole scene first), then the gravest first, then by rule."""
    frame_index = -1 if finding.frame_index is None else finding.frame_index
    return frame_index, SEVERITIES.index(finding.severity), finding.rule, finding.label_ids, finding.sentence
