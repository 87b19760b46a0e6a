"""Folders of the server's machine, for the import dialog."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from formats import FormatError, detect_format
from formats.location import is_remote, parse_location
from server.errors import ForbiddenPathError, InvalidError, NotFoundError
from server.schemas.datasets import BrowseEntry, Folder
from server.security import check_inside

MAX_ENTRIES = 1000


def usable_folder(path: str, import_roots: Sequence[Path]) -> Path:
    """A path that a person gave, made absolute and with its links followed.

    Raises:
        InvalidError: It is no path of this machine.
        FormatError: It names an object store of an unknown kind.
        ForbiddenPathError: Imports are limited to some folders, and it lies in none of them.
    """
    if "\0" in path:
        raise InvalidError("path: expected a folder, found a NUL character in its name")
    given = parse_location(path)
    if is_remote(given):
        if import_roots:
            raise ForbiddenPathError(f"{path}: leads out of the folders that imports are limited to")
        return given
    if not given.is_absolute():
        raise InvalidError(f"path: expected an absolute path, found {path}")
    return check_inside(given, import_roots) if import_roots else given.resolve()


def list_folder(path: str | None, import_roots: Sequence[Path]) -> Folder:
    """The entries of a folder, folders first; hidden ones are left out.

    Raises:
        NotFoundError: There is no such folder.
        InvalidError: It cannot be read.
        ForbiddenPathError: As ``usable_folder``.
    """
    start = str(import_roots[0] if import_roots else Path.home())
    folder = usable_folder(path or start, import_roots)
    if not folder.is_dir():
        raise NotFoundError(f"there is no folder {folder}")
    try:
        with os.scandir(folder) as found:
            entries = [(not entry.is_dir(), entry.name) for entry in found if not entry.name.startswith(".")]
    except PermissionError as error:
        raise InvalidError(f"{folder}: may not be read") from error
    shown = sorted(entries, key=lambda entry: (entry[0], entry[1].lower()))[:MAX_ENTRIES]
    return Folder(
        path=str(folder),
        parent=_parent(folder, import_roots),
        entries=[
            BrowseEntry(
                name=name,
                path=str(folder / name),
                is_dir=not is_file,
                format=None if is_file else _format_of(folder / name),
            )
            for is_file, name in shown
        ],
    )


def _parent(folder: Path, import_roots: Sequence[Path]) -> str | None:
    roots = [root.resolve() for root in import_roots]
    return None if folder.parent == folder or folder in roots else str(folder.parent)


def _format_of(folder: Path) -> str | None:
    try:
        return detect_format(folder).name
    except (FormatError, OSError):
        return None
