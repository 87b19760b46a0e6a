"""Objects that jump: they would have to speed up, brake or swerve more than their kind can."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from geometry.arrays import FloatArray, IntArray
from labels.track_path import TrackPath
from quality.check import Check
from quality.check_context import CheckContext, Placed
from quality.checks.motion_limits import MotionLimits, limits_of
from quality.checks.track_motion import CLOCK_NOISE_S, SPANS_S, MovingTrack, moving_tracks, worst_moments
from quality.finding import Finding

MOVING_MS = 2.0
FEWEST_AT_ONCE, SHARE_AT_ONCE = 3, 0.5
"""So many, and this share of all that move, jump at once: then it is the clock or the pose of the frame."""


@dataclass(frozen=True, eq=False)
class _Bends:
    """Triples of keys.

    Attributes:
        start: (P,) places of the earlier keys in the path.
        middle: (P,) of the middle ones.
        end: (P,) of the later ones.
        acceleration_ms2: (P,) the least acceleration that the three places allow.
        off_m: (P,) how far the middle one is off the straight, even way from the first to the last.
    """

    start: IntArray
    middle: IntArray
    end: IntArray
    acceleration_ms2: FloatArray
    off_m: FloatArray


@dataclass(frozen=True, eq=False)
class _Leg:
    """P ways from one key to another.

    Attributes:
        elapsed_s: (P,) time between.
        velocity_ms: (P, 2) level velocity, in the world.
        noise_ms: (P,) how far that may be off; infinite where the time between may be none.
    """

    elapsed_s: FloatArray
    velocity_ms: FloatArray
    noise_ms: FloatArray


@dataclass(frozen=True)
class _Jump:
    placed: Placed
    limits: MotionLimits
    acceleration_ms2: float
    off_m: float
    frames: tuple[int, int]


def _find(context: CheckContext) -> Iterator[Finding]:
    jumps: defaultdict[int, list[_Jump]] = defaultdict(list)
    tracks = list(moving_tracks(context))
    for track in tracks:
        for jump in _jumps_of(track):
            jumps[jump.placed.frame_index].append(jump)
    for frame_index, together in sorted(jumps.items()):
        moving = sum(_moves_at(track, frame_index) for track in tracks)
        if len(together) >= max(FEWEST_AT_ONCE, SHARE_AT_ONCE * moving):
            yield _all_at_once(frame_index, together)
        else:
            yield from map(_one, together)


def _jumps_of(track: MovingTrack) -> Iterator[_Jump]:
    limits, bends = limits_of(track.category), _bends(track)
    excess = bends.acceleration_ms2 - limits.acceleration_ms2
    for index in worst_moments(track, bends.start, bends.end, excess):
        frames = track.path.frames[[bends.start[index], bends.end[index]]].tolist()
        yield _Jump(
            track.at(bends.middle[index]),
            limits,
            float(bends.acceleration_ms2[index]),
            float(bends.off_m[index]),
            (frames[0], frames[1]),
        )


def _bends(track: MovingTrack) -> _Bends:
    """The least accelerations that the places allow, over one step and the longer spans.

    An object that is at q0, q1, q2 at the times s0, s1, s2 has at some moment between, along the change of its mean
    velocity, an acceleration of 2 |v - u| / (s2 - s0), where u = (q1 - q0) / (s1 - s0) and v = (q2 - q1) / (s2 - s1)
    (the mean value theorem for divided differences). A key's place p is up to its noise n off q, and its time t up to
    c off s. With u' = (p1 - p0) / h and h = t1 - t0 as labelled, |u - u'| <= (n0 + n1 + 2c |u'|) / (h - 2c), likewise
    for v' and k = t2 - t1, and s2 - s0 <= h + k + 2c. The acceleration is therefore at least
    2 (|v' - u'| - (n0 + n1 + 2c |u'|) / (h - 2c) - (n1 + n2 + 2c |v'|) / (k - 2c)) / (h + k + 2c), and nothing is
    known of it where h or k is not more than 2c.
    """
    path, count = track.path, len(track.path)
    triples = [np.zeros((0, 3), dtype=np.int64)]
    for span_s in (max(span_s, track.least_step_s) - 1e-6 for span_s in SPANS_S):
        start = np.searchsorted(path.times_s, path.times_s - span_s, side="right") - 1
        end = np.searchsorted(path.times_s, path.times_s + span_s)
        middle = np.flatnonzero((start >= 0) & (end < count))
        triples.append(np.stack([start[middle], middle, end[middle]], axis=1))
    start, middle, end = np.unique(np.concatenate(triples), axis=0).T
    first, second = _leg(path, start, middle), _leg(path, middle, end)
    change = second.velocity_ms - first.velocity_ms
    change_ms = np.hypot(change[:, 0], change[:, 1])
    sure_ms = np.maximum(change_ms - first.noise_ms - second.noise_ms, 0.0)
    halved_s = (first.elapsed_s + second.elapsed_s) / 2.0
    rates = 1.0 / first.elapsed_s + 1.0 / second.elapsed_s
    return _Bends(start, middle, end, sure_ms / (halved_s + CLOCK_NOISE_S), change_ms / rates)


def _leg(path: TrackPath, start: IntArray, end: IntArray) -> _Leg:
    elapsed_s = path.times_s[end] - path.times_s[start]
    velocity_ms = (path.centers[end] - path.centers[start])[:, :2] / elapsed_s[:, None]
    speed_ms = np.hypot(velocity_ms[:, 0], velocity_ms[:, 1])
    noise_m = path.noise_m[start] + path.noise_m[end] + 2 * CLOCK_NOISE_S * speed_ms
    least_s = elapsed_s - 2 * CLOCK_NOISE_S
    with np.errstate(divide="ignore"):
        noise_ms = np.where(least_s > 0.0, noise_m / np.maximum(least_s, 0.0), np.inf)
    return _Leg(elapsed_s, velocity_ms, noise_ms)


def _moves_at(track: MovingTrack, frame_index: int) -> bool:
    """Whether the object is on the move around a frame that lies between its first and its last key."""
    path = track.path
    after = int(np.searchsorted(path.frames, frame_index, side="right"))
    first, last = max(after - 2, 0), min(after, len(path) - 1)
    if not path.frames[0] < frame_index < path.frames[-1] or path.times_s[last] <= path.times_s[first]:
        return False
    way_m = np.linalg.norm(path.centers[last, :2] - path.centers[first, :2])
    return bool(way_m > MOVING_MS * (path.times_s[last] - path.times_s[first]))


def _one(jump: _Jump) -> Finding:
    placed, limits, (first, last) = jump.placed, jump.limits, jump.frames
    return CHECK.finding(
        f"{placed.name} is {jump.off_m:.2f} m off its even way between frames {first} and {last}: it would have to "
        f"accelerate by {jump.acceleration_ms2:.0f} m/s² or more; a {limits.kind} reaches {limits.acceleration_ms2:g}",
        frame_index=placed.frame_index,
        label_ids=placed.label_ids,
        value=jump.acceleration_ms2,
        details={
            "object": placed.name,
            "case": "jump",
            "kind": limits.kind,
            "off_m": jump.off_m,
            "first_frame": first,
            "last_frame": last,
            "acceleration_ms2": jump.acceleration_ms2,
            "limit_ms2": limits.acceleration_ms2,
        },
    )


def _all_at_once(frame_index: int, together: Sequence[_Jump]) -> Finding:
    names = ", ".join(jump.placed.name for jump in together[:3])
    more = f" and {len(together) - 3} more" if len(together) > 3 else ""
    return CHECK.finding(
        f"{len(together)} objects jump at once ({names}{more}): the time or the pose of this frame is wrong, as it "
        "seems, not the labels",
        frame_index=frame_index,
        label_ids=tuple(label_id for jump in together for label_id in jump.placed.label_ids),
        value=max(jump.acceleration_ms2 for jump in together),
        details={"case": "all_at_once", "objects": names + more, "count": len(together)},
    )


CHECK = Check(
    "acceleration",
    "Jumps",
    "No object speeds up, brakes or swerves more than its kind can (a car 12 m/s², a cycle 9, a person 8), over one "
    "step, half a second or a second in the world, with the noise of labels and clocks taken off. Where most of what "
    "moves jumps in one frame, that frame's time or pose is the finding.",
    "warning",
    _find,
)
