"""MCAP files, each a scene; those in a folder of ROS 2 with its metadata are ``rosbag``'s."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from formats.listing import Listing
from formats.ros.look import files_in, is_ros2_folder
from formats.ros.reader import RecordingFormat, Recordings

SUFFIX = ".mcap"


@dataclass(frozen=True)
class Mcap(RecordingFormat):
    """MCAP files, opened by a file or by a folder of some."""

    name: str = "mcap"
    title: str = "MCAP recording"
    looks_for: str = "a .mcap file, or a folder of some, with messages of ROS 1 or ROS 2"

    def recordings(self, path: Path, listing: Listing) -> Recordings:
        """Each file by its name without the suffix."""
        if path.is_file():
            files = [path] if path.suffix.lower() == SUFFIX and listing.file(path) else []
        else:
            files = [] if is_ros2_folder(path) else files_in(path, (SUFFIX,), listing)
        return {file.stem: (file, (file,)) for file in files}
