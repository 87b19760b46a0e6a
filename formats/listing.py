"""Looking into a dataset's folders and reading its texts, within bounds and without following links out of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from formats.errors import FormatError
from formats.location import is_remote
from fusion import Problem

MAX_FRAMES = 100_000
"""Almost three hours at 10 Hz; a higher number is a slip of the file."""
MAX_TEXT_BYTES = 64 << 20
"""A hundred times the largest text file of the sets that are read; more is something else by that name."""


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

    def files(self, folder: Path) -> list[str]:
        """The names of the files in a folder, sorted; none outside the root, links followed; empty without a folder."""
        if not self.folder(folder):
            return []
        names = [entry.name for entry in _entries(folder) if entry.is_file()]
        links = {entry.name for entry in _entries(folder) if entry.is_symlink()}
        return [name for name in names if name not in links or self.is_inside(folder / name)]

    def numbered(self, folder: Path, suffixes: Sequence[str], limit: int = MAX_FRAMES) -> dict[int, Path]:
        """The files named by a number below a limit and one of the suffixes, by that number; empty without a folder."""
        if not self.folder(folder):
            return {}
        found: dict[int, Path] = {}
        for entry in _entries(folder):
            stem, suffix = os.path.splitext(entry.name)  # noqa: PTH122 - a Path for every file of a drive costs time
            if suffix.lower() not in suffixes or not (stem.isascii() and stem.isdigit()):
                continue
            path = folder / entry.name
            if int(stem) >= limit:
                self.complain(path, f"expected a frame number below {limit}, found {stem}")
            elif not entry.is_symlink() or self.is_inside(path):
                found.setdefault(int(stem), path)
        return found


def _entries(folder: Path) -> Sequence[os.DirEntry[str] | Path]:
    """What is in a folder, by name; nothing where it may not be read."""
    try:
        if is_remote(folder):
            return sorted(folder.iterdir(), key=lambda entry: entry.name)
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []


def read_text(path: Path) -> str:
    """The text of a file; what is no UTF-8 comes as replacement characters.

    Raises:
        FormatError: It cannot be read or is far too large.
    """
    return read_bytes(path).decode("utf-8", errors="replace")


def read_bytes(path: Path) -> bytes:
    """The bytes of a text file.

    Raises:
        FormatError: It cannot be read or is far too large.
    """
    return read_bounded(path, MAX_TEXT_BYTES)


def read_bounded(path: Path, max_bytes: int) -> bytes:
    """The bytes of a file that must not be larger than that.

    Raises:
        FormatError: It cannot be read or is larger.
    """
    try:
        with path.open("rb") as file:
            # Asking for the size first: a read of so many bytes at most would set that much memory aside.
            size = file.seek(0, os.SEEK_END)
            file.seek(0)
            data = file.read() if size <= max_bytes else b""
    except OSError as error:
        raise FormatError(path, f"expected a file, found none that can be read ({error.strerror or error})") from error
    if size > max_bytes:
        raise FormatError(path, f"expected a file of at most {max_bytes >> 20} MiB, found a larger one")
    return data
