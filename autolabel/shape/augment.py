"""Looks, changed so that the network sees more than there were."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from autolabel.shape.look import Look

FEWER, KEPT = 0.5, (0.15, 1.0)
SCALE = (0.9, 1.1)
SHIFT = (0.025, 0.04, 0.03)
"""Standard deviations of how far a box is off, as shares of its sides."""
TURN_RAD = 0.04
NOISE_M = 0.03
MIRRORED = np.array([1.0, -1.0, 1.0], np.float32)


def augmented(look: Look, rng: Generator) -> Look:
    """The look with fewer points, noise, perhaps mirrored, and its box a little off."""
    points, size, sensor = look.points, look.size_lwh_m, look.sensor_m
    if rng.random() < FEWER:
        points = points[rng.random(len(points)) < rng.uniform(*KEPT)]
    if rng.random() < 0.5:
        points, sensor = points * MIRRORED, sensor * MIRRORED[:2]
    turn, scale = rng.normal(0.0, TURN_RAD), rng.uniform(*SCALE, 3)
    cos, sin = np.cos(turn), np.sin(turn)
    placed_m = points * size + rng.normal(0.0, NOISE_M * rng.random(), points.shape)
    along, across = placed_m[:, 0] * cos - placed_m[:, 1] * sin, placed_m[:, 0] * sin + placed_m[:, 1] * cos
    shares = np.column_stack([along, across, placed_m[:, 2]]) / (size * scale) + rng.normal(0.0, SHIFT)
    return Look(shares.astype(np.float32), size * scale, sensor)
