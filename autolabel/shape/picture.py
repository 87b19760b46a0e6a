"""A look as the network takes it in: seen from the side and from above, and a few numbers."""

from __future__ import annotations

import numpy as np

from autolabel.shape.look import AROUND, Look
from geometry.arrays import Float32Array, IntArray

ALONG, ACROSS, UP = 24, 12, 12
"""Cells of the pictures; those from the side and from above are laid over each other, so the last two are the same."""
CHANNELS = 4
FACTS = 7
DENSE = 3.0
FAR_M = 50.0
FARTHEST = 2.0
MANY = 6.0


def picture(look: Look) -> Float32Array:
    """(CHANNELS, ALONG, ACROSS) density from the side and from above, and how high points reach by cell and by row."""
    along, across, up = (_cells(look.points[:, axis], count) for axis, count in enumerate((ALONG, ACROSS, UP)))
    out = np.zeros((CHANNELS, ALONG, ACROSS), np.float32)
    np.add.at(out[0], (along, up), 1.0)
    np.add.at(out[1], (along, across), 1.0)
    out[:2] = np.log1p(out[:2]) / DENSE
    height = look.points[:, 2] + np.float32(0.5 + AROUND)
    np.maximum.at(out[2], (along, across), height)
    np.maximum.at(out[3], along, height[:, np.newaxis])
    return out


def facts(look: Look) -> Float32Array:
    """(FACTS,) logarithms of the sides, the direction it is seen from, how far away that is, and how many points."""
    distance_m = max(float(np.hypot(*look.sensor_m)), 1e-3)
    return np.array(
        [
            *np.log(look.size_lwh_m),
            *(look.sensor_m / distance_m),
            min(distance_m / FAR_M, FARTHEST),
            np.log1p(len(look.points)) / MANY,
        ],
        np.float32,
    )


def _cells(shares: Float32Array, count: int) -> IntArray:
    places = ((shares + np.float32(0.5 + AROUND)) / np.float32(1.0 + 2.0 * AROUND) * count).astype(np.int64)
    return np.clip(places, 0, count - 1)
