"""Finds the formats: every sub-package of this one that lists some in ``FORMATS``."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from pathlib import Path

from formats.errors import FormatError
from formats.format import Dataset, Format
from fusion import Scene


@cache
def all_formats() -> tuple[Format, ...]:
    """Every format, by name."""
    packages = [info.name for info in pkgutil.iter_modules([str(Path(__file__).parent)]) if info.ispkg]
    found: list[Format] = [item for name in packages for item in import_module(f"formats.{name}").FORMATS]
    return tuple(sorted(found, key=lambda item: item.name))


def get_format(name: str) -> Format:
    """The format of that name.

    Raises:
        ValueError: There is none.
    """
    for item in all_formats():
        if item.name == name:
            return item
    raise ValueError(f"format must be one of {', '.join(item.name for item in all_formats())}, got {name}")


def detect_format(path: Path) -> Format:
    """The format of a folder.

    Raises:
        FormatError: There is no such folder, or no format knows it.
    """
    if not path.is_dir():
        found = "a file" if path.is_file() else "nothing"
        raise FormatError(path, f"expected a dataset's folder, found {found}")
    for item in all_formats():
        if item.detect(path):
            return item
    looked_for = "; ".join(f"{item.name} ({item.looks_for})" for item in all_formats())
    raise FormatError(path, f"expected a dataset, found none: looked for {looked_for}")


def open_dataset(path: Path, format: str | None = None) -> Dataset:  # noqa: A002
    """Open a folder as references to its files.

    Args:
        path: The folder.
        format: The format's name; detected where None.

    Raises:
        FormatError: The folder is no dataset, or not of that format.
        ValueError: There is no such format.
    """
    item = detect_format(path) if format is None else get_format(format)
    return item.open_dataset(path)


def open_scene(path: Path, name: str, format: str) -> Scene:  # noqa: A002
    """Open one scene again, by its ``path``, ``name`` and ``format``.

    Raises:
        FormatError: The scene is no longer there.
        ValueError: There is no such format.
    """
    return get_format(format).open_scene(path, name)
