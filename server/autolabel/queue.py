"""What it costs to look at a proposed track, and what looking brings: the order of the queue."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quality.effort import CostSheet


@dataclass(frozen=True)
class Expected:
    """What one may expect of looking at a track.

    Attributes:
        corrections: Boxes put right.
        seconds: To look at it and put them right.
    """

    corrections: float
    seconds: float


def expected(score: float, frame_count: int) -> Expected:
    """What looking at a track brings, and how long it takes; unit costs are those of ``quality.effort``.

    Its boxes are all wrong where there is no such object, which the score tells; it is then deleted in one step.

    Args:
        score: 0 … 1, how sure it is that there is such an object.
        frame_count: The frames it was proposed in.
    """
    costs = _costs()
    wrong = 1.0 - min(max(score, 0.0), 1.0)
    pictures = frame_count // costs.review.strip_step + 1
    looking = costs.seconds.strip + pictures * costs.seconds.thumbnail
    return Expected(wrong * frame_count, looking + wrong * costs.seconds.delete)


@cache
def _costs() -> CostSheet:
    from quality.effort import load_costs

    return load_costs()
