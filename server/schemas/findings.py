"""What the checks find in a scene's labels."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from server.schemas.common import Schema

Severity = Literal["error", "warning", "info"]


class Finding(Schema):
    """One thing that looks wrong, and where."""

    rule: str = Field(description="The rule's name; see `rules` of the answer.")
    severity: Severity
    sentence: str = Field(description="What was found, in English.")
    frame_index: int | None = Field(description="Null where it concerns the whole scene.")
    track_id: str | None = Field(description="The track to look at; it may be gone by now.")
    label_ids: list[str] = Field(
        description="The records it concerns: the track, its cuboid and image box as far as they are stored, then "
        "those of another track."
    )
    value: float | None = Field(description="The measured value; its unit is in the sentence.")
    details: dict[str, str | float] = Field(
        description="What the sentence is made of, to say it in another language: `object`, `camera`, `side`, "
        "`difference_px` and the like; which ones belongs to the rule."
    )


class FindingRule(Schema):
    """A rule that labels are held against."""

    rule: str
    title: str
    description: str = Field(description="What it compares, and how far things may differ.")
    severity: Severity = Field(description="How grave its findings usually are.")
    needs_points: bool = Field(description="Whether it looks into the clouds, and so comes later.")


class Findings(Schema):
    """What is known by now; ask again while `state` is `computing`."""

    revision: int = Field(description="The labels that were checked; the scene may be further by now.")
    state: Literal["computing", "ready"]
    findings: list[Finding] = Field(description="By frame, then the gravest first.")
    rules: list[FindingRule]
