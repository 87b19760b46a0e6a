"""One drive as references to its files; nothing is decoded before it is asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path, PurePath
from typing import Literal

from calibration import SensorRig
from fusion.errors import ImageFileError
from geometry import SE3, DataFileError, Trajectory, one_line
from pointcloud import PointCloud

CloudReader = Callable[[Path, str], PointCloud]
PointCounter = Callable[[Path], int]
ImageLoader = Callable[[Path], bytes]
Deskew = Literal["off", "on", "done"]
MAX_IMAGE_BYTES = 256 << 20
"""More than any camera's picture; a larger file is something else by that name."""


def load_image_file(path: Path) -> bytes:
    """The bytes of an image's own file.

    Raises:
        ImageFileError: The file cannot be read or is far too large.
    """
    try:
        if path.stat().st_size > MAX_IMAGE_BYTES:
            raise ImageFileError(path, f"expected an image of at most {MAX_IMAGE_BYTES >> 20} MiB, found a larger file")
        return path.read_bytes()
    except OSError as error:
        raise ImageFileError(
            path, f"expected an image, found no file that can be read ({error.strerror or error})"
        ) from error


@dataclass(frozen=True)
class Problem:
    """Something wrong with the data that reading goes on without.

    Attributes:
        path: The file or folder, relative to the scene's (or dataset's) folder.
        message: One line: what was expected and what was found.
    """

    path: str
    message: str

    def __post_init__(self) -> None:
        """Keep both to one line, whatever a file's name or its texts hold."""
        object.__setattr__(self, "path", one_line(self.path))
        object.__setattr__(self, "message", one_line(self.message))

    @classmethod
    def at(cls, path: PurePath, base: Path, message: str) -> Problem:
        """A problem of a file or folder, its path relative to ``base``."""
        return cls(_relative(path, base), message)

    @classmethod
    def of(cls, error: DataFileError, base: Path) -> Problem:
        """What an error says, as a problem."""
        place = f"line {error.line}: " if error.line is not None else ""
        return cls.at(error.path, base, place + error.reason)


def _relative(path: PurePath, base: Path) -> str:
    if isinstance(path, PurePath) and isinstance(base, PurePath):
        return os.path.relpath(path, base)
    # An object store's paths have no way up; their scheme and bucket stay where one is outside the other.
    return str(path).removeprefix(str(base)).lstrip("/") or "."


@dataclass(frozen=True)
class Sweep:
    """A reference to one rotation of one lidar.

    Attributes:
        sensor: The lidar's name.
        timestamp_ns: When it was taken.
        path: The file of its points.
        read: Reads that file into the sensor's frame; a function of a module, so that it travels to other processes.
        count: The number of points without decoding them.
        part: Which part of the file it is, where one file holds several (a message of a bag); ``read`` knows it too.
        deskew: ``on`` where fusing moves each point by its own time, ``done`` where the recorder did, ``off`` for
            neither.
    """

    sensor: str
    timestamp_ns: int
    path: Path
    read: CloudReader
    count: PointCounter
    part: str = ""
    deskew: Deskew = "off"

    def cloud(self) -> PointCloud:
        """The points in the sensor's own frame; raises ``PointFileError``."""
        return self.read(self.path, self.sensor)

    def point_count(self) -> int:
        """The number of points, cheaply; raises ``PointFileError``."""
        return self.count(self.path)


@dataclass(frozen=True)
class CameraImage:
    """A reference to one image.

    Attributes:
        camera: The camera's name.
        timestamp_ns: When it was taken.
        path: The file.
        part: Which part of the file it is, where one file holds several; ``load`` knows it too.
        load: Gives the encoded picture, PNG or JPEG; a function of a module.
        suffix: ``.png`` or ``.jpg`` where the file's own name does not tell what the picture is.
        row_time_ns: From one row to the next of a rolling shutter, negative where the bottom row comes first;
            ``timestamp_ns`` is the middle row's time. 0 for a global shutter.
    """

    camera: str
    timestamp_ns: int
    path: Path
    part: str = ""
    load: ImageLoader = load_image_file
    suffix: str = ""
    row_time_ns: int = 0

    def encoded(self) -> bytes:
        """The picture as PNG or JPEG; raises ``ImageFileError``."""
        return self.load(self.path)


@dataclass(frozen=True)
class Frame:
    """One moment of a drive.

    Attributes:
        index: From 0, without gaps.
        timestamp_ns: The one time that the frame's cuboids hold for.
        sweeps: At most one a lidar; a lidar without data is absent.
        images: At most one a camera; a camera without data is absent.
        name: What the format calls the moment, such as a sample's number; empty where it has no name of its own.
        cameras: The cameras of the rig that it was taken with, where the samples of one scene come from several
            calibrations; None for all.
    """

    index: int
    timestamp_ns: int
    sweeps: tuple[Sweep, ...] = ()
    images: tuple[CameraImage, ...] = ()
    name: str = ""
    cameras: tuple[str, ...] | None = None

    def image(self, camera: str) -> CameraImage | None:
        """The image of a camera, or None."""
        return next((image for image in self.images if image.camera == camera), None)


@dataclass(frozen=True)
class Scene:
    """One drive: a rig and consecutive frames.

    Attributes:
        name: Unique in its dataset.
        path: The folder that, with the name, finds the scene again.
        format: The name of the format that opened it.
        rig: Its sensors.
        frames: In order of time; ``frames[i].index == i``.
        trajectory: ``world_from_ego`` over time, or None where the scene has no world.
        origin_wgs84: Latitude and longitude in degrees and altitude in metres of the world's origin, or None.
        is_sequential: Whether the frames follow each other closely enough to track objects.
        problems: What is wrong with it, found without decoding any data.
        map_from_world: From ``world`` to the format's own map (a city, a UTM zone), or None where it has none.
        map_name: What the format calls that map.
        sweeps_between: Sweeps that belong to no frame, in order of time; for accumulation.
        assume: How a person settled what the format leaves open: question to answer.
        masks: By camera, a picture whose non-zero pixels show the own vehicle.
    """

    name: str
    path: Path
    format: str
    rig: SensorRig
    frames: tuple[Frame, ...]
    trajectory: Trajectory | None = None
    origin_wgs84: tuple[float, float, float] | None = None
    is_sequential: bool = True
    problems: tuple[Problem, ...] = ()
    map_from_world: SE3 | None = None
    map_name: str = ""
    sweeps_between: tuple[Sweep, ...] = ()
    assume: Mapping[str, str] = field(default_factory=dict)
    masks: Mapping[str, Path] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise ``ValueError`` unless the frames are numbered from 0 and time only rises."""
        if any(frame.index != i for i, frame in enumerate(self.frames)):
            raise ValueError("frames must be numbered from 0 without gaps")
        times = self.frame_times_ns
        if any(later <= earlier for earlier, later in pairwise(times)):
            raise ValueError("frames must rise strictly in time")

    @property
    def frame_times_ns(self) -> tuple[int, ...]:
        """The time of each frame."""
        return tuple(frame.timestamp_ns for frame in self.frames)

    def frame(self, frame_index: int) -> Frame:
        """A frame by its index.

        Raises:
            ValueError: The scene has no such frame.
        """
        if not 0 <= frame_index < len(self.frames):
            raise ValueError(f"frame_index must lie in 0 … {len(self.frames) - 1}, got {frame_index}")
        return self.frames[frame_index]

    def cameras_of(self, frame_index: int) -> tuple[str, ...]:
        """The names of the cameras that a frame was taken with, whether or not it has their images."""
        cameras = self.frame(frame_index).cameras
        return tuple(self.rig.cameras) if cameras is None else cameras

    def map_from_ego(self, timestamp_ns: int) -> SE3:
        """Where the ego vehicle is on the map at a time.

        In the world where the scene has no map; at the origin where it has no world, for what is written in such
        coordinates lies in ``ego`` then.
        """
        if self.trajectory is None:
            return SE3.identity()
        world_from_ego = self.trajectory.world_from_ego(timestamp_ns)
        return world_from_ego if self.map_from_world is None else self.map_from_world @ world_from_ego

    def world_from_ego(self, frame_index: int) -> SE3 | None:
        """Where the ego vehicle is at a frame, or None where the scene has no world."""
        frame = self.frame(frame_index)
        return None if self.trajectory is None else self.trajectory.world_from_ego(frame.timestamp_ns)
