"""An imported observation angle against the one that follows from the cuboid."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geometry.arrays import FloatArray
from geometry.rotation import wrap_angle
from labels import ImageBox
from quality.check import Check
from quality.check_context import CheckContext, Placed
from quality.checks.given_value import given_number
from quality.finding import Finding

TOLERANCE_RAD = 0.03
"""On KITTI 2 of 17 617 boxes mostly in the image are beyond it."""
TOLERANCE_CUT_RAD = 0.12
"""For objects mostly outside of the image; KITTI's go to 0.116."""
CUT_SHARE = 0.5
GROSS_RAD = 0.3
RECT = "rect"
"""The rectified frame in which KITTI's angles are meant; other rigs have none, and the camera's own serves.

Where a rig holds several calibrations, both have its number: ``image_02~2`` and ``rect~2``.
"""


def _find(context: CheckContext) -> Iterator[Finding]:
    for pairs in context.box_pairs("given"):
        derived_rad = alphas_of(context, pairs.camera)[pairs.rows]
        is_cut = context.view(pairs.camera).truncation[pairs.rows] >= CUT_SHARE
        tolerance_rad = np.where(is_cut, TOLERANCE_CUT_RAD, TOLERANCE_RAD)
        for index, (box, placed) in enumerate(zip(pairs.boxes, pairs.placed, strict=True)):
            given_rad = given_number(box, "alpha")
            # Formats write -10 where nobody knows the angle.
            if given_rad is None or abs(given_rad) > 2 * np.pi:
                continue
            difference_rad = abs(float(wrap_angle(given_rad - derived_rad[index])))
            if difference_rad > tolerance_rad[index] and context.stands(box, placed):
                yield _finding(box, placed, given_rad, derived_rad[index], difference_rad)


def alphas_of(context: CheckContext, camera: str) -> FloatArray:
    """(B,) each cuboid's heading about the camera's y, less the direction to its centre; in [-π, π)."""
    view, ego_from_sensor = context.view(camera), context.scene.rig.ego_from_sensor
    rect = RECT + camera[len(camera.partition("~")[0]) :]
    frame_from_cam = ego_from_sensor[rect if rect in ego_from_sensor else camera].inverse() @ ego_from_sensor[camera]
    center, ahead = frame_from_cam.apply(view.center_cam), view.ahead_cam @ frame_from_cam.rotation.T
    return wrap_angle(np.arctan2(-ahead[:, 2], ahead[:, 0]) - np.arctan2(center[:, 0], center[:, 2]))


def _finding(box: ImageBox, placed: Placed, given_rad: float, derived_rad: float, difference_rad: float) -> Finding:
    return CHECK.finding(
        f"{placed.name}: alpha is {given_rad:.2f} rad, but {derived_rad:.2f} rad follow from the cuboid: "
        f"{difference_rad:.2f} rad apart",
        frame_index=placed.frame_index,
        label_ids=(*placed.label_ids, box.id),
        value=difference_rad,
        severity="error" if difference_rad > GROSS_RAD else None,
        details={
            "object": placed.name,
            "given_rad": given_rad,
            "derived_rad": derived_rad,
            "difference_rad": difference_rad,
        },
    )


CHECK = Check(
    "alpha",
    "Alpha and cuboid differ",
    "An imported observation angle is the cuboid's heading less the direction to it: within 0.03 rad, or 0.12 rad for "
    "objects mostly outside the image. Angles of cuboids that were changed since the import are not compared: an "
    "export derives them anew.",
    "warning",
    _find,
)
