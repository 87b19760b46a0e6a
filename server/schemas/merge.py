"""Labels into scenes that exist."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from server.schemas.common import Problem, Schema
from server.schemas.datasets import CategoryUse


class MergeRequest(Schema):
    """Labels or predictions, and what becomes of those that are there."""

    path: str = Field(min_length=1, max_length=4096, description="A file or folder of the server's machine.")
    format: str | None = Field(default=None, description="Null: found out.")
    assume: dict[str, str] = Field(default_factory=dict, description="Answers to what the format leaves open.")
    mapping: dict[str, str | None] | None = Field(
        default=None,
        description="What categories become; null as a value leaves their tracks out. Null: the nearest names there.",
    )
    unknown: Literal["keep", "drop"] = Field(
        default="keep", description="What happens to categories that neither the mapping nor the project has."
    )
    source: str | None = Field(
        default=None,
        pattern=r"^model:[^@\s]+@\S+$",
        max_length=200,
        description="What the cuboids are to be known as, unconfirmed, such as model:pillar@3; null: as they are.",
    )
    scene_ids: list[str] | None = Field(default=None, description="Null: all scenes of the project.")
    policy: Literal["add", "replace_source", "match"] = Field(
        default="match",
        description="add: beside what is there; replace_source: instead of what came from the same source; match: onto"
        " what overlaps, which keeps its ids. What a person made or confirmed stands.",
    )
    min_iou: float = Field(default=0.5, gt=0, le=1, description="How much two cuboids of one object overlap at least.")


class MergeCounts(Schema):
    """What a merge would do, in numbers."""

    tracks_added: int
    tracks_matched: int
    tracks_updated: int
    tracks_removed: int
    cuboids_added: int
    cuboids_updated: int
    cuboids_removed: int
    cuboids_same: int
    cuboids_kept: int = Field(description="Left out, because what a person made or confirmed stands.")
    categories_kept: int
    image_boxes_added: int
    image_boxes_updated: int
    image_boxes_removed: int
    frame_states_added: int


class MergeReport(Schema):
    """What labels would change in scenes that exist."""

    scenes: int = Field(description="Scenes that labels were found for.")
    counts: MergeCounts
    unmatched_frames: int = Field(description="Frames with labels that no scene has.")
    categories: list[CategoryUse] = Field(description="Before any mapping.")
    project_categories: list[str]
    problems: list[Problem]


class MergeResult(Schema):
    """What a merge did."""

    scenes: int
    scene_ids: list[str] = Field(description="Scenes whose labels changed.")
    counts: MergeCounts
    unmatched_frames: int
    problems: int
