"""Raw files that change, and datasets that move."""

from __future__ import annotations

from pydantic import Field

from server.schemas.common import Problem, Schema


class FileReport(Schema):
    """What a look at a scene's files found."""

    files: int = Field(description="How many were compared with what was imported.")
    problem_count: int = Field(description="How many are gone or changed.")
    problems: list[Problem] = Field(description="The first 200 of them.")


class RelinkRequest(Schema):
    """A folder that moved."""

    old_root: str = Field(min_length=1, max_length=4096, description="The folder as it was, or one above it.")
    new_root: str = Field(min_length=1, max_length=4096, description="The same folder where it is now.")
    with_changed: bool = Field(default=False, description="Also scenes of which some files differ.")
    dry_run: bool = Field(default=False, description="Only look.")


class RelinkedScene(Schema):
    """A scene below the old root."""

    scene_id: str
    name: str
    old_path: str
    new_path: str
    compared_files: int = Field(description="By name and size; 0 where the import kept no state of them.")
    problems: list[Problem] = Field(description="Why it is not the same scene.")
    changed_count: int = Field(description="Files that are gone or differ.")
    changed: list[Problem] = Field(description="The first 200 of them.")


class RelinkReport(Schema):
    """What was found at the new root."""

    is_done: bool = Field(description="The scenes point to the new root; all do, or none.")
    scenes: list[RelinkedScene]
