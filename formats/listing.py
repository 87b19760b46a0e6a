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
IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg")
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
        try:
            if path.resolve().is_relative_to(self.root.resolve()):
                return True
        except (OSError, RuntimeError):  # by Python's version
            self.complain(path, "a link that leads back to itself is not followed")
            return False
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
        names = [entry.name for entry in _entries(folder) if _is_file(entry) and self._has_name(folder, entry.name)]
        links = {entry.name for entry in _entries(folder) if entry.is_symlink()}
        return [name for name in names if name not in links or self.is_inside(folder / name)]

    def folders(self, folder: Path) -> list[str]:
        """The names of the folders in a folder, sorted; none outside the root, links followed; empty without it."""
        if not self.folder(folder):
            return []
        names = [entry.name for entry in _entries(folder) if _is_folder(entry) and self._has_name(folder, entry.name)]
        return [name for name in names if self.is_inside(folder / name)]

    def _has_name(self, folder: Path, name: str) -> bool:
        """Whether a name is text, which can be stored and shown; complains where it is none."""
        if not is_text(name):
            self.complain(folder / name, "expected a name in UTF-8, found another")
            return False
        return True

    def by_stem(self, folder: Path, suffixes: Sequence[str]) -> dict[str, Path]:
        """The files with one of the suffixes by their names without it, sorted; empty without a folder."""
        found: dict[str, Path] = {}
        for name in self.files(folder):
            stem, suffix = os.path.splitext(name)  # noqa: PTH122 - as in numbered
            if suffix.lower() in suffixes:
                found.setdefault(stem, folder / name)
        return found

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
                if is_remote(folder) or _is_file(entry):
                    found.setdefault(int(stem), path)
                else:
                    self.complain(path, "expected a file, found something else")
        return found


def entries_in(folder: Path) -> list[Path]:
    """What is in a folder, by name, links out of the dataset among it; nothing where it may not be read.

    Names that are not UTF-8 are passed over: they can be neither stored nor shown.
    """
    try:
        return sorted((entry for entry in folder.iterdir() if is_text(entry.name)), key=lambda entry: entry.name)
    except OSError:
        return []


def folders_in(folder: Path) -> list[Path]:
    """The folders among what is in a folder."""
    return [entry for entry in entries_in(folder) if entry.is_dir()]


def _entries(folder: Path) -> Sequence[os.DirEntry[str] | Path]:
    """What is in a folder, by name; nothing where it may not be read."""
    try:
        if is_remote(folder):
            return sorted(folder.iterdir(), key=lambda entry: entry.name)
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []


def _is_file(entry: os.DirEntry[str] | Path) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link that leads back to itself
        return False


def _is_folder(entry: os.DirEntry[str] | Path) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # as above
        return False


def is_text(name: str) -> bool:
    """Whether a name is text: those that are not UTF-8 on disk come with halves of surrogate pairs."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


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
        if not is_remote(path) and not path.is_file() and path.exists():
            # A pipe would never be opened, a device never end.
            raise FormatError(path, "expected a file, found something else")
        with path.open("rb") as file:
            # Asking for the size first: a read of so many bytes at most would set that much memory aside.
            size = file.seek(0, os.SEEK_END)
            file.seek(0)
            data = file.read(size) if size <= max_bytes else b""
    except OSError as error:
        raise FormatError(path, f"expected a file, found none that can be read ({error.strerror or error})") from error
    if size > max_bytes:
        raise FormatError(path, f"expected a file of at most {max_bytes >> 20} MiB, found a larger one")
    return data
