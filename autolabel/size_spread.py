"""How much the sizes of a class differ: what can be said of a side that nobody saw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autolabel.classes import ClassSet, ObjectClass
from geometry.arrays import FloatArray

USUAL_SHARE_LWH = (0.10, 0.07, 0.09)
USUAL_SHARE_SOFT_LWH = (0.20, 0.16, 0.09)
"""Standard deviations as shares of the usual size, of rigid objects and of others, before any is labelled."""
USUAL_COUNTS = 6.0
"""What is usual counts as much as so many labelled objects."""

Spreads = Mapping[str, FloatArray]
"""By class, (3,) standard deviations of length, width and height in metres."""


def usual_spread(item: ObjectClass) -> FloatArray:
    """(3,) how much sides of such objects differ, before any is labelled."""
    return np.array(USUAL_SHARE_LWH if item.is_rigid else USUAL_SHARE_SOFT_LWH) * item.size_lwh_m


def spreads_of(classes: ClassSet, sizes: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """The spread of each class: what is usual, and what labelled objects show, the more of them the more.

    The root of (k u² + Σ d²) / (k + N), with the usual spread u, k = ``USUAL_COUNTS``, and the differences d of N
    labelled objects from their class.

    Args:
        classes: What is wanted.
        sizes: Category → (N, 3) sizes of labelled objects.
    """
    found = {}
    for item in classes:
        own = sizes.get(item.name, np.zeros((0, 3)))
        off = np.square(own - np.array(item.size_lwh_m)).sum(axis=0)
        found[item.name] = np.sqrt((USUAL_COUNTS * usual_spread(item) ** 2 + off) / (USUAL_COUNTS + len(own)))
    return found


def spreads_from_json(classes: ClassSet, values: Mapping[str, Any]) -> dict[str, FloatArray]:
    """What a model's file says of its classes; what is usual where it says nothing."""
    return {
        item.name: np.array(values[item.name], dtype=np.float64) if item.name in values else usual_spread(item)
        for item in classes
    }
