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
    lidars: list[InspectedLidar]
    cameras: list[InspectedCamera]


class InspectReport(Schema):
    """What an import would bring, and every problem."""

    format: str
    scenes: list[InspectedScene]
    problems: list[Problem]
