"""From evidence to a probability that holds: of what is called 90 % sure, nine in ten are right.

A logistic regression (Platt, Probabilistic Outputs for Support Vector Machines, 1999) with a Gaussian prior around the
weights that were found on simulated scenes, so that a handful of held-back frames shift it, and no more than they can.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from autolabel.judging.evidence import NAMES
from geometry.arrays import BoolArray, FloatArray, IntArray

PRIOR_SIGMA, OFFSET_SIGMA = 0.5, 1.0
BINS = 10


@dataclass(frozen=True, eq=False)
class Calibration:
    """Weights of evidence.

    Attributes:
        offset: Log odds of usual evidence.
        weights: (8,) log odds for a unit of each kind of evidence.
        by_class: What is added for a category.
    """

    offset: float
    weights: FloatArray
    by_class: Mapping[str, float] = field(default_factory=dict)

    def probability(self, evidence: FloatArray, category: str) -> float:
        """How likely a track is right."""
        return float(expit(self.offset + self.by_class.get(category, 0.0) + evidence @ self.weights))

    def to_json(self) -> dict[str, Any]:
        """For a model's file."""
        weights = dict(zip(NAMES, self.weights.tolist(), strict=True))
        return {"offset": self.offset, "weights": weights, "by_class": dict(self.by_class)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Calibration:
        """What ``to_json`` made."""
        weights = np.array([float(values["weights"].get(name, 0.0)) for name in NAMES])
        by_class = {str(name): float(value) for name, value in values["by_class"].items()}
        return cls(float(values["offset"]), weights, by_class)


SIMULATED = Calibration(1.0, np.array([1.2, 0.5, 0.4, 0.3, -0.1, 0.0, 1.0, 1.0]))
"""What is taken to hold before any frame is held back, of whether a track is an object of its category."""
SIMULATED_EXACT = Calibration(0.5, np.array([1.0, 0.3, 0.3, 0.3, -0.3, 0.0, 0.5, 0.5]))
"""Likewise, of whether its boxes may stand as they are. These weights, and those of both witnesses above, are
chosen, not found: frames held back move them."""


def calibrate(
    evidence: FloatArray, categories: list[str], is_right: BoolArray, prior: Calibration = SIMULATED
) -> Calibration:
    """Weights that the outcome of held-back tracks makes most likely, near those before.

    Args:
        evidence: (N, 8).
        categories: N names.
        is_right: (N,) whether each track was right.
        prior: The weights before.
    """
    names = sorted(set(categories))
    column = np.array([names.index(name) for name in categories], dtype=np.int64)
    known = np.array([prior.by_class.get(name, 0.0) for name in names])
    start = np.concatenate([[prior.offset], prior.weights, known])
    sigma = np.concatenate([[OFFSET_SIGMA], np.full(len(NAMES), PRIOR_SIGMA), np.full(len(names), OFFSET_SIGMA)])
    sign = np.where(is_right, 1.0, -1.0)

    def cost(values: FloatArray) -> tuple[float, FloatArray]:
        odds = values[0] + evidence @ values[1 : 1 + len(NAMES)] + values[1 + len(NAMES) :][column]
        away = (values - start) / sigma
        missing = expit(-sign * odds) * -sign
        slope = np.concatenate([[missing.sum()], evidence.T @ missing, np.bincount(column, missing, len(names))])
        return float(np.logaddexp(0.0, -sign * odds).sum() + 0.5 * away @ away), slope + away / sigma

    found = minimize(cost, start, jac=True, method="L-BFGS-B").x if len(sign) else start
    by_class = {**prior.by_class, **dict(zip(names, found[1 + len(NAMES) :].tolist(), strict=True))}
    return Calibration(float(found[0]), np.asarray(found[1 : 1 + len(NAMES)]), by_class)


def reliability(probability: FloatArray, is_right: BoolArray) -> list[dict[str, float]]:
    """For tenths of probability: how many, how sure on average, and what share was right."""
    place: IntArray = np.minimum((probability * BINS).astype(np.int64), BINS - 1)
    return [
        {
            "count": int((place == number).sum()),
            "probability": float(probability[place == number].mean()),
            "right": float(is_right[place == number].mean()),
        }
        for number in range(BINS)
        if (place == number).any()
    ]
