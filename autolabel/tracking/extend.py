"""In which frames an object is there: where points fall into its box, and for a moment where it is hidden."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from autolabel.recording import Recording
from autolabel.tracking.options import TrackingOptions
from autolabel.tracking.sightings import Moments
from autolabel.tracking.track import ProposedTrack, boxes_at, by_frame, part
from autolabel.upright import moved
from geometry.arrays import BoolArray, Float32Array, FloatArray, IntArray

GROUND_M, GROUND_SHARE = 0.2, 0.15
"""So much above the bottom of a box no point is the ground's: a height, at most a share of the box's."""
AROUND_M = 0.08
CELL_M = 1.0
HIDDEN_S = 1.0
"""A gap that is no longer stays filled, whatever is seen."""
LEAST_SHARE_MOVING, LEAST_SHARE_STANDING = 0.3, 0.04
"""Of the points that a box should have at its distance, beyond where it was detected."""


def present(
    tracks: Sequence[ProposedTrack],
    recording: Recording,
    moments: Moments,
    options: TrackingOptions,
    progress: Callable[[], None] = lambda: None,
) -> list[ProposedTrack]:
    """Each track in the frames in which it is there, with its points counted; without those that are in none.

    Args:
        tracks: With boxes in all frames in which they might be.
        recording: Its points are read once, frame by frame.
        moments: Of the recording.
        options: How few points are too few.
        progress: Called after each frame; may raise to end the work.
    """
    counts = [np.zeros(len(track.frames), dtype=np.int64) for track in tracks]
    places = by_frame(tracks)
    for frame in range(len(moments)):
        if here := places.get(frame):
            boxes_ego = moved(boxes_at(tracks, here), moments.base_from_ego[frame].inverse())
            for (number, place), count in zip(here, count_points(recording.points(frame), boxes_ego), strict=True):
                counts[number][place] = count
        progress()
    found = []
    for track, count in zip(tracks, counts, strict=True):
        kept = _kept(track, count, moments, options)
        if kept.any():
            found.append(part(replace(track, point_counts=count), kept))
    return found


def count_points(points: Float32Array, boxes_ego: FloatArray) -> IntArray:
    """(K,) points (N, 4) in boxes (K, 7), both in ``ego``; what lies near a box's bottom is taken for the ground."""
    rows = boxes_ego.copy()
    ground = np.minimum(GROUND_M, GROUND_SHARE * rows[:, 5])
    rows[:, 2] += ground / 2.0
    rows[:, 5] -= ground
    near = _near(points, rows)
    x, y, z = np.ascontiguousarray(near[np.argsort(near[:, 0]), :3].T)
    reach = np.hypot(rows[:, 3], rows[:, 4]) / 2.0 + AROUND_M
    first = np.searchsorted(x, rows[:, 0] - reach)
    last = np.searchsorted(x, rows[:, 0] + reach)
    found = []
    for low, high, row, reach_m in zip(first.tolist(), last.tolist(), rows, reach.tolist(), strict=True):
        close = low + np.flatnonzero(np.abs(y[low:high] - np.float32(row[1])) <= reach_m)
        found.append(_inside(x[close], y[close], z[close], row))
    return np.array(found, dtype=np.int64)


def _inside(x: Float32Array, y: Float32Array, z: Float32Array, row: FloatArray) -> int:
    away_x, away_y = x - row[0], y - row[1]
    cos, sin = np.cos(row[6]), np.sin(row[6])
    length, width, height = row[3:6] / 2.0 + [AROUND_M, AROUND_M, 0.0]
    inside = np.abs(away_x * cos + away_y * sin) <= length
    inside &= np.abs(away_y * cos - away_x * sin) <= width
    inside &= np.abs(z - row[2]) <= height
    return int(np.count_nonzero(inside))


def _near(points: Float32Array, rows: FloatArray) -> Float32Array:
    """The points in the cells of a grid that the boxes touch: most of a cloud is nowhere near any."""
    reach = (np.hypot(rows[:, 3], rows[:, 4]) / 2.0 + AROUND_M)[:, None]
    corner = (rows[:, :2] - reach).min(axis=0)
    low = ((rows[:, :2] - reach - corner) / CELL_M).astype(np.int64) + 1
    high = ((rows[:, :2] + reach - corner) / CELL_M).astype(np.int64) + 2
    # Around it is a border of cells for all that lies outside.
    grid = np.zeros(high.max(axis=0) + 1, dtype=bool)
    for (x, y), (end_x, end_y) in zip(low.tolist(), high.tolist(), strict=True):
        grid[x:end_x, y:end_y] = True
    column, place = (
        np.clip((points[:, axis] - np.float32(corner[axis])) / np.float32(CELL_M) + 1, 0, grid.shape[axis] - 1)
        for axis in (0, 1)
    )
    return np.asarray(points[grid[column.astype(np.int32), place.astype(np.int32)]])


def _kept(track: ProposedTrack, counts: IntArray, moments: Moments, options: TrackingOptions) -> BoolArray:
    """(F,) in which frames it is there."""
    ranges = np.maximum(moments.ranges_m(track.frames, track.boxes_base), 2.0)
    seen = track.is_seen
    expected = float(np.median((counts * ranges**2)[seen])) if seen.any() else 0.0
    share = LEAST_SHARE_STANDING if track.is_static else LEAST_SHARE_MOVING
    shown = (counts >= options.fewest_points) & (counts * ranges**2 >= share * expected)
    first, last = np.flatnonzero(seen)[[0, -1]]
    place = np.arange(len(seen))
    between = (place >= first) & (place <= last)
    brief = between & (_gap_s(moments.times_s[track.frames], seen) <= HIDDEN_S)
    beyond = shown & ~between
    if not track.is_static:
        beyond &= _unbroken(shown, int(first), int(last))
    points_between = between & (counts >= options.fewest_points)
    return np.asarray(seen | brief | beyond | points_between)


def _gap_s(times_s: FloatArray, seen: BoolArray) -> FloatArray:
    """(F,) the time between the detections before and after each frame."""
    known = np.flatnonzero(seen)
    after = np.searchsorted(known, np.arange(len(seen)))
    low, high = known[np.clip(after - 1, 0, None)], known[np.clip(after, None, len(known) - 1)]
    return np.asarray(times_s[high] - times_s[low])


def _unbroken(shown: BoolArray, first: int, last: int) -> BoolArray:
    """(F,) whether all frames from the nearest detection on show it."""
    out = np.zeros(len(shown), dtype=bool)
    out[last + 1 :] = np.logical_and.accumulate(shown[last + 1 :])
    out[:first] = np.logical_and.accumulate(shown[:first][::-1])[::-1]
    return out
