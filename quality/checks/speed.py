"""Objects that are faster than their kind can be."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from quality.check import Check
from quality.check_context import CheckContext
from quality.checks.motion_limits import limits_of
from quality.checks.track_motion import moving_tracks, steps_of, worst_moments
from quality.finding import Finding


def _find(context: CheckContext) -> Iterator[Finding]:
    if context.scene.trajectory is None:
        yield from _say_why_not(context)
    for track in moving_tracks(context):
        limits, steps = limits_of(track.category), steps_of(track)
        moved_m = np.hypot(steps.moved[:, 0], steps.moved[:, 1])
        speed_ms = np.maximum(moved_m - steps.noise_m, 0.0) / steps.elapsed_s
        for index in worst_moments(track, steps.start, steps.end, speed_ms - limits.speed_ms):
            before, placed = track.at(steps.start[index]), track.at(steps.end[index])
            yield CHECK.finding(
                f"{placed.name} moves at {speed_ms[index]:.1f} m/s or more between frame {before.frame_index} and this "
                f"one; a {limits.kind} reaches {limits.speed_ms:g}",
                frame_index=placed.frame_index,
                label_ids=placed.label_ids,
                value=speed_ms[index],
                details={
                    "object": placed.name,
                    "case": "fast",
                    "kind": limits.kind,
                    "from_frame": before.frame_index,
                    "speed_ms": speed_ms[index],
                    "limit_ms": limits.speed_ms,
                },
            )


def _say_why_not(context: CheckContext) -> Iterator[Finding]:
    """Once a scene, and only where there is motion to judge."""
    if any(len(by_frame) > 1 for by_frame in context.tracks.values()):
        yield CHECK.finding(
            "The scene has no vehicle poses, so speed, acceleration, yaw rate, slip and direction are not checked",
            severity="info",
            details={"case": "no_poses"},
        )


CHECK = Check(
    "speed",
    "Faster than possible",
    "No object moves faster than its kind can (a car 60 m/s, a person 9, a cone 0.5), from key to key in the world, "
    "with the noise of labels and clocks taken off. Scenes without vehicle poses are left out, with a hint.",
    "warning",
    _find,
)
