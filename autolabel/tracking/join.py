"""Pieces of one path become one: of what moves across short gaps, of what stands across long ones.

Both ends are looked at alike, so that the way time runs does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
    found = []
    for first, second in _candidates(begins, ends, options.joined_s, in_world=moments.in_world):
        ratio = float(np.abs(np.log(sizes[first] / sizes[second])).sum())
        if classes[first] != classes[second] and ratio > MOST_SIZE_RATIO:
            continue
        most_ms = habits[classes[first]].limits.speed_ms
        cost = _cost(begins, ends, first, second, most_ms, float(sizes[[first, second]].mean(axis=0)[0]), options)
        if cost < 1.0:
            found.append((cost, first, second))
    return _linked(chains, sorted(found))


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


def _candidates(begins: _Ends, ends: _Ends, joined_s: float, *, in_world: bool) -> Iterator[tuple[int, int]]:
    """Pieces that end before others begin: shortly before, or at the same place."""
    order = np.argsort(begins.times_s, kind="stable")
    starts = begins.times_s[order]
    for first in range(len(starts)):
        low, high = np.searchsorted(starts, [ends.times_s[first], ends.times_s[first] + joined_s], side="right")
        yield from ((first, int(second)) for second in order[low:high])
    if in_world:
        stands = [np.flatnonzero(np.hypot(*edge.velocities.T) < STANDS_MS + edge.speed_sigma) for edge in (ends, begins)]
        if len(stands[0]) and len(stands[1]):
            near = KDTree(ends.places[stands[0]]).query_ball_tree(KDTree(begins.places[stands[1]]), 3.0)
            for place, others in enumerate(near):
                first = int(stands[0][place])
                for second in stands[1][others].tolist():
                    if joined_s < begins.times_s[second] - ends.times_s[first] <= STANDING_GAP_S:
                        yield first, second


def _cost(
    begins: _Ends, ends: _Ends, first: int, second: int, most_ms: float, length_m: float, options: TrackingOptions
) -> float:
    """Below 1 where both can be one object; less, the likelier."""
    gap_s = float(begins.times_s[second] - ends.times_s[first])
    way = begins.places[second] - ends.places[first]
    if gap_s > options.joined_s:
        return float(np.hypot(*way)) / (SAME_PLACE * length_m + 0.2) * (0.5 + 0.5 * gap_s / STANDING_GAP_S)
    if float(np.hypot(*way)) > most_ms * gap_s + SLACK_M:
        return np.inf
    sigma = float(np.hypot(ends.speed_sigma[first], begins.speed_sigma[second]))
    faster = float(np.hypot(*(begins.velocities[second] - ends.velocities[first])))
    aside = way - gap_s / 2.0 * (ends.velocities[first] + begins.velocities[second])
    most_m = SLACK_M + 0.1 * length_m + min(sigma, 3.0) * gap_s + TURN_MS2 * gap_s**2 / 4.0
    return max(float(np.hypot(*aside)) / most_m, faster / (1.0 + 2.5 * sigma + TURN_MS2 * gap_s))


def _linked(chains: Sequence[IntArray], found: Sequence[tuple[float, int, int]]) -> list[IntArray]:
    following: dict[int, int] = {}
    previous: dict[int, int] = {}
    for _, first, second in found:
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
