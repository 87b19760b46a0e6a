"""What an object is, how sure that is, and whether it is one at all."""

from __future__ import annotations

import numpy as np

from autolabel.tracking.options import TrackingOptions
from autolabel.tracking.sightings import Moments, Sightings
from geometry.arrays import FloatArray

ENOUGH_HITS, ENOUGH_S = 4, 0.35
"""So many detections over so long are a track; a short scene asks for less."""
BEST_SHARE = 1.0 / 3.0
FEWEST_BEST = 3
STEADY, UNSTEADY = 0.7, 0.5
"""A track detected in at least this share of its frames is steady; what never is loses this share of its score."""


def class_of(seen: Sightings) -> int:
    """The class that the scores of all detections vote for; of equals, the first."""
    return int(np.bincount(seen.classes, seen.scores).argmax())


def score_of(seen: Sightings, moments: Moments) -> float:
    """How sure the track is, 0 … 1: its best detections, less where they are few, or far between where it is near."""
    best = np.sort(seen.scores)[::-1][: max(FEWEST_BEST, int(len(seen) * BEST_SHARE))]
    enough = min(1.0, len(seen) / enough_hits(moments))
    steady = min(1.0, _found_share(seen) / STEADY)
    return float(best.mean() * (0.4 + 0.6 * enough) * (1.0 - UNSTEADY + UNSTEADY * steady))


def _found_share(seen: Sightings) -> float:
    """Its detections per frame, from the first to the last frame in which it is no farther than usual."""
    near = seen.frames[seen.ranges_m <= np.median(seen.ranges_m)]
    first, last = int(near[0]), int(near[-1])
    found = int(((seen.frames >= first) & (seen.frames <= last)).sum())
    return found / (last - first + 1)


def enough_hits(moments: Moments) -> int:
    """How many detections make a track: fewer where frames are far apart, and in scenes of a few frames."""
    by_time = int(np.ceil(ENOUGH_S / moments.step_s))
    by_length = max(1, len(moments) // 3)
    return max(1, min(ENOUGH_HITS, max(2, by_time), by_length))


def is_dropped(seen: Sightings, score: float, moments: Moments, options: TrackingOptions) -> bool:
    """Whether a track is too short or too weak."""
    return len(seen) < enough_hits(moments) or score < options.least_score


def is_doubtful(score: float, *, stands: bool, turns_freely: bool, options: TrackingOptions) -> bool:
    """Whether it is likelier a pole or a shrub: a person who never moves and is not clearly one."""
    return stands and turns_freely and score < options.least_score_still


def weights(seen: Sightings) -> FloatArray:
    """(N,) how much each detection tells of place and size: near and sure ones most."""
    return np.asarray(seen.scores**2 / (1.0 + (seen.ranges_m / 25.0) ** 2) + 1e-9)
