"""What stands still: told from what moves, and put in one place in the world."""

from __future__ import annotations

import numpy as np

from autolabel.tracking.heading import mean_axis
from autolabel.tracking.sizes import weighted_median
from geometry.arrays import FloatArray

SHORTEST_M, LONGEST_M = 0.5, 1.5
SPREAD_SHARE = 0.7
CERTAIN = 5.0
"""A displacement is surely one from so many standard deviations on."""
SURELY_MS = 0.6
FITS = 6


def stands(times_s: FloatArray, places: FloatArray, noise_m: FloatArray, length_m: float) -> bool:
    """Whether places (N, 2) with standard deviations (N,) at times (N,) are one place, seen inexactly.

    The ends of the straight line through them must be near each other, for what is seen from ever new sides wanders by
    a part of its length; and they must not lie far from their middle.
    """
    if len(times_s) < 2:
        return True
    weight = 1.0 / np.square(noise_m)
    middle = np.array([weighted_median(places[:, axis], weight) for axis in (0, 1)])
    off = np.hypot(*(places - middle).T)
    most_m = float(np.clip(0.2 + 0.2 * length_m, SHORTEST_M, LONGEST_M))
    time = times_s - np.average(times_s, weights=weight)
    about = float((weight * time**2).sum())
    velocity = (weight[:, None] * time[:, None] * places).sum(axis=0) / max(about, 1e-9)
    lasts_s = float(times_s[-1] - times_s[0])
    way_m, speed_ms = float(np.hypot(*velocity)) * lasts_s, float(np.hypot(*velocity))
    sigma_m = lasts_s / float(np.sqrt(max(about, 1e-9)))
    if way_m > max(most_m, CERTAIN * sigma_m) or (speed_ms > SURELY_MS and way_m > CERTAIN * sigma_m):
        return False
    spread_m = float(np.sqrt(np.average(np.minimum(off, 3.0 * most_m) ** 2, weights=weight)))
    return spread_m < max(SPREAD_SHARE * most_m, 2.0 * float(np.median(noise_m)))


def standing_row(boxes: FloatArray, noise_m: FloatArray) -> FloatArray:
    """(7,) the one box of boxes (N, 7) of one size; which end is its front stays open.

    Args:
        boxes: In ``world``, each at the right place but for noise.
        noise_m: (N,) standard deviations of their places.
    """
    row = boxes[0].copy()
    weight = 1.0 / np.square(noise_m)
    row[:3] = [weighted_median(boxes[:, axis], weight) for axis in range(3)]
    for _ in range(FITS):
        off = np.hypot(*(boxes[:, :2] - row[:2]).T) / noise_m
        trust = weight / (1.0 + np.square(off / 2.0))
        row[:3] = (trust[:, None] * boxes[:, :3]).sum(axis=0) / trust.sum()
    row[6] = mean_axis(boxes[:, 6], weight)
    return np.asarray(row)
