"""A 2D box's edges against the outline of its cuboid.

Measured on KITTI's object set (24 675 whole cars): the given box is the outline clipped to the image, median IoU 0.976,
with a residual of some 1.5 cm at the object. Pedestrians' left and right edges were drawn by hand there, 5 px narrower.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from calibration import CameraModel
from geometry.arrays import BoolArray, FloatArray
from quality.check import Check
from quality.check_context import BoxPairs, CheckContext, View
from quality.finding import Finding, Severity

TOLERANCE_PX = 2.0
TOLERANCE_M = 0.02
GROSS = 3.0
"""So many tolerances off, it is no matter of a careful hand any more: 6 of KITTI's 17 617 boxes mostly in the image."""
CUT_SHARE = 0.5
"""With more than this outside the image, a person's box is no longer the clipped outline: 35 % of KITTI's differ."""
NEAREST_M = 0.5
COVERED_BELOW = 0.95
SIDES = ("left", "top", "right", "bottom")


def _find(context: CheckContext) -> Iterator[Finding]:
    for pairs in context.box_pairs("given", "tight"):
        view, model = context.view(pairs.camera), context.scene.rig.cameras[pairs.camera]
        difference_px = pairs.ltrb_px - view.trunc_ltrb_px[pairs.rows]
        tolerance_px = edge_tolerances_px(model, view)[pairs.rows]
        excess = np.abs(difference_px) / tolerance_px
        excess[[context.is_deformable(placed.track) for placed in pairs.placed], ::2] = 0.0
        # NaN, a cuboid outside of the image, compares as False: that is for ``missing_projection``.
        off = (excess > 1.0).any(axis=1) & ~_is_cut(pairs, view, model) & ~_is_covered(context, pairs)
        for index in np.flatnonzero(off).tolist():
            side = int(excess[index].argmax())
            yield _finding(context, pairs, index, side, difference_px[index, side], tolerance_px[index, side])


def edge_tolerances_px(camera: CameraModel, view: View) -> FloatArray:
    """(B, 4) how far left, top, right, bottom may be off: 2 px and what 2 cm are at each cuboid's nearest corner."""
    scale_px = focal_lengths_px(camera) / np.maximum(view.nearest_m, NEAREST_M)[:, np.newaxis]
    return np.asarray(np.tile(TOLERANCE_PX + TOLERANCE_M * scale_px, (1, 2)))


def focal_lengths_px(camera: CameraModel) -> FloatArray:
    """(2,) pixels that one metre at one metre's depth takes near the optical axis, across and upright."""
    uv, _ = camera.image_from_camera(np.array([[0.0, 0.0, 1.0], [0.01, 0.0, 1.0], [0.0, 0.01, 1.0]]))
    return np.array([uv[1, 0] - uv[0, 0], uv[2, 1] - uv[0, 1]]) / 0.01


def _is_cut(pairs: BoxPairs, view: View, camera: CameraModel) -> BoolArray:
    """(N,) which cuboids are mostly outside of the image, their 2D box ending where the image does."""
    trunc, proj = view.trunc_ltrb_px[pairs.rows], view.proj_ltrb_px[pairs.rows]
    border = np.array([0.0, 0.0, camera.width_px - 1.0, camera.height_px - 1.0])
    ends_there = (np.abs(pairs.ltrb_px - border) <= TOLERANCE_PX) & (trunc != proj)
    return np.asarray((view.truncation[pairs.rows] >= CUT_SHARE) & ends_there.any(axis=1))


def _is_covered(context: CheckContext, pairs: BoxPairs) -> BoolArray:
    """(N,) which 2D boxes were drawn around what is in sight of a cuboid that others cover."""
    is_tight = np.array([box.kind == "tight" for box in pairs.boxes])
    if not is_tight.any():
        return is_tight
    return np.asarray(is_tight & ~(context.visible_share(pairs.camera)[pairs.rows] >= COVERED_BELOW))


def _finding(
    context: CheckContext, pairs: BoxPairs, index: int, side: int, difference_px: float, tolerance_px: float
) -> Finding:
    box, placed = pairs.boxes[index], pairs.placed[index]
    stands = context.stands(box, placed)
    severity: Severity = "error" if stands and abs(difference_px) > GROSS * tolerance_px else "warning"
    whose = "drawn 2D box" if box.kind == "tight" else "2D box" if stands else "2D box from before the change"
    return CHECK.finding(
        f"{placed.name}: the {whose} in {box.camera} and the cuboid differ by {abs(difference_px):.1f} px at the "
        f"{SIDES[side]} edge; {tolerance_px:.1f} px are tolerated",
        frame_index=placed.frame_index,
        label_ids=(*placed.label_ids, box.id),
        value=abs(difference_px),
        severity=severity,
        details={
            "object": placed.name,
            "camera": box.camera,
            "kind": box.kind,
            "side": SIDES[side],
            "difference_px": difference_px,
            "tolerance_px": tolerance_px,
        },
    )


CHECK = Check(
    "edge_difference",
    "2D box and cuboid differ",
    "The edges of a given or drawn 2D box lie where the cuboid's outline, clipped to the image, lies: within 2 px and "
    "what 2 cm are at its nearest corner. Left and right edges of people, covered objects with a drawn box, and "
    "objects mostly outside the image are not compared.",
    "warning",
    _find,
)
