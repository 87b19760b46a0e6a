"""Folders before they are imported: formats, browsing, inspecting."""

from __future__ import annotations

from pydantic import Field

from server.schemas.common import Problem, Schema


class Health(Schema):
    """The server is up."""

    status: str
    version: str


class FormatInfo(Schema):
    """A format and what Truebox can do with it."""

    name: str
    title: str
    can_read_scenes: bool
    can_read_labels: bool
    can_write_labels: bool


class BrowseEntry(Schema):
    """A file or folder."""

    name: str
    path: str
    is_dir: bool
    format: str | None = Field(description="The format, where the folder is a dataset.")


class Folder(Schema):
    """A folder of the server's machine; folders come first."""

    path: str
    parent: str | None
    entries: list[BrowseEntry]


class InspectRequest(Schema):
    """A folder to look at."""

    path: str = Field(min_length=1, max_length=4096)
    format: str | None = Field(default=None, description="Null: found out.")
    assume: dict[str, str] = Field(default_factory=dict, description="Answers to what the format leaves open.")
    project_id: str | None = Field(default=None, description="The project that is to get it.")


class InspectedLidar(Schema):
    """A lidar of a scene."""

    name: str
    frames: int
    points: int


class InspectedCamera(Schema):
    """A camera of a scene."""

    name: str
    frames: int
    width: int
    height: int


class InspectedScene(Schema):
    """A scene that would be imported."""

    name: str
    frames: int
    tracks: int
    labels: int
    ignored: int
    sequential: bool
    poses: bool = Field(description="Whether it says where the vehicle was.")
    is_known: bool = Field(description="The project has it already; an import leaves it alone.")
    lidars: list[InspectedLidar]
    cameras: list[InspectedCamera]


class InspectedGuess(Schema):
    """Something that the format leaves open, and how it was settled."""

    question: str
    text: str = Field(description="The question as a sentence.")
    choices: list[str] = Field(description="The answers there are; empty for free text.")
    answer: str
    why: str = Field(description="What was looked at, or that a person said so.")
    is_sure: bool = Field(description="Whether what was looked at leaves no doubt.")


class CategoryUse(Schema):
    """A category that labels use."""

    name: str
    tracks: int
    is_known: bool = Field(description="Whether those who get the labels have it.")
    suggestion: str | None = Field(description="Their nearest name, where they lack it and have one.")


class InspectReport(Schema):
    """What an import would bring, and every problem."""

    format: str
    scenes: list[InspectedScene]
    guesses: list[InspectedGuess]
    categories: list[CategoryUse]
    project_categories: list[str] = Field(description="What categories can be mapped to.")
    registration: str | None = Field(description="Why poses cannot be made by registration; null where they can.")
    problems: list[Problem]
