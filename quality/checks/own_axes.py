"""Ways as the object itself sees them: ahead and across, at its rear axle, where a vehicle does not slip."""

from __future__ import annotations

import numpy as np

from geometry.arrays import FloatArray
from quality.checks.track_motion import HEADING_NOISE_RAD, MovingTrack, Steps, steps_of

SPANS_S = (0.5, 1.0)
LONGEST_S, WIDEST_RAD = 2.0, 1.0
"""Beyond, an object may have turned on the way, so that its headings at both ends say little of what was between."""
AXLE_SHARE = 0.3
"""How far behind the middle the rear axle is, of the length: a Golf's is at 0.29, a Transit's at 0.30."""


def steps_in_own_axes(track: MovingTrack) -> tuple[Steps, FloatArray, FloatArray]:
    """Pairs of keys half a second and a second apart, with the speed ahead (negative: back) and across, in m/s.

    Both are the least that the labels allow: what noise may add is taken off. On a circle the chord lies along the mean
    of the headings at both ends, so a turning vehicle does not seem to slip.
    """
    steps, path = steps_of(track, SPANS_S), track.path
    yaw_rad = path.yaws_rad
    ahead = np.stack([np.cos(yaw_rad), np.sin(yaw_rad)], axis=1)
    length_m = np.array([key.size_lwh_m[0] for key in path.keys])
    axle = path.centers[:, :2] - AXLE_SHARE * length_m[:, None] * ahead
    moved = axle[steps.end] - axle[steps.start]
    mean_rad = (yaw_rad[steps.start] + yaw_rad[steps.end]) / 2
    cos, sin = np.cos(mean_rad), np.sin(mean_rad)
    along_m, across_m = cos * moved[:, 0] + sin * moved[:, 1], cos * moved[:, 1] - sin * moved[:, 0]
    is_fair = (steps.elapsed_s <= LONGEST_S) & (np.abs(yaw_rad[steps.end] - yaw_rad[steps.start]) <= WIDEST_RAD)
    across_noise_m = steps.noise_m + HEADING_NOISE_RAD * np.abs(along_m)
    along_ms, across_ms = (
        np.where(is_fair, np.sign(way_m) * np.maximum(np.abs(way_m) - noise_m, 0.0) / steps.elapsed_s, 0.0)
        for way_m, noise_m in ((along_m, steps.noise_m), (across_m, across_noise_m))
    )
    return steps, along_ms, across_ms
