"""Which proposals are taken as they are, which are looked at, which are made anew: by a wished share of errors."""

from __future__ import annotations

import numpy as np

from autolabel.proposal import Band
from geometry.arrays import FloatArray

REDO_BELOW = 0.35
"""Below, putting a track right costs more than making it: most of it is wrong."""
WORTH_A_LOOK = 0.05
"""What is less likely an object than this is not shown: of twenty looks and deletions, some 4 s each, one at most would
save 30 s of labelling anew."""


def bands_of(probability: FloatArray, may_stand: FloatArray, boxes: FloatArray, wished_error: float) -> list[Band]:
    """The band of each track: the surest are accepted as long as the share of wrong boxes to be expected is small.

    Args:
        probability: (N,) that a track is an object of its category.
        may_stand: (N,) that a box of it may stand as it is; never likelier than the above.
        boxes: (N,) how many boxes it has.
        wished_error: The share of wrong boxes that the accept band may hold.
    """
    exact = np.minimum(may_stand, probability)
    order = np.argsort(-exact, kind="stable")
    expected = np.cumsum(((1.0 - exact) * boxes)[order]) / np.maximum(np.cumsum(boxes[order]), 1e-9)
    fitting = np.flatnonzero(expected <= wished_error)
    accepted = set(order[: fitting[-1] + 1].tolist() if len(fitting) else [])
    return [
        "accept" if number in accepted else "redo" if value < REDO_BELOW else "check"
        for number, value in enumerate(probability.tolist())
    ]
