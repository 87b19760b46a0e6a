"""Whether an object stands or moves, from its way in the world, as far as labels and poses are true."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from geometry.arrays import FloatArray
from labels.track_path import TrackPath

Motion = Literal["parked", "moving", "unknown"]
MotionCode = Literal["no_poses", "one_key", "moves", "too_short", "too_little", "stays"]

DRIFT_M, DRIFT_MS = 0.3, 0.03
"""How far poses carry a parked car off in the first seconds, and how much further every second after: KITTI's 0.3 m in
4 s is a common inertial unit's."""
LEAST_SPEED_MS = 0.25
"""Slower than this, drift cannot be told from motion."""
LEAST_TIME_S = 1.0
STANDS_S = 1.0
AVERAGED_S = 0.5
"""Ends are means over this time, so that the noise of single cuboids does not count."""
OUTLIERS = 0.1
"""The share of cuboids that may be misplaced without anything having moved."""
SLOW_MS, FEWEST_SLOW = 0.5, 4
"""What is slower stands, as a rule; where so many do, they show how far the scene's poses drift."""
DRIFT_QUANTILE, DRIFT_MARGIN = 0.75, 1.5


@dataclass(frozen=True)
class MotionVerdict:
    """What a track's way says.

    Attributes:
        motion: ``parked``, ``moving``, or ``unknown`` where the way is too short, or there are no poses.
        code: Why, for programs and dictionaries.
        reason: Why, as a sentence.
        moved_m: Level way from its beginning to its end.
        spread_m: How far its cuboids lie from their middle, but for the tenth that lie farthest.
        allowed_m: How far they may lie while it stands.
        duration_s: From the first key to the last.
    """

    motion: Motion
    code: MotionCode
    reason: str
    moved_m: float = 0.0
    spread_m: float = 0.0
    allowed_m: float = 0.0
    duration_s: float = 0.0


@dataclass(frozen=True)
class StandingSpan:
    """Keys between which an object stands.

    Attributes:
        first_frame: Of the first key.
        last_frame: Of the last key.
        duration_s: Time between them.
        spread_m: How far the farthest of them lies from their middle.
    """

    first_frame: int
    last_frame: int
    duration_s: float
    spread_m: float


def scene_drift_ms(paths: Iterable[TrackPath]) -> float:
    """How fast the poses of a scene carry standing objects off, as those that hardly move show together.

    In KITTI 0001 rows of parked cars drift by 0.2 m/s, in 0003 by 0.03; no single track tells that from motion.
    """
    long = [path for path in paths if path.in_world and len(path) > 1 and path.times_s[-1] >= LEAST_TIME_S]
    speeds_ms = np.array([_way(path) / path.times_s[-1] for path in long])
    slow_ms = speeds_ms[speeds_ms < SLOW_MS]
    if len(slow_ms) < FEWEST_SLOW:
        return DRIFT_MS
    return max(DRIFT_MS, DRIFT_MARGIN * float(np.quantile(slow_ms, DRIFT_QUANTILE)))


def judge_motion(path: TrackPath, drift_ms: float = DRIFT_MS) -> MotionVerdict:
    """Whether a track's object is parked all along: what would be suggested to a person, with the reason.

    Args:
        path: Its way.
        drift_ms: How fast the scene's poses carry standing objects off: see ``scene_drift_ms``.
    """
    duration_s = float(path.times_s[-1])
    if not path.in_world:
        return MotionVerdict("unknown", "no_poses", "the scene has no vehicle poses", duration_s=duration_s)
    if len(path) < 2:
        return MotionVerdict("unknown", "one_key", "there is only one key", duration_s=duration_s)
    noise_m = float(np.median(path.noise_m))
    allowed_m = DRIFT_M + drift_ms * duration_s + noise_m
    off_m = _off_middle(path.centers)
    spread_m = float(np.quantile(off_m, 1.0 - OUTLIERS))
    moved_m = _way(path)
    found = (moved_m, spread_m, allowed_m, duration_s)
    if moved_m > allowed_m or spread_m > allowed_m:
        return MotionVerdict(
            "moving", "moves", f"it moves {max(moved_m, spread_m):.1f} m in {duration_s:.1f} s", *found
        )
    if duration_s < LEAST_TIME_S:
        return MotionVerdict("unknown", "too_short", f"it is seen for {duration_s:.1f} s only", *found)
    if max(LEAST_SPEED_MS, drift_ms) * duration_s < moved_m - noise_m:
        reason = f"it moves {moved_m:.2f} m in {duration_s:.1f} s: too little to tell from drift"
        return MotionVerdict("unknown", "too_little", reason, *found)
    reason = (
        f"it stays within {spread_m:.2f} m for {duration_s:.1f} s; labels and poses may be off by {allowed_m:.2f} m"
    )
    return MotionVerdict("parked", "stays", reason, *found)


def is_parked(path: TrackPath, drift_ms: float = DRIFT_MS) -> bool:
    """Whether a track's object surely stands all along."""
    return judge_motion(path, drift_ms).motion == "parked"


def standing_spans(path: TrackPath, least_s: float = STANDS_S, drift_ms: float = DRIFT_MS) -> list[StandingSpan]:
    """The parts of a track's life in which it stands, by frame; where two would overlap, the longer one is whole.

    A part is as long as its cuboids, each averaged with its neighbours, lie no farther apart than noise and drift
    explain.

    Raises:
        ValueError: ``least_s`` is not above zero.
    """
    if least_s <= 0.0:
        raise ValueError(f"least_s must be above zero, got {least_s}")
    if not path.in_world:
        return []
    smooth = _smoothed(path)
    spans: list[StandingSpan] = []
    rest = [(0, len(path) - 1)]
    while rest:
        first, last = rest.pop()
        best = _longest(path, smooth, first, last, drift_ms)
        if best is None or _lasts(path, *best) < least_s:
            continue
        start, end = best
        spread_m = float(_off_middle(path.centers[start : end + 1]).max())
        frames = (int(path.frames[start]), int(path.frames[end]))
        spans.append(StandingSpan(*frames, _lasts(path, start, end), spread_m))
        rest += [(first, start - 1), (end + 1, last)]
    return sorted(spans, key=lambda span: span.first_frame)


def _smoothed(path: TrackPath) -> FloatArray:
    """(K, 2) level places, each the mean of those less than half of ``AVERAGED_S`` before and after."""
    first = np.searchsorted(path.times_s, path.times_s - AVERAGED_S / 2)
    end = np.searchsorted(path.times_s, path.times_s + AVERAGED_S / 2, side="right")
    sums = np.concatenate([np.zeros((1, 2)), np.cumsum(path.centers[:, :2], axis=0)])
    return np.asarray((sums[end] - sums[first]) / (end - first)[:, None])


def _longest(path: TrackPath, smooth: FloatArray, first: int, last: int, drift_ms: float) -> tuple[int, int] | None:
    """The longest run of keys that stand, by two pointers: a run that does not stand is not made to by more keys."""
    best, start = None, first
    for end in range(first + 1, last + 1):
        while start < end and not _stands(path, smooth, start, end, drift_ms):
            start += 1
        if start < end and (best is None or _lasts(path, start, end) > _lasts(path, *best)):
            best = (start, end)
    return best


def _stands(path: TrackPath, smooth: FloatArray, start: int, end: int, drift_ms: float) -> bool:
    centers, duration_s = smooth[start : end + 1], _lasts(path, start, end)
    noise_m = float(path.noise_m[start : end + 1].max())
    # The box around the places is a quick measure of how far apart they are.
    reach_m = float(np.hypot(*np.ptp(centers, axis=0)))
    return reach_m <= 2 * noise_m + drift_ms * duration_s


def _lasts(path: TrackPath, start: int, end: int) -> float:
    return float(path.times_s[end] - path.times_s[start])


def _off_middle(centers: FloatArray) -> FloatArray:
    level = centers[:, :2] - np.median(centers[:, :2], axis=0)
    return np.hypot(level[:, 0], level[:, 1])


def _way(path: TrackPath) -> float:
    """Level way from the middle of the first cuboids to that of the last ones."""
    averaged_s = min(AVERAGED_S, float(path.times_s[-1]) / 3)
    at_first = path.times_s <= averaged_s
    at_last = path.times_s >= path.times_s[-1] - averaged_s
    middle_first, middle_last = (_middle(path.centers[some]) for some in (at_first, at_last))
    return float(np.hypot(*(middle_last - middle_first)))


def _middle(centers: FloatArray) -> FloatArray:
    return np.asarray(np.median(centers[:, :2], axis=0))
