"""KITTI's numbered files and folders, without following links out of the dataset."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fusion import Problem

MAX_FRAMES = 100_000
"""Almost three hours at 10 Hz; a higher number is a slip of the file."""
CLOUD_SUFFIXES = (".bin",)
IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg")


@dataclass
class Listing:
    """Looks into folders below one root and keeps what is wrong with them.

    Attributes:
        root: The dataset's folder; nothing outside it is read.
        base: The folder that problems are named relative to.
        problems: What was found wrong.
    """

    root: Path
    base: Path
    problems: list[Problem] = field(default_factory=list)

    def complain(self, path: Path, message: str) -> None:
        """Keep a problem."""
        self.problems.append(Problem.at(path, self.base, message))

    def is_inside(self, path: Path) -> bool:
        """Whether a path stays in the root when its links are followed; complains where it does not."""
        if path.resolve().is_relative_to(self.root.resolve()):
            return True
        self.complain(path, "a link that leaves the dataset's folder is not followed: open its target instead")
        return False

    def folder(self, path: Path) -> bool:
        """Whether there is such a folder inside the root."""
        return path.is_dir() and self.is_inside(path)

    def file(self, path: Path) -> bool:
        """Whether there is such a file inside the root."""
        return path.is_file() and self.is_inside(path)

    def numbered(self, folder: Path, suffixes: Sequence[str]) -> dict[int, Path]:
        """The files named by a number and one of the suffixes, by that number; empty where there is no folder."""
        if not self.folder(folder):
            return {}
        found: dict[int, Path] = {}
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            stem, suffix = os.path.splitext(entry.name)  # noqa: PTH122 - a Path for every file of a drive costs time
            if suffix.lower() not in suffixes or not (stem.isascii() and stem.isdigit()):
                continue
            path = folder / entry.name
            if int(stem) >= MAX_FRAMES:
                self.complain(path, f"expected a frame number below {MAX_FRAMES}, found {stem}")
            elif not entry.is_symlink() or self.is_inside(path):
                found.setdefault(int(stem), path)
        return found


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
