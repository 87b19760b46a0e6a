"""The classes a model tells apart: a project's categories, each with its usual size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from geometry.arrays import FloatArray
from labels import Taxonomy

UNKNOWN_SIZE_LWH_M = (2.0, 1.0, 1.5)


@dataclass(frozen=True)
class ObjectClass:
    """One category as the machine knows it.

    Attributes:
        name: The category's name in the project's taxonomy.
        size_lwh_m: The usual size.
        is_rigid: Whether its shape stays the same while it moves: no person, no animal.
    """

    name: str
    size_lwh_m: tuple[float, float, float]
    is_rigid: bool

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on a size that nothing has."""
        if len(self.size_lwh_m) != 3 or not all(0.01 < side < 100.0 for side in self.size_lwh_m):
            raise ValueError(f"size_lwh_m must be three lengths within 0.01 … 100 m, got {self.size_lwh_m}")


ClassSet = tuple[ObjectClass, ...]
"""The place in the tuple is the class's number wherever arrays hold classes."""


def classes_of(taxonomy: Taxonomy, names: Iterable[str], sizes: Mapping[str, FloatArray]) -> ClassSet:
    """The classes of some categories, by name.

    Args:
        taxonomy: Knows which are rigid, and some sizes.
        names: The categories that are labelled.
        sizes: Category → (N, 3) sizes of labelled objects, which count more than the taxonomy's.
    """
    known = {category.name: category for category in taxonomy.categories}
    found = []
    for name in sorted(set(names)):
        category = known.get(name)
        seen = sizes.get(name)
        prior = category.size_prior_lwh_m if category is not None else None
        measured = np.median(seen, axis=0) if seen is not None and len(seen) else prior or UNKNOWN_SIZE_LWH_M
        length, width, height = map(float, measured)
        found.append(ObjectClass(name, (length, width, height), category is None or category.is_rigid))
    return tuple(found)


def nearest_class(size_lwh_m: tuple[float, float, float], classes: ClassSet) -> int:
    """The number of the class whose usual size is nearest, by the ratio of sides.

    Raises:
        ValueError: There are no classes.
    """
    if not classes:
        raise ValueError("classes must not be empty")
    sides = np.log([item.size_lwh_m for item in classes])
    return int(np.argmin(np.abs(sides - np.log(size_lwh_m)).sum(axis=1)))
