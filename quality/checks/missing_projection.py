"""2D boxes without their cuboid, and imported cuboids without their 2D box."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from quality.check import Check
from quality.check_context import CheckContext, track_name
from quality.finding import Finding

LEAST_HEIGHT_PX = 10.0
LEAST_INSIDE = 0.5
"""Of a cuboid that shows less than this of itself, people may leave the 2D box out."""


def _find(context: CheckContext) -> Iterator[Finding]:
    yield from _boxes_without_cuboid(context)
    yield from _cuboids_without_box(context)


def _boxes_without_cuboid(context: CheckContext) -> Iterator[Finding]:
    for box in context.image_boxes:
        placed = context.placed_of(box)
        track = context.labels.tracks[box.track_id or ""]
        label_ids = (track.id, box.id) if placed is None else (*placed.label_ids, box.id)
        if placed is None:
            case = "no_cuboid"
            sentence = f"{track_name(track)} has a 2D box in {box.camera}, but no cuboid in this frame"
        elif np.isnan(context.view(box.camera).trunc_ltrb_px[placed.row]).any():
            case = "outside"
            sentence = f"{placed.name} has a 2D box in {box.camera}, but its cuboid lies outside of that image"
        else:
            continue
        yield CHECK.finding(
            sentence,
            frame_index=box.frame_index,
            label_ids=label_ids,
            details={"object": track_name(track), "camera": box.camera, "case": case},
        )


def _cuboids_without_box(context: CheckContext) -> Iterator[Finding]:
    """Only where the source gives boxes: what a person adds has none, and needs none."""
    given = {(box.track_id, box.frame_index, box.camera) for box in context.image_boxes}
    for camera in sorted({box.camera for box in context.image_boxes if box.kind == "given"}):
        view = context.view(camera)
        height_px = view.trunc_ltrb_px[:, 3] - view.trunc_ltrb_px[:, 1]
        # NaN, which is outside of the image or in a frame without that camera, compares as False.
        shown = (height_px >= LEAST_HEIGHT_PX) & (view.truncation <= 1.0 - LEAST_INSIDE)
        for row in np.flatnonzero(shown):
            placed = context.placed[row]
            is_imported = placed.is_key and placed.cuboid.source.startswith("imported:")
            if is_imported and (placed.track.id, placed.frame_index, camera) not in given:
                yield CHECK.finding(
                    f"{placed.name} is to be seen in {camera}, but has no 2D box there",
                    frame_index=placed.frame_index,
                    label_ids=placed.label_ids,
                    severity="info",
                    details={"object": placed.name, "camera": camera, "case": "no_box"},
                )


CHECK = Check(
    "missing_projection",
    "2D box or cuboid missing",
    "Every 2D box of an object has a cuboid in its frame that shows in that image; and every imported cuboid that "
    "shows in a camera has its 2D box there, where the source gives 2D boxes.",
    "warning",
    _find,
)
