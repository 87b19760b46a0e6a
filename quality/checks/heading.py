"""Headings that turn round from one frame to the next."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geometry.rotation import wrap_angle
from quality.check import Check
from quality.check_context import CheckContext, Placed
from quality.finding import Finding

MOST_TURN_RAD = np.pi / 2
"""From one frame to the next; nothing in KITTI's tracking set turns by more than 0.13."""
LONGEST_STEP_NS = 500_000_000


def _find(context: CheckContext) -> Iterator[Finding]:
    times_ns = context.scene.frame_times_ns
    for by_frame in context.tracks.values():
        for frame_index, placed in by_frame.items():
            after = by_frame.get(frame_index + 1)
            if after is None or times_ns[frame_index + 1] - times_ns[frame_index] > LONGEST_STEP_NS:
                continue
            turn_rad = abs(float(wrap_angle(_yaw(context, after) - _yaw(context, placed))))
            if turn_rad > MOST_TURN_RAD:
                yield CHECK.finding(
                    f"{placed.name} turns by {np.degrees(turn_rad):.0f}° between frame {frame_index} and the next",
                    frame_index=frame_index + 1,
                    label_ids=after.label_ids,
                    value=turn_rad,
                    details={"object": placed.name, "turn_deg": float(np.degrees(turn_rad))},
                )


def _yaw(context: CheckContext, placed: Placed) -> float:
    world_from_ego = context.scene.world_from_ego(placed.frame_index)
    if world_from_ego is None:
        return placed.cuboid.ego_from_object.yaw_rad
    return (world_from_ego @ placed.cuboid.ego_from_object).yaw_rad


CHECK = Check(
    "heading",
    "Heading turns round",
    "No object turns by more than 90° from one frame to the next, in the world where the scene has poses.",
    "warning",
    _find,
)
