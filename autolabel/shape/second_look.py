"""Tracks after a second look at their points: faced the likelier way, and with odds that they are objects at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from autolabel.recording import Recording
from autolabel.shape.judge import ShapeJudge
from autolabel.shape.look import Look, look_at
from autolabel.shape.shape_net import FRONT, OBJECT
from autolabel.stopping import ShouldStop, Stopped, never
from autolabel.tracking.heading import certainty, faced, odds_of
from autolabel.tracking.track import ProposedTrack, boxes_at
from autolabel.upright import moved
from geometry.arrays import FloatArray

LOOKS = 8
"""A track is looked at in so many frames at most, those with the most points of each part of its life."""
SUREST_FRONT, SUREST_OBJECT = 3.5, 6.0
"""No single look is surer, as log odds."""
DIFFERENT = 3.0
"""Looks of an object are alike: many are worth so many different ones."""


def second_look(
    tracks: Sequence[ProposedTrack], recording: Recording, judge: ShapeJudge, should_stop: ShouldStop = never
) -> list[ProposedTrack]:
    """Look at tracks again.

    Args:
        tracks: Any.
        recording: Their scene; only the frames looked at are read.
        judge: Who looks.
        should_stop: Asked before each frame.

    Raises:
        Stopped: ``should_stop`` said so.
    """
    looks = _looks(tracks, recording, should_stop)
    odds = judge.odds([look for found in looks for look in found])
    after = np.cumsum([len(found) for found in looks], dtype=np.int64).tolist()
    return [_judged(track, odds[last - len(own) : last]) for track, own, last in zip(tracks, looks, after, strict=True)]


def _looks(tracks: Sequence[ProposedTrack], recording: Recording, should_stop: ShouldStop) -> list[list[Look]]:
    """The looks worth having of each track."""
    by_frame: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, track in enumerate(tracks):
        for place in _best_places(track):
            by_frame[int(track.frames[place])].append((number, place))
    found: list[list[Look]] = [[] for _ in tracks]
    sensor_xy = recording.lidar_center_ego[:2]
    for frame in sorted(by_frame):
        if should_stop():
            raise Stopped
        points = recording.points(frame)
        rows_ego = moved(boxes_at(tracks, by_frame[frame]), recording.base_from_ego(frame).inverse())
        for row, (number, _) in zip(rows_ego, by_frame[frame], strict=True):
            look = look_at(points, row, sensor_xy)
            if look.is_seen:
                found[number].append(look)
    return found


def _best_places(track: ProposedTrack) -> list[int]:
    """Of each part of its life, the frame with the most points."""
    parts = np.array_split(np.arange(len(track.frames)), min(LOOKS, len(track.frames)))
    return [int(part[track.point_counts[part].argmax()]) for part in parts]


def _judged(track: ProposedTrack, odds: FloatArray) -> ProposedTrack:
    """A track with what looks (K, 2) say of it."""
    if not len(odds):
        return track
    different = len(odds) / (1.0 + len(odds) / DIFFERENT)
    front = odds_of(track.heading) + different * float(np.clip(odds[:, FRONT], -SUREST_FRONT, SUREST_FRONT).mean())
    shape = float(np.clip(odds[:, OBJECT], -SUREST_OBJECT, SUREST_OBJECT).mean())
    return replace(track, boxes_base=faced(track.boxes_base, front), heading=certainty(front), shape=shape)
