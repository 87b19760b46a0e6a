"""Long work: what to ask for, and how it goes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from server.schemas.autolabel import AutolabelModel, AutolabelResult
from server.schemas.common import Schema
from server.schemas.datasets import CategoryUse
from server.schemas.merge import MergeResult

CategoryNames = dict[str, str | None]


class ImportRequest(Schema):
    """A dataset to import; its data stays where it is."""

    path: str = Field(min_length=1, max_length=4096)
    format: str | None = Field(default=None, description="Null: found out.")
    with_labels: bool = True
    assume: dict[str, str] = Field(default_factory=dict, description="Answers to what the format leaves open.")
    mapping: CategoryNames | None = Field(
        default=None, description="What categories of the labels become; null as a value leaves their tracks out."
    )
    unknown: Literal["keep", "drop"] = Field(
        default="keep", description="What happens to categories that neither the mapping nor the project has."
    )
    trajectory: Literal["given", "registration", "none"] = Field(
        default="given",
        description="given: the dataset's own poses; registration: for scenes that have none, by registration of their"
        " clouds; none: without poses.",
    )


class ExportRequest(Schema):
    """Which labels to write, and how."""

    format: str
    scene_ids: list[str] | None = Field(default=None, description="Null: all scenes of the project.")
    sources: list[str] | None = Field(
        default=None, description="human, propagated, model, imported, or a full source; null: all."
    )
    categories: list[str] | None = Field(default=None, description="Null: all.")
    include_unconfirmed: bool = Field(default=True, description="Also what nobody has agreed with.")
    derive_2d: Literal["missing", "all"] = Field(
        default="missing", description="missing: 2D boxes that came with an import stand while they hold; all: anew."
    )
    mapping: CategoryNames | None = Field(
        default=None,
        description="What categories become; null as a value leaves their tracks out. Null: the nearest names there.",
    )
    unknown: Literal["keep", "drop"] = Field(
        default="keep", description="What happens to categories that neither the mapping nor the format has."
    )


class Loss(Schema):
    """Something that the format cannot hold."""

    message: str
    count: int


class ExportCheck(Schema):
    """What an export would write and lose."""

    scenes: int
    cuboids: int
    unconfirmed: int = Field(description="Cuboids that nobody agreed with: among them where asked for, else left out.")
    categories: list[CategoryUse] = Field(description="Before any mapping.")
    format_categories: list[str] = Field(description="What categories can be mapped to; empty: any name.")
    losses: list[Loss]


class ImportResult(Schema):
    """What an import brought."""

    scenes_added: int
    scenes_known: int = Field(description="Scenes that were there already and were left alone.")
    cuboids: int
    problems: int
    scene_ids: list[str]


class ExportResult(Schema):
    """What an export wrote."""

    download_url: str
    file_name: str
    scenes: int
    rows: int
    losses: list[Loss]


class Job(Schema):
    """A job and how far it is."""

    id: str
    kind: Literal["import", "export", "merge", "autolabel"]
    project_id: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress: float = Field(ge=0, le=1)
    message: str
    error: str | None = Field(description="One line, where it failed.")
    result: ImportResult | ExportResult | MergeResult | AutolabelResult | None = Field(
        description="Of an autolabel job also while it runs: what it did so far."
    )
    created_at: str
    started_at: str | None
    finished_at: str | None


class ModelActivation(Schema):
    """The version that proposes from now on."""

    model: AutolabelModel
    job: Job | None = Field(description="With `propose`: the job that puts its proposals in place.")
