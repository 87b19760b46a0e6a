"""Label files put below a folder, never in place of those that they were read from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from formats.errors import FormatError
from fusion import Scene


def check_not_own(folder: Path, scene: Scene) -> None:
    """Raise ``FormatError`` where a folder to write into is the one that the scene was opened from, or lies in it."""
    if folder.exists() and folder.resolve().is_relative_to(scene.path.resolve()):
        raise FormatError(folder, "expected a folder to export to, found the dataset's own: its labels would be lost")


def write_files(out: Path, files: Mapping[str, str | bytes]) -> tuple[str, ...]:
    """Write files by their names relative to a folder, texts as UTF-8; returns the names."""
    for name, content in files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return tuple(files)
