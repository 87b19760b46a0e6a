"""Names of scenes and sensors as the names of files and folders."""

from __future__ import annotations

import hashlib
from pathlib import Path

from formats.errors import FormatError

FORBIDDEN_IN_NAMES = frozenset('/\\:*?"<>|\0')
MAX_NAME_BYTES = 200


def is_file_name(name: str) -> bool:
    """Whether a name can name a file on any system, and none outside its folder."""
    fits = 0 < len(name.encode(errors="replace")) <= MAX_NAME_BYTES and name.isprintable()
    return fits and name.strip(". ") != "" and not set(name) & FORBIDDEN_IN_NAMES


def as_file_name(name: str) -> str:
    """A name for a file or folder: the name itself where it can be one, else a digest of it."""
    return name if is_file_name(name) else hashlib.sha256(name.encode(errors="replace")).hexdigest()[:32]


def check_scene_name(name: str, out: Path) -> None:
    """Raise ``FormatError`` where a scene's name can name no file, or one outside the folder."""
    if not is_file_name(name):
        raise FormatError(out, f"expected a scene's name that can name a file, found {name[:60]!r}")
