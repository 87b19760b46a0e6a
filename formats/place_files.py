"""Puts sensor data into a folder: links where no byte changes, else copies, else clouds in the form that is read."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Literal

from formats.format import SensorFile
from fusion import Sweep
from pointcloud import read_kitti_bin, write_kitti_bin

Placed = Literal["linked", "copied", "written"]


def place_file(file: SensorFile, out: Path, mode: Literal["link", "copy"]) -> Placed:
    """Put one file below a folder, in place of one that may be there.

    A link is a hard link: the folder stays whole when it is moved or packed and when the source is deleted, and readers
    that follow no link out of a dataset find the file. Where the file system cannot (another disk, a file of somebody
    else), the file is copied.

    Raises:
        OSError: The file cannot be read or written.
        PointFileError: A cloud that must be written anew cannot be read.
    """
    target = out / file.target
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    source = file.source
    if isinstance(source, str):
        target.write_text(source, encoding="utf-8", newline="\n")
        return "written"
    if isinstance(source, Sweep) and source.read is not read_kitti_bin:
        write_kitti_bin(target, source.cloud())
        return "written"
    path = (source.path if isinstance(source, Sweep) else source).resolve()
    if mode == "link":
        try:
            os.link(path, target)
        except OSError:
            pass  # another disk or no right to: the copy below says so where it fails too
        else:
            return "linked"
    shutil.copyfile(path, target)
    return "copied"
