"""Messages of several sensors brought together by their times: the nearest within a tolerance, or between two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from geometry.arrays import BoolArray, FloatArray, IntArray, check_shape

NONE = -1
"""In place of an index: there is no message."""

NEIGHBORS = 8
"""Where messages are shared out, a target may get one that is this many places from its nearest, at most."""

UNMATCHED = 1.5

UintArray = NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Between:
    """The two messages that each of N targets lies between.

    Attributes:
        before: (N,) index of the last message not after the target, or -1 where nothing usable is.
        after: (N,) index of the first message not before it, or -1; equal to ``before`` where a message hits exactly.
        fraction: (N,) 0 at ``before`` … 1 at ``after``.
    """

    before: IntArray
    after: IntArray
    fraction: FloatArray

    @property
    def is_usable(self) -> BoolArray:
        """(N,) which targets have messages to interpolate between."""
        return np.asarray(self.before != NONE)


def nearest_within(times_ns: ArrayLike, targets_ns: ArrayLike, tolerance_ns: int, *, reuse: bool = False) -> IntArray:
    """For each target time, the message nearest to it.

    Each message serves one target only. Where several want the same one, they are shared out so that the sum of the
    distances is least, a target left without a message counting as one and a half tolerances. Matches never cross in
    time.

    Args:
        times_ns: (M,) whole nanoseconds, in any order.
        targets_ns: (N,) likewise.
        tolerance_ns: How far apart the two may lie, at most.
        reuse: Whether a message may serve several targets, as a calibration or a slow sensor does.

    Returns:
        (N,) indices into ``times_ns``, or -1.

    Raises:
        ValueError: The times are not one-dimensional whole numbers, or the tolerance is negative.
    """
    times, targets = _times("times_ns", times_ns), _times("targets_ns", targets_ns)
    if tolerance_ns < 0:
        raise ValueError(f"tolerance_ns must not be negative, got {tolerance_ns}")
    matched = np.full(len(targets), NONE, dtype=np.int64)
    if not len(times) or not len(targets):
        return matched
    time_order, target_order = np.argsort(times, kind="stable"), np.argsort(targets, kind="stable")
    found = _match(times[time_order], targets[target_order], np.uint64(tolerance_ns), reuse=reuse)
    matched[target_order] = np.where(found == NONE, NONE, time_order[found])
    return matched


def between(times_ns: ArrayLike, targets_ns: ArrayLike, tolerance_ns: int) -> Between:
    """For each target time, the messages before and after it, where both are within a tolerance of it.

    Args:
        times_ns: (M,) whole nanoseconds that never fall.
        targets_ns: (N,) whole nanoseconds, in any order.
        tolerance_ns: How far either message may lie from the target, at most.

    Raises:
        ValueError: The times are not one-dimensional whole numbers or fall, or the tolerance is negative.
    """
    times, targets = _times("times_ns", times_ns), _times("targets_ns", targets_ns)
    if tolerance_ns < 0:
        raise ValueError(f"tolerance_ns must not be negative, got {tolerance_ns}")
    if (times[1:] < times[:-1]).any():
        raise ValueError("times_ns must not fall")
    if not len(times):
        none = np.full(len(targets), NONE, dtype=np.int64)
        return Between(none, none, np.zeros(len(targets)))
    after = np.searchsorted(times, targets, side="left")
    last = len(times) - 1
    exact = (after <= last) & (times[after.clip(max=last)] == targets)
    before = np.where(exact, after, after - 1)
    inside = (before >= 0) & (after <= last)
    low, high = before.clip(0, last), after.clip(0, last)
    since, until = _apart(times[low], targets), _apart(times[high], targets)
    usable = inside & (np.maximum(since, until) <= np.uint64(tolerance_ns))
    span = since.astype(np.float64) + until.astype(np.float64)
    fraction = np.where(usable & (span > 0), since / np.maximum(span, 1.0), 0.0)
    return Between(np.where(usable, low, NONE), np.where(usable, high, NONE), fraction)


def _match(times: IntArray, targets: IntArray, tolerance: np.uint64, *, reuse: bool) -> IntArray:
    """``nearest_within`` of times and targets in order."""
    nearest = _nearest(times, targets)
    choice = np.where(_apart(times[nearest], targets) <= tolerance, nearest, NONE)
    chosen = choice[choice != NONE]
    if reuse or len(np.unique(chosen)) == len(chosen):
        return choice
    return _share_out(times, targets, tolerance, nearest)


def _share_out(times: IntArray, targets: IntArray, tolerance: np.uint64, nearest: IntArray) -> IntArray:
    """The matching of least total distance, where a target without a message counts as ``UNMATCHED`` tolerances."""
    reach = np.arange(-NEIGHBORS, NEIGHBORS + 1)
    message = nearest[:, np.newaxis] + reach
    apart = _apart(times[message.clip(0, len(times) - 1)], targets[:, np.newaxis])
    target, column = np.nonzero((message >= 0) & (message < len(times)) & (apart <= tolerance))
    message, cost = message[target, column], apart[target, column].astype(np.float64)
    count = len(targets)
    # A message of its own for every target, which stands for none; the solver takes 0 for no edge.
    rows = np.concatenate([target, np.arange(count)])
    columns = np.concatenate([message, len(times) + np.arange(count)])
    costs = np.concatenate([cost, np.full(count, UNMATCHED * float(tolerance))]) + 1.0
    graph = csr_array((costs, (rows, columns)), shape=(count, len(times) + count))
    _, matched = min_weight_full_bipartite_matching(graph)
    choice = np.where(matched < len(times), matched, NONE).astype(np.int64)
    # Of matches that cross, the same messages in order are as near in sum and nearer at worst.
    choice[choice != NONE] = np.sort(choice[choice != NONE])
    return choice


def _nearest(times: IntArray, targets: IntArray) -> IntArray:
    """(N,) the message nearest to each target, the earlier one of two as near."""
    after = np.searchsorted(times, targets).clip(1, max(len(times) - 1, 1))
    if len(times) == 1:
        return np.zeros(len(targets), dtype=np.int64)
    closer_before = _apart(times[after - 1], targets) <= _apart(times[after], targets)
    return np.where(closer_before, after - 1, after)


def _apart(first: IntArray, second: IntArray) -> UintArray:
    """How far apart times are, for all of 64 bits: the difference wraps around to the right number."""
    larger, smaller = np.maximum(first, second), np.minimum(first, second)
    return larger.astype(np.uint64) - smaller.astype(np.uint64)


def _times(name: str, value: ArrayLike) -> IntArray:
    array: NDArray[Any] = np.asarray(value)
    check_shape(name, array, (None,))
    if not len(array):
        return np.zeros(0, dtype=np.int64)
    if array.dtype.kind not in "iu":
        raise ValueError(f"{name} must be whole numbers, got {array.dtype}")
    return array.astype(np.int64)
