"""The way of what moves: places on a smooth path, axes along it, heights and all in the frames between too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autolabel.tracking.heading import continuous_axis
from autolabel.tracking.motion_filter import Path, smooth
from autolabel.tracking.options import Habits
from autolabel.tracking.sizes import weighted_median
from geometry.arrays import FloatArray, IntArray

AXIS_NOISE_RAD = 0.08
FREE_AXIS_NOISE_RAD = 0.5
SLIP_RAD = 0.04
"""How far an object's axis usually is off the way it moves."""
LEAST_MS = 0.5
"""Slower motion does not tell an axis."""
TURN_RADS2 = 0.4
HEIGHT_MS2 = 0.3
STOPPED_MS, STOP_S, STOPPING_S = 0.4, 1.0, 0.3
"""What is slower for so long has stopped, and takes so long to stop and to start."""
HELD_M = 0.02


@dataclass(frozen=True, eq=False)
class Way:
    """Where a moving object is, frame by frame.

    Attributes:
        rows: (F, 7) boxes of one size; which end is the front stays open, but is the same in all.
        path: Places and velocities.
    """

    rows: FloatArray
    path: Path


def way_of(
    times_s: FloatArray, at: IntArray, boxes: FloatArray, noise_m: FloatArray, habit: Habits, *, in_world: bool
) -> Way:
    """The likeliest way of an object.

    Args:
        times_s: (F,) of all frames wanted.
        at: (N,) in which of them it was detected.
        boxes: (N, 7) boxes of one size there.
        noise_m: (N,) standard deviations of their places.
        habit: How objects of its class move.
        in_world: Whether motion is its own, not the ego's.
    """
    acceleration = habit.acceleration_ms2 if in_world else habit.acceleration_ms2 + 2.0
    places, noise = _spread_out(len(times_s), at, boxes[:, :2], noise_m)
    path = smooth(times_s, places, noise, acceleration, habit.speed_ms)
    stops = _stops(times_s, path) if in_world else []
    if stops:
        places, noise = _held(places, noise, stops)
        path = smooth(times_s, places, noise, acceleration, habit.speed_ms)
    bottoms = smooth(times_s, *_spread_out(len(times_s), at, boxes[:, 2:3], noise_m), HEIGHT_MS2, 1.0)
    rows = np.empty((len(times_s), 7))
    rows[:, :2], rows[:, 2] = path.places, bottoms.places[:, 0]
    rows[:, 3:6] = boxes[0, 3:6]
    rows[:, 6] = _axes(times_s, at, boxes[:, 6], noise_m, path, habit, in_world=in_world)
    return Way(rows, path)


def _stops(times_s: FloatArray, path: Path) -> list[slice]:
    """When it stands for a while, but for the moments of stopping and starting."""
    still = np.hypot(*path.velocities.T) < STOPPED_MS
    edges = np.flatnonzero(np.diff(np.concatenate([[False], still, [False]]).astype(np.int8)))
    found = []
    for first, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        low = 0 if first == 0 else int(np.searchsorted(times_s, times_s[first] + STOPPING_S))
        high = end if end == len(times_s) else int(np.searchsorted(times_s, times_s[end - 1] - STOPPING_S))
        if high > low and times_s[high - 1] - times_s[low] >= STOP_S:
            found.append(slice(low, high))
    return found


def _held(places: FloatArray, noise_m: FloatArray, stops: Sequence[slice]) -> tuple[FloatArray, FloatArray]:
    """The places with those of each stop made one, which is known well."""
    places, noise_m = places.copy(), noise_m.copy()
    for stop in stops:
        weight = 1.0 / np.square(noise_m[stop])
        if weight.any():
            places[stop] = [weighted_median(places[stop, axis], weight) for axis in (0, 1)]
            noise_m[stop] = HELD_M
    return places, noise_m


def _spread_out(count: int, at: IntArray, values: FloatArray, noise: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Values of some frames, in all; with infinite noise elsewhere."""
    every, noises = np.zeros((count, values.shape[1])), np.full(count, np.inf)
    every[at], noises[at] = values, noise
    return every, noises


def _axes(
    times_s: FloatArray,
    at: IntArray,
    yaws: FloatArray,
    noise_m: FloatArray,
    path: Path,
    habit: Habits,
    *,
    in_world: bool,
) -> FloatArray:
    """(F,) axes from what was detected and from the way, as angles twice as large so that both ends are alike.

    What turns freely walks ahead all the same, so its way counts with its direction, and no angle is doubled.
    """
    fold = 1.0 if habit.turns_freely and in_world else 2.0
    noise = np.full(len(times_s), np.inf)
    relative = noise_m / np.median(noise_m)
    noise[at] = fold * (FREE_AXIS_NOISE_RAD if habit.turns_freely else AXIS_NOISE_RAD) * relative
    angles = np.zeros(len(times_s))
    angles[at] = yaws
    trust = 1.0 / np.square(noise)
    total = trust * np.exp(1j * fold * angles)
    if in_world:
        speed = np.hypot(*path.velocities.T)
        course_noise = fold * np.hypot(path.speed_sigma / np.maximum(speed, 1e-6), SLIP_RAD)
        course_trust = np.where((speed > LEAST_MS) & (_between_first_and_last(noise)), 1.0 / course_noise**2, 0.0)
        total = total + course_trust * np.exp(1j * fold * np.arctan2(path.velocities[:, 1], path.velocities[:, 0]))
        trust = trust + course_trust
    both = np.where(trust > 0.0, 1.0 / np.sqrt(np.maximum(trust, 1e-12)), np.inf)
    mean = total / np.maximum(trust, 1e-12)
    mean = mean / np.maximum(np.abs(mean), 1e-9)
    turned = smooth(times_s, np.column_stack([mean.real, mean.imag]), both, fold * TURN_RADS2, fold * 0.5).places
    folded = np.arctan2(turned[:, 1], turned[:, 0])
    return continuous_axis(folded / fold) if fold == 2.0 else np.unwrap(folded)


def _between_first_and_last(noise: FloatArray) -> FloatArray:
    """(F,) whether a frame lies between the first and the last that was measured."""
    seen = np.flatnonzero(np.isfinite(noise))
    place = np.arange(len(noise))
    return np.asarray((place >= seen[0]) & (place <= seen[-1]))
