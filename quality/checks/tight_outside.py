"""A drawn box of the visible pixels lies inside the outline of its cuboid, clipped to the image."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from quality.check import Check
from quality.check_context import BoxPairs, CheckContext
from quality.checks.edge_difference import SIDES, edge_tolerances_px
from quality.finding import Finding


def _find(context: CheckContext) -> Iterator[Finding]:
    for pairs in context.box_pairs("tight"):
        view = context.view(pairs.camera)
        outside_px = (pairs.ltrb_px - view.trunc_ltrb_px[pairs.rows]) * (-1.0, -1.0, 1.0, 1.0)
        tolerance_px = edge_tolerances_px(context.scene.rig.cameras[pairs.camera], view)[pairs.rows]
        excess = outside_px / tolerance_px
        # NaN, a cuboid outside of the image, compares as False: that is for ``missing_projection``.
        for index in np.flatnonzero((excess > 1.0).any(axis=1)).tolist():
            side = int(excess[index].argmax())
            yield _finding(pairs, index, side, outside_px[index, side], tolerance_px[index, side])


def _finding(pairs: BoxPairs, index: int, side: int, outside_px: float, tolerance_px: float) -> Finding:
    box, placed = pairs.boxes[index], pairs.placed[index]
    return CHECK.finding(
        f"{placed.name}: the drawn 2D box in {box.camera} reaches {outside_px:.1f} px beyond the cuboid's "
        f"{SIDES[side]} edge; {tolerance_px:.1f} px are tolerated",
        frame_index=placed.frame_index,
        label_ids=(*placed.label_ids, box.id),
        value=outside_px,
        details={
            "object": placed.name,
            "camera": box.camera,
            "side": SIDES[side],
            "difference_px": outside_px,
            "tolerance_px": tolerance_px,
        },
    )


CHECK = Check(
    "tight_outside",
    "Drawn 2D box leaves the cuboid",
    "A box drawn around an object's visible pixels lies inside the outline of its cuboid, clipped to the image: within "
    "2 px and what 2 cm are at its nearest corner.",
    "warning",
    _find,
)
