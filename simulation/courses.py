"""Ways over the street: along a lane, across it, and the whims of those who go."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from geometry.arrays import FloatArray
from simulation.following import SlowDown
from simulation.street import CYCLE_EDGE_M, KERB_M, LANE_CENTER_M

CROSSING_SPEED_MS = 1.3
STEP_OFF_S = 0.8
WALK_START_M = KERB_M + 1.0
LANE_CHANGE_M = 26.0
HALT_RAMP_S = 0.7


@dataclass(frozen=True, eq=False)
class Course:
    """A way over the street: where an actor's base is in every frame.

    Attributes:
        station_m: (F,) along the street.
        offset_m: (F,) to the left of the centre line.
        turn_rad: (F,) heading against the street's direction.
    """

    station_m: FloatArray
    offset_m: FloatArray
    turn_rad: FloatArray

    @property
    def travelled_m(self) -> FloatArray:
        """(F,) way travelled since the first frame."""
        steps = np.hypot(np.diff(self.station_m), np.diff(self.offset_m))
        return np.concatenate([[0.0], np.cumsum(steps)])


@dataclass(frozen=True)
class Crossing:
    """People who cross the street at a place and time.

    Attributes:
        station_m: Middle of the zebra crossing.
        start_s: When the first steps off ``WALK_START_M`` from the centre line.
        side: +1 when they start on the left.
        people: How many.
    """

    station_m: float
    start_s: float
    side: float
    people: int

    def offset_m(self, time_s: FloatArray, person: int) -> FloatArray:
        """Where a person is across the street, beyond both kerbs at the ends."""
        since = time_s - self.start_s - 0.9 * person
        whole = 2 * WALK_START_M
        left = whole / CROSSING_SPEED_MS + STEP_OFF_S - since
        way = np.where(since < left, _way_from_rest(since), whole - _way_from_rest(left))
        return np.asarray(self.side * (WALK_START_M - way))

    def occupied(self, time_s: float) -> bool:
        """Whether drivers must wait: somebody is on the road or about to step onto it."""
        last = self.start_s + 0.9 * (self.people - 1) + (WALK_START_M + CYCLE_EDGE_M) / CROSSING_SPEED_MS
        return self.start_s - 1.5 < time_s < last


def _way_from_rest(time_s: FloatArray) -> FloatArray:
    """Way of a walker who reaches full pace within ``STEP_OFF_S``, none before time 0."""
    after = np.maximum(time_s, 0.0)
    pace = CROSSING_SPEED_MS
    return np.asarray(np.where(after < STEP_OFF_S, pace * after**2 / (2 * STEP_OFF_S), pace * (after - STEP_OFF_S / 2)))


def swerve(course: Course, rng: np.random.Generator, *, depth_m: float, length_m: float, spacing_m: float) -> Course:
    """The course with bumps to either side: a cyclist who rides around something or looks back.

    Args:
        course: Along a lane.
        rng: Decides where and how far.
        depth_m: Farthest to the side.
        length_m: Way of one bump.
        spacing_m: Way between two, about.
    """
    low, high = float(course.station_m.min()), float(course.station_m.max())
    place = low + float(rng.uniform(0, spacing_m))
    aside, slope = np.zeros_like(course.station_m), np.zeros_like(course.station_m)
    while place < high:
        depth = float(rng.uniform(0.4, 1.0)) * depth_m * float(rng.choice([-1.0, 1.0]))
        phase = np.clip((course.station_m - place) / length_m, 0.0, 1.0) * 2 * np.pi
        aside += depth * (1 - np.cos(phase)) / 2
        slope += depth * np.pi / length_m * np.sin(phase)
        place += length_m + float(rng.uniform(0.5, 1.5)) * spacing_m
    return _shifted(course, aside, slope)


def change_lane(course: Course, rng: np.random.Generator, side: float) -> Course:
    """The course with one change to the other lane, on the left for ``side`` +1, and back after a while."""
    low, high = float(course.station_m.min()), float(course.station_m.max())
    start = float(rng.uniform(low, max(low, high - LANE_CHANGE_M)))
    stay = float(rng.uniform(10.0, 30.0))
    aside, slope = np.zeros_like(course.station_m), np.zeros_like(course.station_m)
    # Those on the other side of the street drive towards smaller stations; the shape is the same both ways.
    for place, sign in ((start, 1.0), (start + LANE_CHANGE_M + stay, -1.0)):
        phase = np.clip((course.station_m - place) / LANE_CHANGE_M, 0.0, 1.0)
        aside += sign * side * 2 * LANE_CENTER_M * (1 - np.cos(np.pi * phase)) / 2
        slope += sign * side * 2 * LANE_CENTER_M * np.pi / 2 / LANE_CHANGE_M * np.sin(np.pi * phase)
    return _shifted(course, aside, slope)


def _shifted(course: Course, aside_m: FloatArray, slope: FloatArray) -> Course:
    return replace(course, offset_m=course.offset_m + aside_m, turn_rad=course.turn_rad + np.arctan(slope))


def slow_downs(rng: np.random.Generator, duration_s: float) -> tuple[SlowDown, ...]:
    """Moments at which somebody brakes, now to a crawl, now to a stop, for no visible reason."""
    moments, start = [], float(rng.uniform(-2.0, 6.0))
    while start < duration_s:
        length = float(rng.uniform(1.0, 3.5))
        moments.append(SlowDown(start, start + length, float(rng.choice([0.0, 0.0, 0.35, 0.6]))))
        start += length + float(rng.uniform(3.0, 9.0))
    return tuple(moments)


def walk_with_halts(times_s: FloatArray, speed_ms: float, rng: np.random.Generator) -> FloatArray:
    """(F,) way of somebody on foot who stops for a few seconds now and then."""
    pace = np.full_like(times_s, speed_ms)
    start = float(rng.uniform(-1.0, 8.0))
    while start < times_s[-1]:
        end = start + float(rng.uniform(1.5, 4.0))
        inside = np.clip(np.minimum(times_s - start, end - times_s) / HALT_RAMP_S, 0.0, 1.0)
        pace *= 1.0 - inside
        start = end + float(rng.uniform(2.0, 9.0))
    steps = (pace[1:] + pace[:-1]) / 2 * np.diff(times_s)
    return np.concatenate([[0.0], np.cumsum(steps)])
