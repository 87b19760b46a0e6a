"""Objects that turn faster than their kind can."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from quality.check import Check
from quality.check_context import CheckContext
from quality.checks.motion_limits import limits_of
from quality.checks.track_motion import HEADING_NOISE_RAD, moving_tracks, steps_of, worst_moments
from quality.finding import Finding

ROUND_RAD = np.pi / 2
"""A larger turn in one step is a heading that turned round, which has a check of its own."""


def _find(context: CheckContext) -> Iterator[Finding]:
    for track in moving_tracks(context):
        limits, steps, yaw_rad = limits_of(track.category), steps_of(track), track.path.yaws_rad
        if limits.yaw_rate_rads is None:
            continue
        is_round = np.concatenate([[0], np.cumsum(np.abs(np.diff(yaw_rad)) > ROUND_RAD)])
        turn_rad = np.abs(yaw_rad[steps.end] - yaw_rad[steps.start])
        rate_rads = np.maximum(turn_rad - 2 * HEADING_NOISE_RAD, 0.0) / steps.elapsed_s
        rate_rads[is_round[steps.end] != is_round[steps.start]] = 0.0
        for index in worst_moments(track, steps.start, steps.end, rate_rads - limits.yaw_rate_rads):
            before, placed = track.at(steps.start[index]), track.at(steps.end[index])
            rate_degs, limit_degs = np.degrees([rate_rads[index], limits.yaw_rate_rads])
            yield CHECK.finding(
                f"{placed.name} turns at {rate_degs:.0f}°/s or more between frame {before.frame_index} and this one; a "
                f"{limits.kind} reaches {limit_degs:.0f}°/s",
                frame_index=placed.frame_index,
                label_ids=placed.label_ids,
                value=rate_rads[index],
                details={
                    "object": placed.name,
                    "kind": limits.kind,
                    "from_frame": before.frame_index,
                    "rate_degs": rate_degs,
                    "limit_degs": limit_degs,
                },
            )


CHECK = Check(
    "yaw_rate",
    "Turns too fast",
    "No object turns faster than its kind can (a car 86°/s, a truck 57°/s, a cycle 172°/s), from key to key in the "
    "world, with 3° of noise taken off each heading. Turns of more than 90° in a step are left to the check of "
    "headings.",
    "warning",
    _find,
)
