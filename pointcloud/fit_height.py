"""How high an object reaches: the highest of its points, the ground under it, and what its class usually has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geometry.arrays import FloatArray

TALLEST = 1.2
"""Points above this many usual heights belong to something else, such as a tree over a car."""
OVERHANG = 0.12
GAP_M, GAP_PER_M = 0.3, 0.02
TOP_SIGMA_M, TOP_SIGMA_PER_M = 0.08, 0.0015
CLASS_SIGMA = 0.08
"""How much heights of a class differ where the top is seen for sure, as a share."""
ASTRAY = 0.15
"""How often the highest point does not tell the top: a roof is hidden, or met by no beam; a wall is close behind."""


@dataclass(frozen=True)
class Height:
    """A height above the ground.

    Attributes:
        height_m: The box's.
        is_seen: Whether points tell it.
    """

    height_m: float
    is_seen: bool


def box_height(
    above_m: FloatArray,
    usual_m: float,
    range_m: float,
    margin_m: float,
    sigma: float,
    *,
    has_roof: bool,
    is_own: bool = False,
) -> Height:
    """The height of the box over points of an object.

    Args:
        above_m: (N,) how far its points, and those right above it, lie above the ground.
        usual_m: What its class has.
        range_m: How far away it is; beams are further apart there.
        margin_m: From the highest point to the top of a box.
        sigma: How little the usual height counts beside a top that is seen, as a share of it.
        has_roof: Whether it is a vehicle, whose roof may be missed; the head of a person is not, children's neither.
        is_own: Whether the usual height is about the object's own; what is far higher is then something else's.
    """
    limit = usual_m * TALLEST + 0.1
    own = np.sort(above_m[above_m <= limit])
    if len(own) < 2 or np.count_nonzero(above_m > limit) > OVERHANG * len(above_m):
        return Height(usual_m, False)
    gaps = np.flatnonzero(np.diff(own) > max(GAP_M, GAP_PER_M * range_m))
    highest = float(own[gaps[0]] if len(gaps) else own[-1])
    if highest < 0.4 * usual_m:
        return Height(usual_m, False)
    seen_m, seen_sigma_m = highest + margin_m, TOP_SIGMA_M + TOP_SIGMA_PER_M * range_m
    seen_weight, usual_weight = seen_sigma_m**-2, (sigma * usual_m) ** -2
    height_m = (seen_m * seen_weight + usual_m * usual_weight) / (seen_weight + usual_weight)
    may_mislead = has_roof if seen_m < usual_m else is_own
    share = _share_told(seen_m, seen_sigma_m, usual_m) if may_mislead else 1.0
    return Height(share * max(height_m, highest) + (1.0 - share) * usual_m, share > 0.5)


def _share_told(seen_m: float, seen_sigma_m: float, usual_m: float) -> float:
    """How likely the highest point tells the top (Bayes' rule); it does where it lies about as high as others' tops.

    If it does, heights spread as a normal distribution around the usual one; if not, evenly: the roof is hidden, or
    what lies highest belongs to something above or behind.
    """
    variance = seen_sigma_m**2 + (CLASS_SIGMA * usual_m) ** 2
    told = (1.0 - ASTRAY) * np.exp(-0.5 * (seen_m - usual_m) ** 2 / variance) / np.sqrt(2.0 * np.pi * variance)
    return float(told / (told + ASTRAY / usual_m))
