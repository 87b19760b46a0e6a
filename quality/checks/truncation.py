"""An imported truncation against the share of the cuboid's outline that lies outside the image.

Measured on KITTI: the object set's number is that share (mean difference 0.010); in the tracking set a whole number
parts at one half: level 0 up to 0.50, level 1 from 0.47. What its level 2 means is not written down.
"""

from __future__ import annotations

from collections.abc import Iterator

from calibration import NEAR_PLANE_M
from labels import ImageBox
from quality.check import Check
from quality.check_context import CheckContext, Placed
from quality.checks.given_value import given_number
from quality.finding import Finding

TOLERANCE = 0.1
LEVEL_SHARES = {0: (0.0, 0.55), 1: (0.4, 1.0)}
"""The shares that a whole number may stand for."""


def _find(context: CheckContext) -> Iterator[Finding]:
    for pairs in context.box_pairs("given"):
        view = context.view(pairs.camera)
        for box, placed in zip(pairs.boxes, pairs.placed, strict=True):
            given = given_number(box, "truncated")
            # Of a cuboid that reaches behind the camera the outline has no end, and no share is right.
            if given is None or view.nearest_m[placed.row] <= NEAR_PLANE_M:
                continue
            derived = float(view.truncation[placed.row])
            low, high = allowed_shares(given, may_be_level=context.scene.is_sequential)
            if not low <= derived <= high and context.stands(box, placed):
                yield _finding(box, placed, given, derived)


def allowed_shares(given: float, *, may_be_level: bool) -> tuple[float, float]:
    """The least and the largest share outside the image that a given truncation may stand for.

    A fraction is the share itself. In a sequence a whole number is a level, in single images 0 and 1 are shares too;
    -1 and levels above 1 say nothing.
    """
    is_level = isinstance(given, int) and may_be_level
    if is_level or not 0.0 <= given <= 1.0:
        return LEVEL_SHARES.get(int(given), (0.0, 1.0))
    return given - TOLERANCE, given + TOLERANCE


def _finding(box: ImageBox, placed: Placed, given: float, derived: float) -> Finding:
    return CHECK.finding(
        f"{placed.name}: truncation is given as {given:g}, but {derived:.0%} of the cuboid lie outside {box.camera}",
        frame_index=placed.frame_index,
        label_ids=(*placed.label_ids, box.id),
        value=derived,
        details={"object": placed.name, "camera": box.camera, "given": given, "derived": derived},
    )


CHECK = Check(
    "truncation",
    "Truncation and cuboid differ",
    "An imported truncation agrees with the share of the cuboid's outline outside the image: within 0.1 where it is a "
    "fraction; where it is a level, 0 is up to 0.55 and 1 from 0.4 on. Cuboids that reach behind the camera or were "
    "changed since the import are not compared.",
    "warning",
    _find,
)
