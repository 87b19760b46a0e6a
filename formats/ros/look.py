"""Looking for recordings: the files of a folder by suffix, and the folders of ROS 2."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from formats.listing import Listing, entries_in

METADATA = "metadata.yaml"
STORAGE = (".db3", ".mcap")


def files_in(folder: Path, suffixes: Sequence[str], listing: Listing) -> list[Path]:
    """The files of a folder with one of the suffixes, split recordings in the order of their numbers."""
    found = [path for path in entries_in(folder) if path.suffix.lower() in suffixes and listing.file(path)]
    return sorted(found, key=lambda path: (_number(path), path.name))


def is_ros2_folder(folder: Path) -> bool:
    """Whether a folder is one recording of ROS 2: its metadata, or its database, lies in it."""
    names = [path.name.lower() for path in entries_in(folder)]
    storage = any(name.endswith((*STORAGE, ".zstd")) for name in names)
    return (METADATA in names and storage) or any(name.endswith((".db3", ".db3.zstd")) for name in names)


def _number(path: Path) -> int:
    """The number at the end of a split file's name (``drive_10.db3``); -1 without one."""
    tail = path.stem.rpartition("_")[2]
    return int(tail) if tail.isascii() and tail.isdigit() and len(tail) < 10 else -1
