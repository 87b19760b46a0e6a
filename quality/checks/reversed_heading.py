"""Objects whose front is labelled as their back: they move against their own heading."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from quality.check import Check
from quality.check_context import CheckContext
from quality.checks.motion_limits import limits_of
from quality.checks.own_axes import steps_in_own_axes
from quality.checks.track_motion import MovingTrack, moving_tracks
from quality.finding import Finding

FAR_BACK_M = 15.0
"""Who moves that far backwards and hardly forwards was labelled the wrong way round, however slow."""
FORWARD_SHARE = 0.1
LEAST_S = 1.0


def _find(context: CheckContext) -> Iterator[Finding]:
    """One finding a track: whoever mends it turns the whole track, or the part that is wrong."""
    for track in moving_tracks(context):
        limits = limits_of(track.category)
        if limits.backward_ms is None:
            continue
        steps, along_ms, _ = steps_in_own_axes(track)
        if not len(along_ms):
            continue
        worst = int(np.argmin(along_ms))
        back_m = _way_back(track)
        if -along_ms[worst] <= limits.backward_ms and back_m <= FAR_BACK_M:
            continue
        before, placed = track.at(steps.start[worst]), track.at(steps.end[worst])
        back_ms = -float(along_ms[worst])
        yield CHECK.finding(
            f"{placed.name} moves backwards at {back_ms:.1f} m/s or more between frame {before.frame_index} and this "
            "one: its front is labelled as its back, as it seems",
            frame_index=placed.frame_index,
            label_ids=placed.label_ids,
            value=back_ms,
            details={
                "object": placed.name,
                "from_frame": before.frame_index,
                "back_ms": back_ms,
                "back_m": back_m,
                "limit_ms": limits.backward_ms,
            },
        )


def _way_back(track: MovingTrack) -> float:
    """The way against the heading in metres over the whole track, or 0 where it also moves forward."""
    path, back_m, forward_m = track.path, 0.0, 0.0
    yaw_rad = path.yaws_rad
    start = 0
    while (end := int(np.searchsorted(path.times_s, path.times_s[start] + LEAST_S))) < len(path):
        mean_rad = (yaw_rad[start] + yaw_rad[end]) / 2
        moved = path.centers[end] - path.centers[start]
        along_m = float(np.cos(mean_rad) * moved[0] + np.sin(mean_rad) * moved[1])
        noise_m = float(path.noise_m[start] + path.noise_m[end])
        back_m += max(-along_m - noise_m, 0.0)
        forward_m += max(along_m - noise_m, 0.0)
        start = end
    return back_m if forward_m <= FORWARD_SHARE * back_m else 0.0


CHECK = Check(
    "reversed_heading",
    "Front and back are swapped",
    "No object moves against its own heading faster than its kind can (a car 3 m/s, a cycle or a person 1), over half "
    "a second or a second in the world, nor over more than 15 m altogether. One finding a track, where it is fastest.",
    "warning",
    _find,
)
