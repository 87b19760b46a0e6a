"""What must be done to proposed boxes so that each is right, and which are wrong as they stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geometry.arrays import BoolArray, FloatArray, IntArray
from geometry.rotation import wrap_angle
from quality.effort.costs import KindTolerance
from quality.effort.drawing import TrueTrack, is_near, runs
from quality.effort.key_counts import Channels, fewest_held
from quality.effort.work import work


@dataclass(frozen=True, eq=False)
class Proposed:
    """The boxes that are proposed for one object in N frames, by frame.

    Attributes:
        boxes: (N, 7) in ``base``.
        track: (N,) the proposals they come from.
        has_wrong_category: (N,).
        lidar: (N, 3) where the lidar is.
    """

    boxes: FloatArray
    track: IntArray
    has_wrong_category: BoolArray
    lidar: FloatArray

    def part(self, chosen: BoolArray) -> Proposed:
        """Some of them."""
        return Proposed(self.boxes[chosen], self.track[chosen], self.has_wrong_category[chosen], self.lidar[chosen])


def corrections(true: TrueTrack, proposed: Proposed) -> FloatArray:
    """(U,) the work of putting proposals right.

    For each proposal one category and one size, where they are wrong; then front and rear swapped, once for each run of
    frames; then the fewest corrections of the place, and of the heading, that are interpolated between frames and held
    at the ends.
    """
    if not len(true):
        return work()
    boxes, sizes = _resized(true, proposed)
    named = len(np.unique(proposed.track[proposed.has_wrong_category]))
    off = true.boxes - boxes
    turned, is_flipped = _axis_error(off[:, 6])
    places = Channels.of_places(true.frames, true.times_s, off[:, :3], true.tolerance)
    headings = Channels.of_headings(true.frames, true.times_s, turned, true.tolerance)
    tolerance, keys = true.tolerance, true.sheet.keys
    is_placed = (np.hypot(off[:, 0], off[:, 1]) <= tolerance.xy_m) & (np.abs(off[:, 2]) <= tolerance.z_m)
    moves = 0 if is_placed.all() else fewest_held(places, keys)
    turns = 0 if (np.abs(turned) <= tolerance.heading_rad).all() else fewest_held(headings, keys)
    return work(category=named, size=sizes, flip=len(runs(is_flipped)), position=moves, heading=turns)


def flipped(true: TrueTrack, proposed: Proposed) -> BoolArray:
    """(N,) where front and rear are taken for each other."""
    return _axis_error(true.boxes[:, 6] - proposed.boxes[:, 6])[1]


def wrong(true: TrueTrack, proposed: Proposed) -> BoolArray:
    """(N,) which boxes are not right as they stand: place, heading, front and rear, size or category."""
    return ~is_exact(proposed.boxes, true.boxes, true.tolerance) | proposed.has_wrong_category


def is_exact(boxes: FloatArray, true: FloatArray, tolerance: KindTolerance) -> BoolArray:
    """(N,) which boxes (N, 7) may stand as they are for the true ones (N, 7), front and rear included."""
    is_sized = np.abs(boxes[:, 3:6] - true[:, 3:6]) <= _limits(tolerance, true)
    return is_near(boxes, true, tolerance) & is_sized.all(axis=1)


def resized_rows(boxes: FloatArray, size_lwh_m: FloatArray, lidar: FloatArray) -> FloatArray:
    """(N, 7) boxes of another size (N, 3); the bottom stays, and so does the upright edge nearest to the lidar.

    The level part of ``labels.resize_about_near_corner``, for many boxes at once: the nearest edge is on the lidar's
    side of both axes. The bottom stays, as the ground is what people put boxes on.
    """
    cos, sin = np.cos(boxes[:, 6]), np.sin(boxes[:, 6])
    away = lidar - boxes[:, :3]
    along, across = away[:, 0] * cos + away[:, 1] * sin, away[:, 1] * cos - away[:, 0] * sin
    shift = (
        (boxes[:, 3:6] - size_lwh_m) / 2.0 * np.stack([np.sign(along), np.sign(across), -np.ones_like(along)], axis=1)
    )
    out = boxes.copy()
    out[:, 0] += shift[:, 0] * cos - shift[:, 1] * sin
    out[:, 1] += shift[:, 0] * sin + shift[:, 1] * cos
    out[:, 2] += shift[:, 2]
    out[:, 3:6] = size_lwh_m
    return out


def _resized(true: TrueTrack, proposed: Proposed) -> tuple[FloatArray, int]:
    """The boxes after those proposals whose size is wrong, or wavers, got the right one; and how many did."""
    boxes, count = proposed.boxes.copy(), 0
    for track in np.unique(proposed.track):
        rows = np.flatnonzero(proposed.track == track)
        sizes, wanted = boxes[rows, 3:6], true.boxes[rows, 3:6]
        limits = _limits(true.tolerance, true.boxes[rows])
        if (np.abs(np.median(sizes, axis=0) - wanted) > limits).any() or (np.abs(sizes - wanted) > limits).any():
            boxes[rows] = resized_rows(boxes[rows], wanted, proposed.lidar[rows])
            count += 1
    return boxes, count


def _limits(tolerance: KindTolerance, boxes: FloatArray) -> FloatArray:
    return tolerance.size_limits_m(boxes[:, 3:6])


def _axis_error(off_rad: FloatArray) -> tuple[FloatArray, BoolArray]:
    """(N,) the error in heading apart from a half turn, in [-π/2, π/2], and whether there is a half turn in it."""
    off = wrap_angle(off_rad)
    is_flipped = np.abs(off) > np.pi / 2.0
    return np.where(is_flipped, wrap_angle(off + np.pi), off), is_flipped
