"""What speaks for and against a track, as numbers."""

from __future__ import annotations

import numpy as np

from autolabel.recording import Recording
from autolabel.tracking.track import ProposedTrack
from geometry.arrays import FloatArray

NAMES = ("score", "duration", "seen_share", "points", "range", "standing", "shape", "camera")
USUAL = np.array([0.0, 0.7, 0.8, 3.4, 0.5, 0.5, 2.0, 0.0])
SPREAD = np.array([1.5, 1.0, 0.25, 1.3, 0.35, 0.5, 2.0, 2.0])
"""Means and standard deviations of usual tracks, so that weights are alike."""


def evidence_of(track: ProposedTrack, recording: Recording) -> FloatArray:
    """(8,) what is known of a track, in the order of ``NAMES``, each brought to about mean 0 and deviation 1.

    These are the log odds of its score, the logarithm of 1 + its seconds, the share of frames it was detected in, the
    logarithm of its points, how near it comes, whether it stands, and the log odds of its shape and of the images.
    """
    score = float(np.clip(track.score, 1e-3, 1.0 - 1e-3))
    first, last = int(track.frames[0]), int(track.frames[-1])
    values = np.array([
        np.log(score / (1.0 - score)),
        np.log1p(recording.time_s(last) - recording.time_s(first)),
        track.is_seen.mean(),
        np.log1p(np.median(track.point_counts)),
        _range_m(track, recording) / 50.0,
        float(track.is_static),
        track.shape,
        track.camera,
    ])  # fmt: skip
    return np.asarray((values - USUAL) / SPREAD)


def _range_m(track: ProposedTrack, recording: Recording) -> float:
    """How near it comes."""
    frames = track.frames[:: max(1, len(track.frames) // 10)].tolist()
    rows = track.boxes_base[:: max(1, len(track.frames) // 10)]
    places = [recording.base_from_ego(f).inverse().apply(row[:3]) for f, row in zip(frames, rows, strict=True)]
    return float(min(np.hypot(*place[:2]) for place in places))
