"""Where the parts of a picture go: the view in space, and the images of the cameras above it or beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from calibration import SensorRig

GAP_PX = 8
SPACE_SHARE = 0.46
"""At least so much of the picture is the view in space."""


@dataclass(frozen=True)
class Area:
    """A rectangle of the picture, in pixels."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class Layout:
    """Where everything goes.

    Attributes:
        space: The view in space.
        images: The image of each camera.
    """

    space: Area
    images: Mapping[str, Area]


def make_layout(inside: Area, rows: Sequence[Sequence[str]], aspects: Mapping[str, float], gap: int) -> Layout:
    """Images above the view in space, or beside it, whichever shows them larger.

    Args:
        inside: What there is to share out.
        rows: The cameras, row by row, as they would stand above.
        aspects: Width over height of each camera's image.
        gap: Pixels between neighbours.
    """
    if not any(rows):
        return Layout(inside, {})
    column = [[name] for row in rows for name in row]
    above = _above(inside, rows, aspects, gap)
    beside = _beside(inside, column, aspects, gap)
    return max((above, beside), key=lambda layout: sum(area.width * area.height for area in layout.images.values()))


def camera_rows(rig: SensorRig, cameras: Iterable[str]) -> list[list[str]]:
    """The cameras row by row: those that look ahead first, each row from left to right; of four or more, two rows."""
    axes = {name: rig.ego_from_sensor[name].rotation[:, 2] for name in cameras}
    ahead = sorted(axes, key=lambda name: -axes[name][0])
    split = len(ahead) if len(ahead) < 4 else (len(ahead) + 1) // 2
    rows = [ahead[:split], ahead[split:]]
    # Of two that look the same way (a stereo pair), the one that sits further left stands left.
    places = {
        name: (round(-float(axes[name][1]), 3), -float(rig.ego_from_sensor[name].translation[1])) for name in axes
    }
    return [sorted(row, key=lambda name: places[name]) for row in rows if row]


def _above(inside: Area, rows: Sequence[Sequence[str]], aspects: Mapping[str, float], gap: int) -> Layout:
    room = round(inside.height * (1 - SPACE_SHARE)) - gap * len(rows)
    heights = [(inside.width - gap * (len(row) - 1)) / sum(aspects[name] for name in row) for row in rows]
    shrink = min(1.0, room / sum(heights))
    images: dict[str, Area] = {}
    top = float(inside.top)
    for row, full in zip(rows, heights, strict=True):
        height = full * shrink
        width = sum(aspects[name] for name in row) * height + gap * (len(row) - 1)
        left = inside.left + (inside.width - width) / 2
        for name in row:
            images[name] = _area(left, top, aspects[name] * height, height)
            left += aspects[name] * height + gap
        top += height + gap
    used = round(top) - inside.top
    return Layout(Area(inside.left, round(top), inside.width, inside.height - used), images)


def _beside(inside: Area, column: Sequence[Sequence[str]], aspects: Mapping[str, float], gap: int) -> Layout:
    """One column at the right."""
    names = [name for row in column for name in row]
    room = inside.height - gap * (len(names) - 1)
    width = min(room / sum(1 / aspects[name] for name in names), inside.width * (1 - SPACE_SHARE) - gap)
    left = round(inside.left + inside.width - width)
    used = sum(width / aspects[name] for name in names) + gap * (len(names) - 1)
    images: dict[str, Area] = {}
    top = inside.top + (inside.height - used) / 2
    for name in names:
        images[name] = _area(left, top, width, width / aspects[name])
        top += width / aspects[name] + gap
    return Layout(Area(inside.left, inside.top, left - gap - inside.left, inside.height), images)


def _area(left: float, top: float, width: float, height: float) -> Area:
    return Area(round(left), round(top), max(round(width), 1), max(round(height), 1))
