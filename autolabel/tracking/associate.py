"""Which detections are one object: followed forwards and backwards in time, and joined where both can be right.

Each way, places move evenly with random acceleration (a Kalman filter), and the detections of a frame are given out at
the least total cost, the confident ones first (Zhang et al., ByteTrack, 2022). Steps that both ways take are sure; of
the others the likeliest that no surer one forbids are taken, so that the way time runs does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from autolabel.tracking.motion_filter import ahead, corrected
from autolabel.tracking.options import Habits, TrackingOptions
from autolabel.tracking.sightings import Moments, Sightings
from geometry.arrays import BoolArray, FloatArray, IntArray

GATE, GATE_WEAK = 4.0, 3.0
"""How many standard deviations a detection may be off; weak ones less."""
OTHER_CLASS = 1.5
OTHER_SIZE = 2.0
MOST_SIZE_RATIO = 1.1
"""Of objects of two classes, length and width together differ by at most this, as logarithms."""
FORBIDDEN = 1e6
EGO_ACCELERATION_MS2, EGO_SPEED_MS = 4.0, 12.0
"""Without poses everything seems to move as the ego does."""


class Motions:
    """What is known of the motion of each class, as columns.

    Attributes:
        speed_ms: (C,) standard deviation of a speed that nothing is known of.
        most_ms: (C,) greatest speed.
        acceleration_ms2: (C,) usual acceleration.
        place_m: (C,) standard deviation of a place.
    """

    def __init__(self, habits: Sequence[Habits], *, in_world: bool) -> None:
        """Gather the habits of all classes."""
        speed = np.array([habit.speed_ms for habit in habits], dtype=np.float64)
        most = np.array([habit.limits.speed_ms for habit in habits], dtype=np.float64)
        acceleration = np.array([habit.acceleration_ms2 for habit in habits], dtype=np.float64)
        self.place_m = np.array([habit.place_m for habit in habits], dtype=np.float64)
        self.speed_ms = speed if in_world else np.hypot(speed, EGO_SPEED_MS)
        self.most_ms = most if in_world else most + 4.0 * EGO_SPEED_MS
        self.acceleration_ms2 = acceleration if in_world else np.hypot(acceleration, EGO_ACCELERATION_MS2)


def associate(
    sightings: Sightings,
    moments: Moments,
    habits: Sequence[Habits],
    options: TrackingOptions,
    progress: Callable[[], None] = lambda: None,
) -> list[IntArray]:
    """The places in the table of each object's detections, ascending.

    Args:
        sightings: All detections.
        moments: Their frames.
        habits: By class.
        options: From which scores on, and after what time a track ends.
        progress: Called after each frame of each way; may raise to end the work.
    """
    motions = Motions(habits, in_world=moments.in_world)
    lost_s = max(options.lost_s, 2.5 * moments.step_s)
    forwards = _Follower(sightings, motions, options.confident, lost_s)
    backwards = _Follower(sightings, motions, options.confident, lost_s)
    starts = sightings.starts(len(moments))
    for frame in range(len(moments)):
        forwards.look(np.arange(starts[frame], starts[frame + 1]), moments.times_s[frame])
        progress()
    for frame in range(len(moments) - 1, -1, -1):
        backwards.look(np.arange(starts[frame], starts[frame + 1]), -moments.times_s[frame])
        progress()
    return _chains(*_joined(forwards.steps(), backwards.steps()[:, [1, 0, 2]]), sightings, options.confident)


class _Follower:
    """Objects followed in one direction of time; all that are followed are columns of the same length."""

    def __init__(self, sightings: Sightings, motions: Motions, confident: float, lost_s: float) -> None:
        self._seen, self._motions, self._confident, self._lost_s = sightings, motions, confident, lost_s
        self._last: IntArray = np.zeros(0, np.int64)
        self._place, self._velocity, self._spread = np.zeros((0, 2)), np.zeros((0, 2)), np.zeros((0, 3))
        self._seen_s, self._time_s = np.zeros(0), 0.0
        self._noise_m2 = np.square(motions.place_m[sightings.classes] * (2.0 - sightings.scores))
        self._sizes = np.log(sightings.boxes[:, 3:5])
        self._steps: list[FloatArray] = []

    def steps(self) -> FloatArray:
        """(S, 3) the detection before, the next one, and the cost."""
        return np.concatenate(self._steps or [np.zeros((0, 3))])

    def look(self, here: IntArray, time_s: float) -> None:
        """Go on to the next frame, whose detections are at ``here``."""
        self._move(time_s)
        scores = self._seen.scores[here]
        free_tracks = np.ones(len(self._last), dtype=bool)
        free = np.ones(len(here), dtype=bool)
        for chosen, gate in ((scores >= self._confident, GATE), (np.ones(len(here), dtype=bool), GATE_WEAK)):
            rows, some = np.flatnonzero(free_tracks), np.flatnonzero(chosen & free)
            tracks, found = self._pairs(rows, here[some], gate)
            tracks, found = rows[tracks], some[found]
            self._take(tracks, here[found], time_s)
            free_tracks[tracks], free[found] = False, False
        self._begin(here[free & (scores >= self._confident)], time_s)

    def _move(self, time_s: float) -> None:
        dt_s = time_s - self._time_s
        kept = time_s - self._seen_s <= self._lost_s
        self._keep(kept)
        acceleration = self._motions.acceleration_ms2[self._seen.classes[self._last]]
        self._place = self._place + dt_s * self._velocity
        self._spread = ahead(self._spread, dt_s, acceleration)
        self._time_s = time_s

    def _keep(self, kept: BoolArray) -> None:
        self._last, self._seen_s = self._last[kept], self._seen_s[kept]
        self._place, self._velocity, self._spread = self._place[kept], self._velocity[kept], self._spread[kept]

    def _pairs(self, rows: IntArray, here: IntArray, gate: float) -> tuple[IntArray, IntArray]:
        """Rows and columns of the likeliest assignment."""
        if not len(rows) or not len(here):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        cost = self._cost(rows, here, gate)
        track, found = linear_sum_assignment(cost)
        taken = cost[track, found] < FORBIDDEN / 2.0
        return track[taken], found[taken]

    def _cost(self, rows: IntArray, here: IntArray, gate: float) -> FloatArray:
        """(T, D) twice the negative logarithm of the likelihood, and what another class or size costs."""
        seen, last = self._seen, self._last[rows]
        away = seen.boxes[here, :2][None] - self._place[rows][:, None]
        variance = self._spread[rows, :1] + self._noise_m2[here][None]
        off = np.square(away).sum(axis=2) / variance
        ratio = np.abs(self._sizes[last][:, None] - self._sizes[here][None]).sum(axis=2)
        other = seen.classes[last][:, None] != seen.classes[here][None]
        cost = off + 2.0 * np.log(variance) + OTHER_CLASS * other + OTHER_SIZE * ratio
        passed = np.linalg.norm(seen.boxes[here, :2][None] - seen.boxes[last, :2][:, None], axis=2)
        most_ms = self._motions.most_ms[seen.classes[last]] * (self._time_s - self._seen_s[rows])
        slack_m = 1.0 + 0.5 * seen.boxes[last, 3]
        impossible = (off > gate**2) | (other & (ratio > MOST_SIZE_RATIO)) | (passed > (most_ms + slack_m)[:, None])
        return np.asarray(np.where(impossible, FORBIDDEN, cost))

    def _take(self, tracks: IntArray, found: IntArray, time_s: float) -> None:
        if not len(tracks):
            return
        spread, gain_place, gain_speed = corrected(self._spread[tracks], self._noise_m2[found])
        surprise = self._seen.boxes[found, :2] - self._place[tracks]
        gap_s = time_s - self._seen_s[tracks]
        cost = gap_s + np.linalg.norm(surprise, axis=1)
        self._steps.append(np.column_stack([self._last[tracks], found, cost]))
        self._place[tracks] += gain_place[:, None] * surprise
        self._velocity[tracks] += gain_speed[:, None] * surprise
        self._spread[tracks], self._last[tracks], self._seen_s[tracks] = spread, found, time_s

    def _begin(self, found: IntArray, time_s: float) -> None:
        speed = self._motions.speed_ms[self._seen.classes[found]]
        spread = np.column_stack([self._noise_m2[found], np.zeros(len(found)), speed**2])
        self._last = np.concatenate([self._last, found])
        self._seen_s = np.concatenate([self._seen_s, np.full(len(found), time_s)])
        self._place = np.concatenate([self._place, self._seen.boxes[found, :2]])
        self._velocity = np.concatenate([self._velocity, np.zeros((len(found), 2))])
        self._spread = np.concatenate([self._spread, spread])


def _joined(forwards: FloatArray, backwards: FloatArray) -> tuple[dict[int, int], dict[int, int]]:
    """The next and the previous detection of each: what both ways say, then the cheapest of what one says."""
    ways: dict[tuple[int, int], list[float]] = {}
    for before, after, cost in (*forwards.tolist(), *backwards.tolist()):
        ways.setdefault((int(before), int(after)), []).append(cost)
    order = sorted((-len(costs), max(costs), *pair) for pair, costs in ways.items())
    following: dict[int, int] = {}
    previous: dict[int, int] = {}
    for _, _, before, after in order:
        if before not in following and after not in previous:
            following[before], previous[after] = after, before
    return following, previous


def _chains(
    following: dict[int, int], previous: dict[int, int], sightings: Sightings, confident: float
) -> list[IntArray]:
    """Detections that follow each other; those that nothing confident is among are left out."""
    begins = [at for at in range(len(sightings)) if at not in previous]
    chains = []
    for at in begins:
        chain = [at]
        while chain[-1] in following:
            chain.append(following[chain[-1]])
        if sightings.scores[chain].max() >= confident:
            chains.append(np.array(chain, dtype=np.int64))
    return chains
