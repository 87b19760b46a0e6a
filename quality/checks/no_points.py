"""Cuboids that no lidar point confirms."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from quality.check import Check
from quality.check_context import CheckContext
from quality.finding import Finding

FAR_M = 60.0
"""Beyond this an object may well lie between a lidar's beams."""


def _find(context: CheckContext) -> Iterator[Finding]:
    for row in np.flatnonzero(context.point_counts == 0):
        placed = context.placed[row]
        range_m = float(np.hypot(*placed.cuboid.box_ego.center[:2]))
        yield CHECK.finding(
            f"{placed.name}: no lidar point lies in the cuboid, {range_m:.0f} m away",
            frame_index=placed.frame_index,
            label_ids=placed.label_ids,
            value=range_m,
            severity="info" if range_m > FAR_M else None,
            details={"object": placed.name, "range_m": range_m},
        )


CHECK = Check(
    "no_points",
    "No points in the cuboid",
    "At least one lidar point of the frame lies in every cuboid, stored or derived. Frames without a cloud are left "
    "out; beyond 60 m it is only a hint.",
    "warning",
    _find,
    needs_points=True,
)
