"""One object's detections become boxes in all frames in which it might be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autolabel.tracking.heading import certainty, faced, faces_ahead, steps_of
from autolabel.tracking.moving import way_of
from autolabel.tracking.options import Habits, TrackingOptions
from autolabel.tracking.reject import class_of, is_doubtful, is_dropped, score_of, weights
from autolabel.tracking.sightings import Moments, Sightings
from autolabel.tracking.sizes import anchored, common_size
from autolabel.tracking.standing import standing_row, stands
from autolabel.tracking.track import ProposedTrack
from geometry.arrays import FloatArray, IntArray

FAR_M = 50.0
"""Places at this distance are twice as uncertain."""
MOVES_MS = 0.5


@dataclass(frozen=True, eq=False)
class Draft:
    """A track that has not met the points yet.

    Attributes:
        track: With boxes wherever it might be, and no points counted.
        frames: (N,) where it was detected.
        boxes: (N, 7) what was detected, with the track's size.
        noise_m: (N,) standard deviations of their places.
    """

    track: ProposedTrack
    frames: IntArray
    boxes: FloatArray
    noise_m: FloatArray


def draft(
    seen: Sightings, moments: Moments, habits: Sequence[Habits], reach_m: float, options: TrackingOptions
) -> Draft | None:
    """The object that some detections are, or None where they are none.

    Args:
        seen: Its detections, at most one a frame.
        moments: The scene's frames.
        habits: By class.
        reach_m: Half the side of the square around the ego in which a standing object is looked for.
        options: What is dropped, and how far a moving object is carried.
    """
    number, score = class_of(seen), score_of(seen, moments)
    if is_dropped(seen, score, moments, options):
        return None
    habit = habits[number]
    size = common_size(seen, number, weights(seen), moments)
    boxes = anchored(seen.boxes, size, moments.lidar_base[seen.frames, :2])
    noise_m = habit.place_m * (1.0 + seen.ranges_m / FAR_M) * (1.5 - seen.scores)
    times_s = moments.times_s[seen.frames]
    is_static = moments.in_world and stands(times_s, boxes[:, :2], noise_m, float(size[0]))
    if is_doubtful(score, stands=is_static, turns_freely=habit.turns_freely, options=options):
        return None
    if is_static:
        frames, rows, moved = _standing(seen, boxes, noise_m, moments, reach_m)
    else:
        frames, rows, moved = _moving(seen, boxes, noise_m, moments, habit, options.beyond_s)
    rows, heading = _facing(seen, frames, rows, moved)
    track = _track(seen, number, score, heading, frames, rows, is_static=is_static)
    return Draft(track, seen.frames, boxes, noise_m)


Spread = tuple[IntArray, FloatArray, FloatArray]
"""Frames (F,), boxes (F, 7), and how far it moved in each (F, 2)."""


def _standing(seen: Sightings, boxes: FloatArray, noise_m: FloatArray, moments: Moments, reach_m: float) -> Spread:
    """In all frames in which the place is within reach."""
    row = standing_row(boxes, noise_m)
    every = np.arange(len(moments))
    within = moments.reaches(every, np.broadcast_to(row, (len(every), 7))) <= reach_m
    within[seen.frames] = True
    frames = every[within]
    return frames, np.tile(row, (len(frames), 1)), np.zeros((len(frames), 2))


def _moving(
    seen: Sightings, boxes: FloatArray, noise_m: FloatArray, moments: Moments, habit: Habits, beyond_s: float
) -> Spread:
    """From a moment before its first detection to a moment after its last."""
    times = moments.times_s
    first, last = times[seen.frames[0]] - beyond_s - 1e-9, times[seen.frames[-1]] + beyond_s + 1e-9
    frames = np.arange(np.searchsorted(times, first), np.searchsorted(times, last, side="right"))
    at = np.searchsorted(frames, seen.frames)
    way = way_of(times[frames], at, boxes, noise_m, habit, in_world=moments.in_world)
    if not moments.in_world:
        return frames, way.rows, np.zeros((len(frames), 2))
    speed = np.hypot(*way.path.velocities.T)
    between = (frames >= seen.frames[0]) & (frames <= seen.frames[-1])
    tells = between & (speed > np.maximum(MOVES_MS, 2.0 * way.path.speed_sigma))
    return frames, way.rows, steps_of(way.rows[:, :2]) * tells[:, None]


def _facing(seen: Sightings, frames: IntArray, rows: FloatArray, moved: FloatArray) -> tuple[FloatArray, float]:
    """The boxes with their front ahead, the same end in all frames, and how sure that is."""
    yaws, headings = np.full(len(frames), np.nan), np.full(len(frames), 0.5)
    at = np.searchsorted(frames, seen.frames)
    yaws[at], headings[at] = seen.boxes[:, 6], seen.headings
    odds = faces_ahead(rows[:, 6], yaws, headings, moved)
    return faced(rows, odds), certainty(odds)


def _track(
    seen: Sightings, number: int, score: float, heading: float, frames: IntArray, rows: FloatArray, *, is_static: bool
) -> ProposedTrack:
    scores, is_seen = np.zeros(len(frames)), np.zeros(len(frames), dtype=bool)
    at = np.searchsorted(frames, seen.frames)
    scores[at], is_seen[at] = seen.scores, True
    counts = np.zeros(len(frames), dtype=np.int64)
    return ProposedTrack(number, score, is_static, heading, frames, rows, scores, is_seen, counts)
