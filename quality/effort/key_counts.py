"""How many keys a person needs at least so that what is interpolated between them is near enough in every frame.

Going from a key to the next is an edge; the fewest keys are the shortest way over edges that hold (Imai and Iri 1988).
An edge holds where, in each channel, its slope lies in the intersection of the intervals that the frames before its
end allow (the cone of Williams 1978), so that all edges are judged by running minima and maxima. The disc that is
allowed around a place is taken as the regular polygon of 16 corners inside it, whose sides are intervals: so the
minimum is exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geometry.arrays import BoolArray, FloatArray, IntArray
from quality.effort.costs import KeyRules, KindTolerance

ANGLES_RAD = np.arange(8) * np.pi / 8.0
DIRECTIONS = np.stack([np.cos(ANGLES_RAD), np.sin(ANGLES_RAD)])
INSIDE = float(np.cos(np.pi / 16.0))
ROUNDING = 1e-9
FIRST_BLOCK = 8


@dataclass(frozen=True, eq=False)
class Channels:
    """Values that are interpolated.

    Attributes:
        frames: (N,) ascending.
        times_s: (N,) rising.
        values: (C, N).
        allowed: (C,) how far each may be off.
    """

    frames: IntArray
    times_s: FloatArray
    values: FloatArray
    allowed: FloatArray

    @classmethod
    def of_places(cls, frames: IntArray, times_s: FloatArray, xyz: FloatArray, tolerance: KindTolerance) -> Channels:
        """Of places or shifts (N, 3)."""
        values = np.vstack([(xyz[:, :2] @ DIRECTIONS).T, xyz[:, 2]])
        allowed = np.append(np.full(len(ANGLES_RAD), INSIDE * tolerance.xy_m), tolerance.z_m) + ROUNDING
        return cls(frames, times_s, values, allowed)

    @classmethod
    def of_headings(
        cls, frames: IntArray, times_s: FloatArray, yaw_rad: FloatArray, tolerance: KindTolerance
    ) -> Channels:
        """Of angles (N,) that do not jump."""
        return cls(frames, times_s, yaw_rad[None], np.array([tolerance.heading_rad + ROUNDING]))

    def with_(self, other: Channels) -> Channels:
        """Both together, of the same frames."""
        values, allowed = np.vstack([self.values, other.values]), np.append(self.allowed, other.allowed)
        return Channels(self.frames, self.times_s, values, allowed)

    def holds_from(self) -> tuple[BoolArray, BoolArray]:
        """(N,) where a value may stand for all before it, and for all after it."""
        before = _within_running(self.values, self.allowed)
        return before, _within_running(self.values[:, ::-1], self.allowed)[::-1]


def fewest_held(channels: Channels, rules: KeyRules) -> int:
    """Keys anywhere, held before the first and after the last: for corrections, and for what stands."""
    before, after = channels.holds_from()
    if (before & after).any():
        return 1
    steps = _steps(channels, before, rules.horizon_frames)
    return int(steps[after].min())


def fewest_between_ends(channels: Channels, rules: KeyRules) -> int:
    """Keys with one in the first frame and one in the last, near each other: for what moves."""
    is_first = np.arange(len(channels.frames)) == 0
    return int(_steps(channels, is_first, rules.most_apart_frames)[-1])


def _steps(channels: Channels, is_start: BoolArray, most_apart: int) -> IntArray:
    """(N,) the fewest keys with the last of them there."""
    count = len(is_start)
    reach = min(most_apart, count - 1)
    steps = np.where(is_start, 1, count + 1)
    if reach < 1:
        return steps
    holds = _edges(channels, reach, most_apart)
    for place in range(count - 1):
        later = steps[place + 1 : place + 1 + reach]
        np.minimum(later, steps[place] + 1, out=later, where=holds[place, : len(later)])
    return steps


def _edges(channels: Channels, reach: int, most_apart: int) -> BoolArray:
    """(N, reach) whether one may go from a key so many places on; to the next one always.

    Places on are looked at in blocks that grow, each time only from keys that still have slopes left.
    """
    count = len(channels.frames)
    holds = np.zeros((count, reach), dtype=np.bool_)
    rows = np.arange(count - 1)
    low, high = np.full((2, len(channels.values), count - 1), np.inf) * np.array([-1.0, 1.0])[:, None, None]
    start, width = 1, min(FIRST_BLOCK, reach)
    while len(rows) and width > 0:
        found, low, high = _block(channels, rows, np.arange(start, start + width), (low, high))
        holds[rows, start - 1 : start - 1 + width] = found
        goes_on = (low <= high).all(axis=0) & (rows + start + width < count)
        rows, low, high = rows[goes_on], low[:, goes_on], high[:, goes_on]
        start += width
        width = min(2 * width, reach + 1 - start)
    places = np.minimum(np.arange(count)[:, None] + np.arange(1, reach + 1), count - 1)
    holds &= channels.frames[places] - channels.frames[:, None] <= most_apart
    holds[:-1, 0] = True
    return holds


def _block(
    channels: Channels, rows: IntArray, steps: IntArray, cone: tuple[FloatArray, FloatArray]
) -> tuple[BoolArray, FloatArray, FloatArray]:
    """(R, S) whether edges hold from keys (R,) so many places (S,) on, and the slopes (C, R) that are left then."""
    places = rows[:, None] + steps
    is_there = places < len(channels.frames)
    places = np.minimum(places, len(channels.frames) - 1)
    per_s = 1.0 / np.where(is_there, channels.times_s[places] - channels.times_s[rows][:, None], np.inf)
    slopes = (channels.values[:, places] - channels.values[:, rows][:, :, None]) * per_s
    slack = np.where(is_there, channels.allowed[:, None, None] * per_s, np.inf)
    low, high = slopes - slack, slopes + slack
    np.maximum(low[:, :, 0], cone[0], out=low[:, :, 0])
    np.minimum(high[:, :, 0], cone[1], out=high[:, :, 0])
    np.maximum.accumulate(low, axis=2, out=low)
    np.minimum.accumulate(high, axis=2, out=high)
    holds = ((slopes >= low) & (slopes <= high)).all(axis=0) & is_there
    return holds, low[:, :, -1], high[:, :, -1]


def _within_running(values: FloatArray, allowed: FloatArray) -> BoolArray:
    most, least = np.maximum.accumulate(values, axis=1), np.minimum.accumulate(values, axis=1)
    is_near = (most - allowed[:, None] <= values) & (values <= least + allowed[:, None])
    return np.asarray(is_near.all(axis=0))
