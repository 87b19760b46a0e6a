"""Projects and what they label."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from server.schemas.common import Schema, Vector3


class Category(Schema):
    """One kind of object."""

    name: str = Field(min_length=1, max_length=100)
    color: str = Field(description="#rrggbb, lower case.")
    size_prior_lwh_m: Vector3 = Field(description="Usual length, width, height in metres.")
    hot_key: str | None = Field(description="The digit that picks it.")
    parent: str | None = Field(description="The name of a wider category.")
    is_rigid: bool = Field(description="Whether a track keeps one size.")


class Attribute(Schema):
    """A question asked of each track or each cuboid."""

    name: str = Field(min_length=1, max_length=100)
    scope: Literal["track", "cuboid"]
    values: list[str | int] = Field(description="The allowed answers; empty: any number or text.")
    categories: list[str] = Field(description="The categories it is asked for; empty: all.")


class Taxonomy(Schema):
    """The categories and attributes of a project."""

    name: str
    version: int = Field(ge=1, description="Rises by one with every edit.")
    categories: list[Category]
    attributes: list[Attribute]


class NewProject(Schema):
    """A project to make."""

    name: str = Field(min_length=1, max_length=200, pattern=r"\S")


class Project(Schema):
    """A body of work with one taxonomy."""

    id: str
    name: str
    created_at: str = Field(description="ISO 8601 in UTC.")
    scene_count: int
    taxonomy: Taxonomy
