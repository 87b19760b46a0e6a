"""Sizes that a category does not have, and rigid objects whose size changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from quality.check import Check
from quality.check_context import CheckContext, Placed
from quality.finding import Finding

UNUSUAL, ABSURD = 2.5, 6.0
"""Factors between a side and the category's usual one. Of KITTI's 19 175 boxes 9 sides differ more than 2.2 times."""
DEFORMABLE_SLACK = 2.0
"""A person's length and width depend on arms and legs."""
SAME_SIZE_M = 0.02
SIDES = ("length", "width", "height")


def _find(context: CheckContext) -> Iterator[Finding]:
    """One finding of a kind a track: its size is one statement, in however many frames it stands."""
    for by_frame in context.tracks.values():
        yield from _unusual(context, by_frame)
        yield from _changing(context, by_frame)


def _unusual(context: CheckContext, by_frame: Mapping[int, Placed]) -> Iterator[Finding]:
    placed_list = list(by_frame.values())
    track = placed_list[0].track
    category = None if context.taxonomy is None else context.taxonomy.category(track.category)
    if category is None:
        return
    sizes = np.stack([placed.cuboid.size_lwh_m for placed in placed_list])
    factors = np.exp(np.abs(np.log(sizes / np.array(category.size_prior_lwh_m))))
    if context.is_deformable(track):
        factors[:, :2] /= DEFORMABLE_SLACK
    row, side = np.unravel_index(int(factors.argmax()), factors.shape)
    factor = float(factors[row, side])
    if factor <= UNUSUAL:
        return
    placed, size_m, usual_m = placed_list[row], float(sizes[row, side]), category.size_prior_lwh_m[side]
    yield CHECK.finding(
        f"{placed.name} has a {SIDES[side]} of {size_m:.2f} m; {track.category} usually has {usual_m:.2f} m",
        frame_index=placed.frame_index,
        label_ids=placed.label_ids,
        value=size_m,
        severity="error" if factor > ABSURD else None,
        details={"object": placed.name, "case": "unusual", "side": SIDES[side], "size_m": size_m, "usual_m": usual_m},
    )


def _changing(context: CheckContext, by_frame: Mapping[int, Placed]) -> Iterator[Finding]:
    keys = [placed for placed in by_frame.values() if placed.is_key]
    if not keys or (context.is_deformable(keys[0].track) and not keys[0].track.is_rigid):
        return
    sizes = np.stack([placed.cuboid.size_lwh_m for placed in keys])
    usual = np.median(sizes, axis=0)
    off_m = np.abs(sizes - usual)
    row, side = np.unravel_index(int(off_m.argmax()), off_m.shape)
    if off_m[row, side] <= SAME_SIZE_M:
        return
    placed, size_m = keys[row], float(sizes[row, side])
    yield CHECK.finding(
        f"{placed.name} is rigid, but changes its size: its {SIDES[side]} is {size_m:.2f} m here and mostly "
        f"{usual[side]:.2f} m",
        frame_index=placed.frame_index,
        label_ids=placed.label_ids,
        value=off_m[row, side],
        details={
            "object": placed.name,
            "case": "changing",
            "side": SIDES[side],
            "size_m": size_m,
            "usual_m": float(usual[side]),
        },
    )


CHECK = Check(
    "size",
    "Size is unusual or changes",
    "A side is not more than 2.5 times longer or shorter than usual for the category (people's length and width: 5 "
    "times), and a rigid object has one size, within 2 cm, in all its frames. One finding a track, where it is worst.",
    "warning",
    _find,
)
