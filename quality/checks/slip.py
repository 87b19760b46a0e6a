"""Vehicles that move sideways."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from quality.check import Check
from quality.check_context import CheckContext
from quality.checks.motion_limits import limits_of
from quality.checks.own_axes import steps_in_own_axes
from quality.checks.track_motion import moving_tracks, worst_moments
from quality.finding import Finding


def _find(context: CheckContext) -> Iterator[Finding]:
    for track in moving_tracks(context):
        limits = limits_of(track.category)
        if limits.slip_ms is None:
            continue
        steps, along_ms, across_ms = steps_in_own_axes(track)
        for index in worst_moments(track, steps.start, steps.end, np.abs(across_ms) - limits.slip_ms):
            before, placed = track.at(steps.start[index]), track.at(steps.end[index])
            slip_ms = abs(float(across_ms[index]))
            side = "left" if across_ms[index] > 0 else "right"
            angle_deg = float(np.degrees(np.arctan2(slip_ms, abs(along_ms[index]))))
            yield CHECK.finding(
                f"{placed.name} slips to the {side} at {slip_ms:.1f} m/s or more between frame {before.frame_index} "
                f"and this one, {angle_deg:.0f}° off its heading; its heading is wrong, or its place",
                frame_index=placed.frame_index,
                label_ids=placed.label_ids,
                value=slip_ms,
                details={
                    "object": placed.name,
                    "side": side,
                    "from_frame": before.frame_index,
                    "slip_ms": slip_ms,
                    "angle_deg": angle_deg,
                    "limit_ms": limits.slip_ms,
                },
            )


CHECK = Check(
    "slip",
    "Moves sideways",
    "No vehicle or cycle moves across its own heading at more than 1.5 m/s (long vehicles 2), over half a second or a "
    "second in the world, at its rear axle, with the noise of places, headings and clocks taken off.",
    "warning",
    _find,
)
