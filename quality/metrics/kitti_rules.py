"""What KITTI's object benchmark counts: its classes, its three difficulties, and what it passes over.

Source: the readme of KITTI's object development kit, and the behaviour of its evaluation program.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quality.metrics.objects import ObjectTable

States = NDArray[np.int8]
COUNTED: Final = 0
"""Must be found; or, as a prediction, counts."""
PASSED_OVER: Final = 1
"""May be matched, but is neither right nor wrong."""
ABSENT: Final = -1
"""Another class: takes no part."""


@dataclass(frozen=True)
class EvaluatedClass:
    """A class and how well a prediction must overlap it.

    Attributes:
        name: The category.
        min_overlap: Intersection over union that a match must exceed.
        neighbor: A category so alike that taking one for the other is neither right nor wrong, or None.
    """

    name: str
    min_overlap: float
    neighbor: str | None = None

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on an overlap that is not between 0 and 1."""
        if not 0.0 < self.min_overlap < 1.0:
            raise ValueError(f"the overlap of {self.name} must lie between 0 and 1, got {self.min_overlap}")


@dataclass(frozen=True)
class Difficulty:
    """The hardest objects that must be found."""

    name: str
    min_height_px: float
    max_occluded: int
    max_truncated: float


CAR: Final = EvaluatedClass("Car", 0.7, "Van")
PEDESTRIAN: Final = EvaluatedClass("Pedestrian", 0.5, "Person_sitting")
CYCLIST: Final = EvaluatedClass("Cyclist", 0.5)
KITTI_CLASSES: Final = (CAR, PEDESTRIAN, CYCLIST)
DIFFICULTIES: Final = (
    Difficulty("easy", 40, 0, 0.15),
    Difficulty("moderate", 25, 1, 0.30),
    Difficulty("hard", 25, 2, 0.50),
)


def truth_states(truth: ObjectTable, evaluated: EvaluatedClass, difficulty: Difficulty) -> States:
    """(N,) of each object of the truth: must it be found, is it passed over, or does it take no part."""
    is_too_hard = (
        (truth.occluded > difficulty.max_occluded)
        | (truth.truncated > difficulty.max_truncated)
        | (_height_px(truth) <= difficulty.min_height_px)
    )
    is_own = truth.of_category(evaluated.name)
    states = np.full(len(truth), ABSENT, dtype=np.int8)
    states[is_own & ~is_too_hard] = COUNTED
    states[(is_own & is_too_hard) | truth.of_category(evaluated.neighbor)] = PASSED_OVER
    return states


def prediction_states(prediction: ObjectTable, evaluated: EvaluatedClass, difficulty: Difficulty) -> States:
    """(N,) of each prediction; as in KITTI's program, a low one takes part whatever its class, but is passed over."""
    states = np.full(len(prediction), ABSENT, dtype=np.int8)
    states[prediction.of_category(evaluated.name)] = COUNTED
    states[(_height_px(prediction) < difficulty.min_height_px) & ~prediction.is_region] = PASSED_OVER
    return states


def _height_px(objects: ObjectTable) -> NDArray[np.float64]:
    return np.asarray(objects.ltrb_px[:, 3] - objects.ltrb_px[:, 1])
