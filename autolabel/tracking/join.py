"""Pieces of one path become one: of what moves across short gaps, of what stands across long ones.

Both ends are looked at alike, so that the way time runs does not matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from scipy.spatial import KDTree

from autolabel.tracking.associate import MOST_SIZE_RATIO
from autolabel.tracking.options import Habits, TrackingOptions
from autolabel.tracking.sightings import Moments, Sightings
from geometry.arrays import FloatArray, IntArray

END_S = 0.7
"""So much of a piece tells how it ends."""
SLACK_M = 0.5
TURN_MS2 = 2.0
"""How much velocities of both ends may differ for each second between them."""
STANDS_MS = 0.7
STANDING_GAP_S = 30.0
STANDING_REACH_M = 3.0
SAME_PLACE = 0.3
"""Standing pieces are one object where they lie closer than this part of its length."""


@dataclass(frozen=True, eq=False)
class _Ends:
    """How K pieces begin or end.

    Attributes:
        times_s: (K,) when.
        places: (K, 2) where.
        velocities: (K, 2) how fast.
        speed_sigma: (K,) how well that is known.
    """

    times_s: FloatArray
    places: FloatArray
    velocities: FloatArray
    speed_sigma: FloatArray

    def take(self, places: IntArray) -> _Ends:
        return _Ends(*(getattr(self, field.name)[places] for field in fields(self)))


def join(
    chains: Sequence[IntArray],
    sightings: Sightings,
    moments: Moments,
    habits: Sequence[Habits],
    options: TrackingOptions,
) -> list[IntArray]:
    """Fewer, longer chains of detections; the nearest pieces are joined first."""
    if len(chains) < 2:
        return list(chains)
    begins, ends = (_ends(chains, sightings, moments, habits, at_end=at_end) for at_end in (False, True))
    sizes = np.array([np.median(sightings.boxes[chain, 3:5], axis=0) for chain in chains])
    classes = np.array([_class(chain, sightings) for chain in chains])
    most_ms = np.array([habit.limits.speed_ms for habit in habits])[classes]
    first, second = _candidates(begins, ends, options.joined_s, in_world=moments.in_world)
    alike = np.abs(np.log(sizes[first] / sizes[second])).sum(axis=1) < MOST_SIZE_RATIO
    alike |= classes[first] == classes[second]
    first, second = first[alike], second[alike]
    length_m = (sizes[first, 0] + sizes[second, 0]) / 2.0
    cost = _cost(begins.take(second), ends.take(first), most_ms[first], length_m, options.joined_s)
    likely = np.flatnonzero(cost < 1.0)
    order = likely[np.lexsort((second[likely], first[likely], cost[likely]))]
    return _linked(chains, list(zip(first[order].tolist(), second[order].tolist(), strict=True)))


def _class(chain: IntArray, sightings: Sightings) -> int:
    return int(np.bincount(sightings.classes[chain], sightings.scores[chain]).argmax())


def _ends(
    chains: Sequence[IntArray], sightings: Sightings, moments: Moments, habits: Sequence[Habits], *, at_end: bool
) -> _Ends:
    rows = np.empty((len(chains), 6))
    for number, chain in enumerate(chains):
        times = moments.times_s[sightings.frames[chain]]
        edge = times[-1] if at_end else times[0]
        near = np.abs(times - edge) <= max(END_S, 2.5 * moments.step_s)
        habit = habits[_class(chain, sightings)]
        away, places = times[near] - edge, sightings.boxes[chain[near], :2]
        rows[number] = edge, *_line(away, places, habit)
    return _Ends(rows[:, 0], rows[:, 1:3], rows[:, 3:5], rows[:, 5])


def _line(times_s: FloatArray, places: FloatArray, habit: Habits) -> tuple[float, ...]:
    """Place and velocity at time 0, and how well the velocity is known; few places leave it near zero."""
    terms = np.column_stack([np.ones(len(times_s)), times_s])
    normal = terms.T @ terms
    normal[1, 1] += (habit.place_m / habit.speed_ms) ** 2
    inverse = np.linalg.inv(normal)
    line = inverse @ terms.T @ places
    return (*line[0].tolist(), *line[1].tolist(), habit.place_m * float(np.sqrt(inverse[1, 1])))


def _candidates(begins: _Ends, ends: _Ends, joined_s: float, *, in_world: bool) -> tuple[IntArray, IntArray]:
    """Pieces that end, and pieces that begin later: shortly later, or at the same place."""
    order = np.argsort(begins.times_s, kind="stable")
    starts = begins.times_s[order]
    low = np.searchsorted(starts, ends.times_s, side="right")
    high = np.searchsorted(starts, ends.times_s + joined_s, side="right")
    soon = [(np.full(b - a, number), order[a:b]) for number, (a, b) in enumerate(zip(low, high, strict=True)) if b > a]
    pairs = soon + ([_at_one_place(begins, ends, joined_s)] if in_world else [])
    empty = np.zeros(0, np.int64)
    return (
        np.concatenate([empty, *(first for first, _ in pairs)]),
        np.concatenate([empty, *(second for _, second in pairs)]),
    )


def _at_one_place(begins: _Ends, ends: _Ends, joined_s: float) -> tuple[IntArray, IntArray]:
    """Pieces that stand when they end, and pieces that stand there after a while."""
    last, first = (np.flatnonzero(np.hypot(*e.velocities.T) < STANDS_MS + e.speed_sigma) for e in (ends, begins))
    near = KDTree(ends.places[last]).query_ball_tree(KDTree(begins.places[first]), STANDING_REACH_M)
    ended = np.repeat(last, [len(found) for found in near])
    begun = first[np.concatenate([np.zeros(0, np.int64), *(np.array(found, np.int64) for found in near)])]
    gap_s = begins.times_s[begun] - ends.times_s[ended]
    fits = (gap_s > joined_s) & (gap_s <= STANDING_GAP_S)
    return ended[fits], begun[fits]


def _cost(begins: _Ends, ends: _Ends, most_ms: FloatArray, length_m: FloatArray, joined_s: float) -> FloatArray:
    """(K,) below 1 where a piece that ends and one that begins can be one object; less, the likelier."""
    gap_s = begins.times_s - ends.times_s
    way = begins.places - ends.places
    way_m = np.hypot(*way.T)
    standing = way_m / (SAME_PLACE * length_m + 0.2) * (0.5 + 0.5 * gap_s / STANDING_GAP_S)
    sigma = np.hypot(ends.speed_sigma, begins.speed_sigma)
    faster = np.hypot(*(begins.velocities - ends.velocities).T)
    aside = np.hypot(*(way - gap_s[:, None] / 2.0 * (ends.velocities + begins.velocities)).T)
    most_m = SLACK_M + 0.1 * length_m + np.minimum(sigma, 3.0) * gap_s + TURN_MS2 * gap_s**2 / 4.0
    moving = np.maximum(aside / most_m, faster / (1.0 + 2.5 * sigma + TURN_MS2 * gap_s))
    moving[way_m > most_ms * gap_s + SLACK_M] = np.inf
    return np.asarray(np.where(gap_s > joined_s, standing, moving))


def _linked(chains: Sequence[IntArray], found: Sequence[tuple[int, int]]) -> list[IntArray]:
    following: dict[int, int] = {}
    previous: dict[int, int] = {}
    for first, second in found:
        if first not in following and second not in previous:
            following[first], previous[second] = second, first
    joined = []
    for number in range(len(chains)):
        if number in previous:
            continue
        parts = [number]
        while parts[-1] in following:
            parts.append(following[parts[-1]])
        joined.append(np.concatenate([chains[part] for part in parts]))
    return joined
