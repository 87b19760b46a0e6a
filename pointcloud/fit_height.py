"""How high an object reaches: the highest of its points, the ground under it, and what its class usually has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geometry.arrays import BoolArray, FloatArray

TALLEST = 1.2
"""Points above this many usual heights belong to something else, such as a tree over a car."""
OVERHANG = 0.12
GAP_M, GAP_PER_M = 0.3, 0.02
TOP_SIGMA_M, TOP_SIGMA_PER_M = 0.08, 0.0015
CLASS_SIGMA = 0.08
"""How much heights of a class differ where the top is seen for sure, as a share."""
HIDDEN = 0.15
"""How often a vehicle's roof is hidden, or met by no beam through its windows, and so anywhere above what is seen."""


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
    above_m: FloatArray, usual_m: float, range_m: float, margin_m: float, sigma: float, *, has_roof: bool
) -> Height:
    """The height of the box over points of an object.

    Args:
        above_m: (N,) how far its points, and those right above it, lie above the ground.
        usual_m: What its class has.
        range_m: How far away it is; beams are further apart there.
        margin_m: From the highest point to the top of a box.
        sigma: How little the usual height counts beside a top that is seen, as a share of it.
        has_roof: Whether it is a vehicle, whose roof may be missed; the head of a person is not, children's neither.
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
    share = _share_seen(seen_m, seen_sigma_m, usual_m) if has_roof else 1.0
    return Height(max(share * height_m + (1.0 - share) * max(height_m, usual_m), highest), share > 0.5)


def _share_seen(seen_m: float, seen_sigma_m: float, usual_m: float) -> float:
    """How likely the highest point tells the top (Bayes' rule); it does where it lies as high as others of the class.

    If it does, heights spread as a normal distribution around the usual one; if not, evenly from 0 on.
    """
    variance = seen_sigma_m**2 + (CLASS_SIGMA * usual_m) ** 2
    off_m = min(seen_m - usual_m, 0.0)
    seen = (1.0 - HIDDEN) * np.exp(-0.5 * off_m**2 / variance) / np.sqrt(2.0 * np.pi * variance)
    return float(seen / (seen + HIDDEN / usual_m))


def within(points_xy: FloatArray, box: FloatArray, margin_m: float) -> BoolArray:
    """(N,) which points lie over the footprint x, y, yaw, length, width, or within the margin."""
    cos, sin = np.cos(box[2]), np.sin(box[2])
    x, y = points_xy[:, 0] - box[0], points_xy[:, 1] - box[1]
    along, across = np.abs(cos * x + sin * y), np.abs(cos * y - sin * x)
    return np.asarray((along < box[3] / 2.0 + margin_m) & (across < box[4] / 2.0 + margin_m))
