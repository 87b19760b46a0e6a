"""Which end of an object is its front: by the way it moves, else by what all its frames together say."""

from __future__ import annotations

import numpy as np

from geometry.arrays import FloatArray
from geometry.rotation import wrap_angle

SUREST = 0.97
"""No single frame is surer."""
METRES_A_VOTE = 0.3
"""To move so far ahead counts as much as odds of e to one."""
OFF_RAD = 0.1
"""An axis farther off the common one counts less than half."""
LOOKS = 2.0
"""Frames of an object look alike: many of them are worth so many different looks."""


def faces_ahead(axes_rad: FloatArray, yaws_rad: FloatArray, headings: FloatArray, moved: FloatArray) -> float:
    """Logarithm of the odds that an object faces along its axis, not against it.

    Args:
        axes_rad: (F,) its axis in each frame, which end is the front being open but the same in all frames.
        yaws_rad: (F,) where it was detected to face; NaN where it was not detected.
        headings: (F,) how sure that was, 0.5 … 1.
        moved: (F, 2) how far it moved in each frame, zero where that tells nothing.
    """
    seen = np.isfinite(yaws_rad)
    sure = np.clip(headings[seen], 0.5, SUREST)
    votes = np.sign(np.cos(axes_rad[seen] - yaws_rad[seen])) * np.log(sure / (1.0 - sure))
    count = int(seen.sum())
    looks = count / (1.0 + count / LOOKS)
    learned = float(votes.mean()) * looks if count else 0.0
    ahead = moved[:, 0] * np.cos(axes_rad) + moved[:, 1] * np.sin(axes_rad)
    return learned + float(ahead.sum()) / METRES_A_VOTE


def certainty(odds: float) -> float:
    """0.5 … 1, how sure the front is."""
    return float(1.0 / (1.0 + np.exp(-min(abs(odds), 30.0))))


def faced(boxes: FloatArray, odds: float) -> FloatArray:
    """Boxes (F, 7), with front and rear swapped where the odds speak against the way they face."""
    out = boxes.copy()
    out[:, 6] = wrap_angle(boxes[:, 6] + np.pi * (odds < 0.0))
    return out


def odds_of(sure: float) -> float:
    """The logarithm of the odds that ``certainty`` was made from, 0 or more."""
    return float(-np.log(1.0 / np.clip(sure, 0.5, 1.0 - 1e-13) - 1.0))


def continuous_axis(axes_rad: FloatArray) -> FloatArray:
    """(F,) the same axes, each turned by half turns to be nearest to the one before."""
    return np.asarray(np.unwrap(2.0 * axes_rad) / 2.0)


def mean_axis(yaws_rad: FloatArray, weight: FloatArray) -> float:
    """The axis that angles have in common, whichever end is the front; those far off count little."""
    twice = np.exp(2j * yaws_rad)
    axis = float(np.angle((weight * twice).sum()) / 2.0)
    for _ in range(5):
        off = np.abs(np.angle(twice * np.exp(-2j * axis))) / 2.0
        trust = weight / (1.0 + (off / OFF_RAD) ** 2)
        axis = float(np.angle((trust * twice).sum()) / 2.0)
    return axis


def steps_of(places: FloatArray) -> FloatArray:
    """(F, 2) how far a path (F, 2) goes in each frame: half of the steps to the frames before and after."""
    steps = np.diff(places, axis=0)
    out = np.zeros_like(places)
    out[:-1] += steps / 2.0
    out[1:] += steps / 2.0
    return out
