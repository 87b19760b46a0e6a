"""What a project labels: categories, attributes and their rules, versioned."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

AttributeScope = Literal["track", "cuboid"]
COLOR_PATTERN = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True)
class Category:
    """One kind of object.

    Attributes:
        name: The name in labels and exports.
        color: ``#rrggbb``, lower case.
        size_prior_lwh_m: Usual length, width, height in metres.
        hot_key: The digit that picks it, or None.
        parent: The name of a wider category, or None.
        is_rigid: Whether a track keeps one size (a car) or not (a pedestrian).
    """

    name: str
    color: str
    size_prior_lwh_m: tuple[float, float, float]
    hot_key: str | None = None
    parent: str | None = None
    is_rigid: bool = True

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on an empty name, a colour of another form or a size that is not above zero."""
        if not self.name or self.name != self.name.strip():
            raise ValueError(f"category name must not be empty or padded, got {self.name!r}")
        if not COLOR_PATTERN.fullmatch(self.color):
            raise ValueError(f"color of {self.name} must look like #1a2b3c, got {self.color!r}")
        if len(self.size_prior_lwh_m) != 3 or not all(0 < side < 1000 for side in self.size_prior_lwh_m):
            raise ValueError(f"size_prior_lwh_m of {self.name} must be above zero, got {self.size_prior_lwh_m}")


@dataclass(frozen=True)
class Attribute:
    """A question asked of each track or each cuboid.

    Attributes:
        name: The key in ``attributes``.
        scope: Whether the answer belongs to the track or to each cuboid.
        values: The allowed answers; empty means any number or text.
        categories: The categories it is asked for; empty means all.
    """

    name: str
    scope: AttributeScope
    values: tuple[str | int, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class Taxonomy:
    """The categories and attributes of a project.

    Attributes:
        name: Where it comes from, such as ``kitti``.
        version: Rises by one with every edit.
        categories: In the order shown to people.
        attributes: In the order shown to people.
    """

    name: str
    version: int
    categories: tuple[Category, ...]
    attributes: tuple[Attribute, ...] = ()

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on names used twice or parents and categories that do not exist."""
        names = [category.name for category in self.categories]
        if len(set(names)) != len(names):
            raise ValueError(f"category names must be unique, got {names}")
        mentioned = {category.parent for category in self.categories if category.parent is not None}
        mentioned.update(name for attribute in self.attributes for name in attribute.categories)
        if unknown := sorted(mentioned - set(names)):
            raise ValueError(f"taxonomy {self.name} mentions categories it does not have: {unknown}")

    def category(self, name: str) -> Category | None:
        """The category of that name, or None where the taxonomy does not have it."""
        return next((category for category in self.categories if category.name == name), None)
