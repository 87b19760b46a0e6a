"""From detections of single frames to objects followed through a scene."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from autolabel.classes import ClassSet
from autolabel.detections import Detections
from autolabel.recording import Recording
from autolabel.tracking.associate import associate
from autolabel.tracking.draft import Draft, draft
from autolabel.tracking.extend import present
from autolabel.tracking.join import join
from autolabel.tracking.options import Habits, TrackingOptions, habits_of
from autolabel.tracking.pose_drift import as_told, steadied
from autolabel.tracking.sightings import Moments, Sightings
from autolabel.tracking.suppress import suppress
from autolabel.tracking.track import ProposedTrack
from geometry.arrays import IntArray

LEAST_REACH_M = 30.0
PASSES = 3
"""Forwards, backwards, and once through the points."""


def build_tracks(
    recording: Recording,
    detections: Sequence[Detections],
    classes: ClassSet,
    options: TrackingOptions | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> list[ProposedTrack]:
    """Follow what was detected through a scene, and say where it is in every frame.

    Args:
        recording: The scene; its points are read once, in the order of frames.
        detections: One entry a frame.
        classes: What the detections' classes are.
        options: What can be set.
        progress: Called with steps done and all steps.
        should_stop: Asked once a step; where it says so, nothing comes of the work.

    Returns:
        The tracks, the surest first; none where the work was stopped.

    Raises:
        ValueError: Detections do not belong to the recording or the classes.
    """
    options = options or TrackingOptions()
    told, habits = Moments.of(recording), [habits_of(item) for item in classes]
    sightings = Sightings.of(told, detections, len(classes), options.weak)
    step = _Steps(PASSES * len(told), progress, should_stop)
    try:
        chains = associate(sightings, told, habits, options, step.take)
        chains = join(chains, sightings, told, habits, options)
        moments, drafts = _steady_drafts(chains, sightings, told, habits, options)
        tracks = present([item.track for item in drafts], recording, moments, options, step.take)
    except _StoppedError:
        return []
    tracks = suppress(tracks, len(told), np.array([not item.is_rigid for item in classes], dtype=bool))
    if moments is told:
        return tracks
    return [replace(each, boxes_base=as_told(each.boxes_base, each.frames, moments, told)) for each in tracks]


def _steady_drafts(
    chains: Sequence[IntArray],
    sightings: Sightings,
    told: Moments,
    habits: Sequence[Habits],
    options: TrackingOptions,
) -> tuple[Moments, list[Draft]]:
    """The objects; once more where the poses had to be put right first."""
    drafts = _drafts(chains, sightings, told, habits, options)
    moments = steadied(told, drafts)
    if moments is told:
        return told, drafts
    return moments, _drafts(chains, sightings.seen_from(told, moments), moments, habits, options)


def _drafts(
    chains: Sequence[IntArray],
    sightings: Sightings,
    moments: Moments,
    habits: Sequence[Habits],
    options: TrackingOptions,
) -> list[Draft]:
    farthest_m = float(moments.reaches(sightings.frames, sightings.boxes).max(initial=LEAST_REACH_M))
    reach_m = options.reach_m or farthest_m
    found = [draft(sightings.take(chain), moments, habits, reach_m, options) for chain in chains]
    return [item for item in found if item is not None]


class _StoppedError(Exception):
    """The work was stopped by who asked for it."""


class _Steps:
    """Counts steps, tells them, and ends the work where that is wished."""

    def __init__(self, total: int, progress: Callable[[int, int], None], should_stop: Callable[[], bool]) -> None:
        self._done, self._total, self._progress, self._should_stop = 0, total, progress, should_stop

    def take(self) -> None:
        """One step is done."""
        if self._should_stop():
            raise _StoppedError
        self._done += 1
        self._progress(self._done, self._total)
