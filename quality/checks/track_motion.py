"""How objects move from key to key, as the least that their cuboids allow when each may be a little off.

Between two keys nothing is known, so no derivative is taken: a divided difference of places at given times is reached
by the true derivative somewhere in between (the mean value theorem), however far apart the keys are. What the noise of
places, headings and clocks may add to it is taken off, so that what is left was really labelled that way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from geometry.arrays import FloatArray, IntArray
from labels.track_path import TrackPath, track_paths
from quality.check_context import CheckContext, Placed

SPANS_S = (0.0, 0.5, 1.0)
"""Over one step jumps show, over longer spans what noise hides in one step."""
CLOCK_NOISE_S = 0.005
"""How far the time of each frame may be off, on its own."""
HEADING_NOISE_RAD = 0.05
APART_S = 0.5
"""Two findings of one rule in one track are at least that far apart: one mistake shows in several spans."""


@dataclass(frozen=True, eq=False)
class MovingTrack:
    """A track with at least two keys in a scene with poses.

    Attributes:
        path: Its way in the world.
        by_frame: Its cuboids.
        least_step_s: Keys nearer in time than this are no step: half the usual time between two frames.
    """

    path: TrackPath
    by_frame: Mapping[int, Placed]
    least_step_s: float

    def at(self, index: int) -> Placed:
        """The cuboid of a key."""
        return self.by_frame[int(self.path.frames[index])]

    @property
    def category(self) -> str:
        """Its track's category."""
        return next(iter(self.by_frame.values())).track.category


@dataclass(frozen=True, eq=False)
class Steps:
    """P pairs of keys.

    Attributes:
        start: (P,) places of the earlier keys in the path.
        end: (P,) places of the later ones.
        elapsed_s: (P,) time between.
        moved: (P, 2) level way between, in the world.
        noise_m: (P,) how much of the way may be noise: of both places, and of both times at that speed.
    """

    start: IntArray
    end: IntArray
    elapsed_s: FloatArray
    moved: FloatArray
    noise_m: FloatArray


def moving_tracks(context: CheckContext) -> Iterator[MovingTrack]:
    """The tracks whose motion can be judged: not without poses, and not those that are said to follow the vehicle."""
    scene = context.scene
    if scene.trajectory is None:
        return
    times_s = np.array(scene.frame_times_ns, dtype=np.int64) * 1e-9
    least_step_s = float(np.median(np.diff(times_s))) / 2 if len(times_s) > 1 else 0.0
    for track_id, path in track_paths(context.labels, scene.frame_times_ns, scene.trajectory).items():
        follows_ego = context.labels.tracks[track_id].interpolate_in == "ego"
        if len(path) > 1 and not follows_ego:
            yield MovingTrack(path, context.tracks[track_id], max(least_step_s, 1e-3))


def steps_of(track: MovingTrack, spans_s: tuple[float, ...] = SPANS_S) -> Steps:
    """Each key with the next one, and with the first that is each span later."""
    path, count = track.path, len(track.path)
    pairs = [np.zeros((0, 2), dtype=np.int64)]
    for span_s in spans_s:
        due_s = path.times_s + max(span_s, track.least_step_s) - 1e-6
        end = np.searchsorted(path.times_s, due_s)
        start = np.flatnonzero(end < count)
        pairs.append(np.stack([start, end[start]], axis=1))
    start, end = np.unique(np.concatenate(pairs), axis=0).T
    elapsed_s = path.times_s[end] - path.times_s[start]
    moved = path.centers[end, :2] - path.centers[start, :2]
    speed_ms = np.hypot(moved[:, 0], moved[:, 1]) / elapsed_s
    noise_m = path.noise_m[start] + path.noise_m[end] + 2 * CLOCK_NOISE_S * speed_ms
    return Steps(start, end, elapsed_s, moved, noise_m)


def worst_moments(track: MovingTrack, start: IntArray, end: IntArray, excess: FloatArray) -> list[int]:
    """Which of the spans of a track to report: those with the largest excess above 0, apart from each other."""
    times_s = track.path.times_s
    taken: list[tuple[float, float]] = []
    chosen = []
    for index in np.argsort(-excess, kind="stable").tolist():
        if excess[index] <= 0.0:
            break
        first_s, last_s = float(times_s[start[index]]), float(times_s[end[index]])
        if all(last_s + APART_S < other_first or other_last + APART_S < first_s for other_first, other_last in taken):
            taken.append((first_s, last_s))
            chosen.append(index)
    return chosen
