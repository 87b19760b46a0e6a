"""Two cuboids at one place."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geometry import iou_3d
from quality.check import Check
from quality.check_context import CheckContext
from quality.finding import Finding

OVERLAP = 0.1
"""IoU in space; on KITTI's tracking set no two cuboids of one category reach 0.08."""
DUPLICATE = 0.4


def _find(context: CheckContext) -> Iterator[Finding]:
    for frame_index, members in context.frames.items():
        boxes = [placed.cuboid.box_ego for placed in members]
        iou = np.triu(iou_3d(boxes, boxes), k=1)
        for i, j in np.argwhere(iou >= OVERLAP):
            first, second, value = members[i], members[j], float(iou[i, j])
            is_duplicate = value >= DUPLICATE
            # A rider and the bicycle share room; two objects of one kind do not.
            if first.track.category != second.track.category and not is_duplicate:
                continue
            what = "are the same object twice, as it seems" if is_duplicate else "overlap"
            yield CHECK.finding(
                f"{first.name} and {second.name} {what}: IoU {value:.2f}",
                frame_index=frame_index,
                label_ids=(*first.label_ids, *second.label_ids),
                value=value,
                severity="error" if is_duplicate else None,
                details={"object": first.name, "other": second.name, "iou": value},
            )


CHECK = Check(
    "overlap",
    "Cuboids overlap",
    "Two cuboids of one category share less than a tenth (IoU in space), two of different categories less than 0.4; "
    "from 0.4 on it looks like one object labelled twice.",
    "warning",
    _find,
)
