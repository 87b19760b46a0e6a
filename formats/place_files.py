"""Puts sensor data into a folder: links where no byte changes, else copies, else clouds in the form that is read."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path, PurePath
from typing import Literal

from formats.errors import FormatError
from formats.format import SensorFile
from formats.location import is_remote
from fusion import CameraImage, Sweep, load_image_file
from fusion.scene import CloudReader
from pointcloud import PointCloud

Placed = Literal["linked", "copied", "written"]
CloudWriter = Callable[[Path, PointCloud], None]
SUFFIXES = ((b"\x89PNG\r\n\x1a\n", ".png"), (b"\xff\xd8\xff", ".jpg"))


def cloud_file(target: str, sweep: Sweep, own: CloudReader, write: CloudWriter) -> SensorFile:
    """A cloud to put into a folder: its own file where that has the target's form, else written anew.

    Args:
        target: Where, relative to the folder.
        sweep: The cloud.
        own: The reader of the target's form.
        write: Writes that form.
    """
    if sweep.read is own and not sweep.part:
        return SensorFile(target, sweep.path)
    return SensorFile(target, partial(_write_cloud, sweep=sweep, write=write))


def image_file(target_stem: str, image: CameraImage) -> SensorFile:
    """A picture to put into a folder, its bytes untouched; the name gets the suffix of what it is."""
    target = target_stem + image_suffix(image)
    if image.load is load_image_file:
        return SensorFile(target, image.path)
    return SensorFile(target, partial(_write_image, image=image))


def image_suffix(image: CameraImage) -> str:
    """What a file of that picture alone ends in: what its reader says, else its file's, else by a look at it."""
    if image.suffix or image.load is load_image_file:
        return image.suffix or image.path.suffix.lower()
    data = image.encoded()
    return next((suffix for start, suffix in SUFFIXES if data.startswith(start)), "")


def place_file(file: SensorFile, out: Path, mode: Literal["link", "copy"]) -> Placed:
    """Put one file below a folder, in place of one that may be there.

    A link is a hard link: the folder stays whole when it is moved or packed and when the source is deleted, and readers
    that follow no link out of a dataset find the file. Where the file system cannot (another disk, a file of somebody
    else), the file is copied.

    Raises:
        FormatError: Its name leads out of the folder.
        OSError: The file cannot be read or written.
        PointFileError: A cloud that must be written anew cannot be read.
    """
    target = out / file.target
    # Names of sensors and scenes, which targets are made of, come from files that anybody may have written.
    if PurePath(file.target).is_absolute() or ".." in PurePath(file.target).parts:
        raise FormatError(target, "expected a file below the folder, found a name that leads out of it")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    source = file.source
    if isinstance(source, str):
        target.write_text(source, encoding="utf-8", newline="\n")
    elif isinstance(source, bytes):
        target.write_bytes(source)
    elif callable(source):
        source(target)
    else:
        return _place_path(source.resolve(), target, mode)
    return "written"


def _place_path(path: Path, target: Path, mode: Literal["link", "copy"]) -> Placed:
    if is_remote(path):
        with path.open("rb") as read, target.open("wb") as write:
            shutil.copyfileobj(read, write)
        return "copied"
    if mode == "link":
        try:
            os.link(path, target)
        except OSError:
            pass  # another disk or no right to: the copy below says so where it fails too
        else:
            return "linked"
    shutil.copyfile(path, target)
    return "copied"


def _write_image(target: Path, image: CameraImage) -> None:
    target.write_bytes(image.encoded())


def _write_cloud(target: Path, sweep: Sweep, write: CloudWriter) -> None:
    write(target, sweep.cloud())
