"""What it costs to label an object by hand, in each of the three ways."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geometry.arrays import BoolArray, FloatArray, IntArray
from geometry.rotation import wrap_angle
from quality.effort.costs import CostSheet, KindTolerance
from quality.effort.key_counts import Channels, fewest_between_ends, fewest_held
from quality.effort.work import no_work, work


@dataclass(frozen=True, eq=False)
class TrueTrack:
    """The boxes of an object that count.

    Attributes:
        frames: (N,) ascending.
        times_s: (N,).
        boxes: (N, 7) in ``base``.
        tolerance: Of its kind.
        sheet: How keys are set and strips are made.
        moves: Whether it goes farther than what stands would.
    """

    frames: IntArray
    times_s: FloatArray
    boxes: FloatArray
    tolerance: KindTolerance
    sheet: CostSheet
    moves: bool

    @classmethod
    def of(
        cls, frames: IntArray, times_s: FloatArray, boxes: FloatArray, tolerance: KindTolerance, sheet: CostSheet
    ) -> TrueTrack:
        """Find out whether it moves."""
        moves = bool(np.ptp(boxes[:, :2], axis=0).max(initial=0.0) > sheet.keys.moves_m) if len(boxes) else False
        return cls(frames, times_s, boxes, tolerance, sheet, moves)

    def __len__(self) -> int:
        """The number of boxes."""
        return len(self.frames)

    def part(self, chosen: BoolArray | IntArray) -> TrueTrack:
        """Some of its boxes; what moves still moves."""
        return TrueTrack(
            self.frames[chosen], self.times_s[chosen], self.boxes[chosen], self.tolerance, self.sheet, self.moves
        )

    def key_count(self) -> int:
        """The fewest keys, interpolated between, from which every box is near enough."""
        places = Channels.of_places(self.frames, self.times_s, self.boxes[:, :3], self.tolerance)
        headings = Channels.of_headings(self.frames, self.times_s, np.unwrap(self.boxes[:, 6]), self.tolerance)
        both = places.with_(headings)
        return fewest_between_ends(both, self.sheet.keys) if self.moves else fewest_held(both, self.sheet.keys)

    @property
    def pictures(self) -> int:
        """How many of its boxes a strip shows."""
        return len(shown_places(len(self), self.sheet.review.strip_step))


def drawn(track: TrueTrack, *, from_nothing: bool = True) -> FloatArray:
    """(B, U) the work of labelling all boxes of a track by hand, a row for each of ``BASELINES``.

    With n boxes and k keys: n boxes drawn; one drawn and n - 1 put right; one drawn, k - 1 put right and, since most of
    them are interpolated, n looked at; the same, looked at in one strip.

    Args:
        track: What is labelled.
        from_nothing: Whether the object has no box yet, else there is one to copy.
    """
    count = len(track)
    if not count:
        return no_work()
    keys, new = track.key_count(), int(from_nothing)
    return np.stack(
        [
            work(create=count),
            work(create=new, keyframe=count - new),
            work(create=new, keyframe=keys - new, review_box=count),
            work(create=new, keyframe=keys - new, strip=1, thumbnail=track.pictures),
        ]
    )


def gaps_drawn(track: TrueTrack, is_covered: BoolArray) -> FloatArray:
    """(B, U) the work on frames of a track (N,) that proposals leave out, the others being right.

    With keys, a gap over which the boxes beside it may be interpolated, or held, is closed with one gesture; another
    one gets keys of its own.
    """
    total = no_work()
    for first, end in runs(~is_covered):
        count = end - first
        gap = track.part(np.arange(first, end))
        is_bridged = _is_bridged(track, is_covered, first, end)
        with_keys = work(trim=1) if is_bridged else work(keyframe=gap.key_count())
        looked = (work(review_box=count), work(thumbnail=gap.pictures))
        total += np.stack([work(create=count), work(keyframe=count), *(with_keys + each for each in looked)])
    return total


def is_near(derived: FloatArray, true: FloatArray, tolerance: KindTolerance) -> BoolArray:
    """(N,) whether boxes (N, 7) are near enough in place and heading; sizes are not looked at."""
    away = derived - true
    is_placed = (np.hypot(away[:, 0], away[:, 1]) <= tolerance.xy_m) & (np.abs(away[:, 2]) <= tolerance.z_m)
    return np.asarray(is_placed & (np.abs(wrap_angle(away[:, 6])) <= tolerance.heading_rad))


def shown_places(boxes: int, step: int) -> IntArray:
    """Places of the boxes that a strip shows: each step-th and the last."""
    return np.unique(np.append(np.arange(0, boxes, step), boxes - 1)) if boxes else np.zeros(0, np.int64)


def runs(mask: BoolArray) -> list[tuple[int, int]]:
    """First place and end of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(first), int(end)) for first, end in edges.reshape(-1, 2)]


def _is_bridged(track: TrueTrack, is_covered: BoolArray, first: int, end: int) -> bool:
    beside = [place for place in (first - 1, end) if 0 <= place < len(track) and is_covered[place]]
    if not beside:
        return False
    if track.moves and track.frames[min(end, len(track) - 1)] - track.frames[max(first - 1, 0)] > (
        track.sheet.keys.most_apart_frames
    ):
        return False
    start, last = beside[0], beside[-1]
    span_s = track.times_s[last] - track.times_s[start]
    share = (track.times_s[first:end] - track.times_s[start]) / span_s if span_s else np.zeros(end - first)
    step = track.boxes[last] - track.boxes[start]
    step[6] = wrap_angle(step[6])
    derived = track.boxes[start] + share[:, None] * step
    return bool(is_near(derived, track.boxes[first:end], track.tolerance).all())
