"""What can be set about tracking, and what holds for a class."""

from __future__ import annotations

from dataclasses import dataclass

from autolabel.classes import ObjectClass
from quality.checks.motion_limits import MotionLimits, limits_of


@dataclass(frozen=True)
class TrackingOptions:
    """How detections become tracks.

    Attributes:
        confident: Detections from this score on begin tracks and are placed first.
        weak: Those from this score on carry tracks on.
        least_score: Tracks below this are dropped.
        least_score_still: People, riders and animals who never move are doubted: they need this.
        reach_m: Objects are carried within a square of this half side around the ego; None for as far as anything was
            detected.
        lost_s: After so long without a detection a track ends.
        joined_s: Pieces of one path that are no farther apart in time become one track.
        beyond_s: How long a moving object is carried beyond its first and last detection.
        fewest_points: A box with fewer points is not carried into a frame where nothing was detected.
    """

    confident: float = 0.25
    weak: float = 0.08
    least_score: float = 0.3
    least_score_still: float = 0.42
    reach_m: float | None = None
    lost_s: float = 1.2
    joined_s: float = 2.5
    beyond_s: float = 0.8
    fewest_points: int = 4

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on what cannot be meant."""
        if not 0.0 <= self.weak <= self.confident <= 1.0:
            raise ValueError(f"0 ≤ weak ≤ confident ≤ 1 is expected, got {self.weak} and {self.confident}")
        if self.reach_m is not None and not self.reach_m > 0.0:
            raise ValueError(f"reach_m must be above 0, got {self.reach_m}")
        if min(self.lost_s, self.joined_s, self.beyond_s) < 0.0 or self.fewest_points < 1:
            raise ValueError("times must not be negative, and fewest_points must be at least 1")


@dataclass(frozen=True)
class Habits:
    """How objects of one class usually move, from what they can do at most.

    Attributes:
        limits: What they can do at most.
        speed_ms: Standard deviation of a speed that nothing is known of.
        acceleration_ms2: Standard deviation of the acceleration.
        turns_freely: Whether it may face anywhere while it moves anywhere, as people and animals do.
        place_m: Standard deviation of a detection's place, which is known the less the longer the object is.
    """

    limits: MotionLimits
    speed_ms: float
    acceleration_ms2: float
    turns_freely: bool
    place_m: float


USUAL_SHARE = 0.1
"""Usual accelerations are this share of the greatest."""


def habits_of(item: ObjectClass) -> Habits:
    """The habits of a class, by its name and size."""
    limits = limits_of(item.name)
    speed_ms = min(max(limits.speed_ms / 3.0, 0.2), 12.0)
    place_m = 0.12 + 0.03 * max(item.size_lwh_m[:2])
    turns_freely = not item.is_rigid and limits.slip_ms is None
    return Habits(limits, speed_ms, USUAL_SHARE * limits.acceleration_ms2, turns_freely, place_m)
