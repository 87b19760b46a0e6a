"""KITTI's numbered files, and how frames without one are named."""

from __future__ import annotations

from collections.abc import Collection, Iterable


def missing_ranges(frame_count: int, present: Collection[int]) -> str:
    """The frames that are absent, as in ``3, 7–9``; from the sixth range on only their number is said."""
    missing = [index for index in range(frame_count) if index not in present]
    ranges: list[tuple[int, int]] = []
    for index in missing:
        if ranges and ranges[-1][1] == index - 1:
            ranges[-1] = (ranges[-1][0], index)
        else:
            ranges.append((index, index))
    shown = [f"{first}–{last}" if last > first else str(first) for first, last in ranges[:5]]
    return ", ".join(shown) + (f" and {len(ranges) - 5} more ranges" if len(ranges) > 5 else "")


def missing_line(frame_count: int, present: Collection[int], what: str) -> str:
    """What is missing, as in ``2 of 5 frames have no cloud (1–2)``."""
    missing = sum(index not in present for index in range(frame_count))
    verb = "has" if missing == 1 else "have"
    return f"{missing} of {frame_count} frames {verb} no {what} ({missing_ranges(frame_count, present)})"


def frame_count_of(*numbers: Iterable[int]) -> int:
    """One more than the highest frame number."""
    return max((number for group in numbers for number in group), default=-1) + 1
