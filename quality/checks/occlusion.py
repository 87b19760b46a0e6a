"""A person's occlusion level against what nearer cuboids cover in the image.

Measured on KITTI's object set: of cars that people call visible (0) one in a hundred has less than half in sight; of
those they call largely hidden (2) one in 25 has more than 0.9 in sight, mostly behind something without a cuboid.
"""

from __future__ import annotations

from collections.abc import Iterator

from quality.check import Check
from quality.check_context import CheckContext
from quality.finding import Finding, Severity

ATTRIBUTE = "occluded"
VISIBLE, LARGELY_HIDDEN = 0, 2
LEAST_VISIBLE = 0.5
MOST_HIDDEN = 0.9


def _find(context: CheckContext) -> Iterator[Finding]:
    for placed in context.placed:
        level = _level(placed.cuboid.attributes.get(ATTRIBUTE))
        camera = context.label_cameras[placed.frame_index]
        if camera is None or level not in (VISIBLE, LARGELY_HIDDEN):
            continue
        share = float(context.visible_share(camera)[placed.row])
        severity: Severity
        # NaN, which is outside of the image, compares as False.
        if level == VISIBLE and share < LEAST_VISIBLE:
            severity, said = "warning", "visible (0)"
        elif level == LARGELY_HIDDEN and share > MOST_HIDDEN:
            severity, said = "info", "largely hidden (2)"
        else:
            continue
        yield CHECK.finding(
            f"{placed.name} is said to be {said}, but nearer cuboids leave {share:.0%} of it in sight of {camera}",
            frame_index=placed.frame_index,
            label_ids=placed.label_ids,
            value=1.0 - share if level == VISIBLE else share,
            severity=severity,
            details={"object": placed.name, "camera": camera, "level": level, "visible_share": share},
        )


def _level(value: object) -> int:
    """The level as a number; -1 where nobody said it."""
    try:
        return int(value) if isinstance(value, int | float | str) else -1
    except (ValueError, OverflowError):
        return -1


CHECK = Check(
    "occlusion",
    "Occlusion and cover differ",
    "An object called visible (0) has at least half of its 2D box free of nearer cuboids; one called largely hidden "
    "(2) has not more than nine tenths free. What has no cuboid hides things too, so the second is only a hint.",
    "warning",
    _find,
)
