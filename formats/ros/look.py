"""Looking for recordings: the files of a folder by suffix, and the folders of ROS 2."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from formats.listing import Listing

METADATA = "metadata.yaml"
STORAGE = (".db3", ".mcap")


def files_in(folder: Path, suffixes: Sequence[str], listing: Listing) -> list[Path]:
    """The files of a folder with one of the suffixes, split recordings in the order of their numbers."""
    try:
        found = [path for path in folder.iterdir() if path.suffix.lower() in suffixes and listing.file(path)]
    except OSError:
        return []
    return sorted(found, key=lambda path: (_number(path), path.name))


def folders_in(folder: Path, listing: Listing) -> list[Path]:
    """The folders in a folder, by name."""
    try:
        return sorted(path for path in folder.iterdir() if listing.folder(path))
    except OSError:
        return []


def is_ros2_folder(folder: Path) -> bool:
    """Whether a folder is one recording of ROS 2: its metadata, or its database, lies in it."""
    try:
        names = [path.name.lower() for path in folder.iterdir()]
    except OSError:
        return False
    storage = any(name.endswith((*STORAGE, ".zstd")) for name in names)
    return (METADATA in names and storage) or any(name.endswith((".db3", ".db3.zstd")) for name in names)


def _number(path: Path) -> int:
    """The number at the end of a split file's name (``drive_10.db3``); -1 without one."""
    tail = path.stem.rpartition("_")[2]
    return int(tail) if tail.isascii() and tail.isdigit() and len(tail) < 10 else -1
