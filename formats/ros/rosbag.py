"""Bags: a ``.bag`` file of ROS 1 is a scene, a folder of ROS 2 is one too."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from formats.errors import FormatError
from formats.listing import Listing, read_bounded
from formats.ros.look import METADATA, STORAGE, files_in, is_ros2_folder
from formats.ros.reader import RecordingFormat, Recordings

SUFFIX = ".bag"
MAX_METADATA_BYTES = 16 << 20
COMPRESSION = re.compile(rb"^\s*compression_mode:\s*['\"]?(\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Rosbag(RecordingFormat):
    """ROS bags, opened by a file, by a bag's folder, or by a folder of either."""

    name: str = "rosbag"
    title: str = "ROS bag"
    looks_for: str = (
        "a .bag file of ROS 1, a bag folder of ROS 2 (metadata.yaml with .db3 or .mcap), or a folder of some"
    )

    def recordings(self, path: Path, listing: Listing) -> Recordings:
        """Bags by their names without the suffix, folders by theirs."""
        if path.is_file():
            is_bag = path.suffix.lower() in (SUFFIX, ".db3") and listing.file(path)
            return {path.stem: (path, (path,))} if is_bag else {}
        if is_ros2_folder(path):
            return {path.resolve().name: (path, tuple(files_in(path, STORAGE, listing)))}
        found: dict[str, tuple[Path, tuple[Path, ...]]] = {
            file.stem: (file, (file,)) for file in files_in(path, (SUFFIX,), listing)
        }
        for name in listing.folders(path):
            folder = path / name
            if is_ros2_folder(folder):
                found.setdefault(name, (folder, tuple(files_in(folder, STORAGE, listing))))
        return found

    def check_recording(self, recording: Path, files: tuple[Path, ...]) -> None:
        """Raise ``FormatError`` on a folder of ROS 2 whose files or messages are packed by rosbag2 itself."""
        if recording.is_file():
            return
        metadata, listing = recording / METADATA, Listing(root=recording, base=recording)
        found = COMPRESSION.search(read_bounded(metadata, MAX_METADATA_BYTES)) if listing.file(metadata) else None
        mode = found.group(1).decode().upper() if found else "NONE"
        if mode not in ("NONE", "STORAGE") or not files:
            advice = "unpack it first (ros2 bag convert, or zstd -d)"
            raise FormatError(
                recording, f"expected {' or '.join(STORAGE)} files, found them packed by {mode}: {advice}"
            )
