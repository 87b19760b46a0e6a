"""Where a scene's sensor data lies in the native folder, and finding it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any, cast

from formats.format import SensorFile
from formats.listing import Listing
from formats.place_files import cloud_file, image_file, image_suffix
from formats.scene_codec import expect_list, texts, time_ns
from formats.scene_names import as_file_name
from fusion import CameraImage, Deskew, Frame, Scene, Sweep
from labels import RecordError
from labels.json_fields import JsonFields
from pointcloud import count_kitti_bin, count_pcd, read_kitti_bin, read_pcd, write_kitti_bin, write_pcd

JsonObject = dict[str, Any]
KITTI_BIN, PCD = "kitti-bin", "pcd"
"""x, y, z, intensity as little-endian float32, as in KITTI's .bin files; or a binary PCD with every channel."""
READERS = {KITTI_BIN: (read_kitti_bin, count_kitti_bin), PCD: (read_pcd, count_pcd)}
MASKS = "data/masks"


@dataclass(frozen=True)
class PlacedFile:
    """A cloud or an image and the name it gets, relative to the scene's folder."""

    name: str
    data: Sweep | CameraImage


def placed_files(frame: Frame) -> Iterator[PlacedFile]:
    """Every cloud and image of a frame with its name."""
    for sweep in frame.sweeps:
        yield _placed_sweep(sweep, f"{frame.index:06d}")
    for image in frame.images:
        yield PlacedFile(f"data/{as_file_name(image.camera)}/{frame.index:06d}{image_suffix(image)}", image)


def placed_between(scene: Scene) -> Iterator[PlacedFile]:
    """Every cloud between the frames with its name."""
    for index, sweep in enumerate(scene.sweeps_between):
        yield _placed_sweep(sweep, f"between/{index:06d}")


def native_sensor_files(scene: Scene) -> Iterator[SensorFile]:
    """The files to place below ``scenes/<name>``."""
    below = f"scenes/{scene.name}"
    for frame in scene.frames:
        for placed in placed_files(frame):
            yield _sensor_file(f"{below}/{placed.name}", placed.data)
    for placed in placed_between(scene):
        yield _sensor_file(f"{below}/{placed.name}", placed.data)
    for camera, path in scene.masks.items():
        yield SensorFile(f"{below}/{_mask_name(camera, path)}", path)


def encode_frame(frame: Frame, *, with_files: bool) -> JsonObject:
    """A frame; its clouds and images only where their files go along."""
    placed = list(placed_files(frame)) if with_files else []
    return {
        "timestamp_ns": frame.timestamp_ns,
        "name": frame.name,
        "cameras": None if frame.cameras is None else list(frame.cameras),
        "sweeps": encode_sweeps(placed),
        "images": [
            {
                "camera": item.data.camera,
                "timestamp_ns": item.data.timestamp_ns,
                "row_time_ns": item.data.row_time_ns,
                "file": item.name,
            }
            for item in placed
            if isinstance(item.data, CameraImage)
        ],
    }


def encode_sweeps(placed: Sequence[PlacedFile]) -> list[JsonObject]:
    """The clouds among placed files."""
    return [
        {
            "sensor": item.data.sensor,
            "timestamp_ns": item.data.timestamp_ns,
            "deskew": item.data.deskew,
            "file": item.name,
            "form": _form(item.data),
        }
        for item in placed
        if isinstance(item.data, Sweep)
    ]


def encode_masks(scene: Scene) -> JsonObject:
    """The masks' files by camera."""
    return {camera: _mask_name(camera, path) for camera, path in scene.masks.items()}


class FrameDecoder:
    """Reads frames and finds their files, looking into every folder once and following no link out of the dataset."""

    def __init__(
        self, scene_folder: Path, cameras: frozenset[str], lidars: frozenset[str], listing: Listing, version: int
    ) -> None:
        """Take the scene's folder, the names of its sensors and the version of its form."""
        self._folder = scene_folder
        self._cameras = cameras
        self._lidars = lidars
        self._listing = listing
        self._version = version
        self._names = lru_cache(maxsize=None)(self._list_names)

    def frame(self, value: Any, index: int) -> Frame:
        """One frame; raises ``RecordError``."""
        where = f"frames[{index}]"
        reader = JsonFields(value, where)
        stamp = time_ns(reader, "timestamp_ns")
        name = reader.raw("name")
        if not isinstance(name, str):
            raise reader.wrong("name", "a text", name)
        cameras = None if reader.raw("cameras") is None else tuple(texts(reader, "cameras"))
        if unknown := set(cameras or ()) - self._cameras:
            raise reader.wrong("cameras", "cameras of the rig", sorted(unknown))
        sweeps = self.sweeps(reader.raw("sweeps"), f"{where}.sweeps")
        images = self._images(reader.raw("images"), f"{where}.images")
        reader.finish()
        return Frame(index, stamp, sweeps, images, name, cameras)

    def sweeps(self, value: Any, where: str) -> tuple[Sweep, ...]:
        """A list of clouds, those whose files are there; raises ``RecordError``."""
        found: list[Sweep] = []
        for entry in _entries(value, where):
            sensor = self._sensor(entry, "sensor", self._lidars)
            stamp, file = time_ns(entry, "timestamp_ns"), entry.text("file", max_length=1000)
            read, count = READERS[entry.choice("form", tuple(READERS)[: self._version])]
            deskew = cast(Deskew, entry.choice("deskew", ("off", "on", "done"))) if self._version > 1 else "off"
            entry.finish()
            if (path := self.find(file, entry.where)) is not None:
                found.append(Sweep(sensor, stamp, path, read, count, deskew=deskew))
        return tuple(found)

    def masks(self, value: Any) -> dict[str, Path]:
        """The masks by camera; raises ``RecordError``."""
        reader = JsonFields(value, "masks")
        paths = {name: self.find(reader.text(name, max_length=1000), "masks") for name in value}
        if unknown := set(paths) - self._cameras:
            raise reader.wrong("masks", "cameras of the rig", sorted(unknown))
        return {name: path for name, path in paths.items() if path is not None}

    def find(self, file: str, where: str) -> Path | None:
        """A file by the name that scene.json gives it; raises ``RecordError`` where that leaves the folder."""
        pure = PurePosixPath(file)
        if pure.is_absolute() or ".." in pure.parts or "\0" in file:
            raise RecordError(f"{where}.file", f"expected a path inside the scene's folder, found {file[:60]!r}")
        folder = self._folder / str(pure.parent)
        if pure.name not in self._names(folder):
            self._listing.complain(folder / pure.name, "expected a file that scene.json names, found none")
            return None
        return folder / pure.name

    def _images(self, value: Any, where: str) -> tuple[CameraImage, ...]:
        found: list[CameraImage] = []
        for entry in _entries(value, where):
            camera = self._sensor(entry, "camera", self._cameras)
            stamp, file = time_ns(entry, "timestamp_ns"), entry.text("file", max_length=1000)
            row_time_ns = time_ns(entry, "row_time_ns") if self._version > 1 else 0
            entry.finish()
            if (path := self.find(file, entry.where)) is not None:
                found.append(CameraImage(camera, stamp, path, row_time_ns=row_time_ns))
        return tuple(found)

    def _sensor(self, entry: JsonFields, key: str, sensors: frozenset[str]) -> str:
        sensor = entry.text(key)
        if sensor not in sensors:
            raise entry.wrong(key, f"one of the rig's: {', '.join(sorted(sensors))}", sensor)
        return sensor

    def _list_names(self, folder: Path) -> frozenset[str]:
        """The files of a folder that lie inside the dataset, links followed."""
        return frozenset(self._listing.files(folder))


def _entries(value: Any, where: str) -> Iterator[JsonFields]:
    for index, entry in enumerate(expect_list(value, where)):
        yield JsonFields(entry, f"{where}[{index}]")


def _placed_sweep(sweep: Sweep, name: str) -> PlacedFile:
    suffix = "bin" if _form(sweep) == KITTI_BIN else "pcd"
    return PlacedFile(f"data/{as_file_name(sweep.sensor)}/{name}.{suffix}", sweep)


def _form(sweep: Sweep) -> str:
    """The plain form for what came in it, which keeps the file's bytes; else the one that holds every channel."""
    return KITTI_BIN if sweep.read is read_kitti_bin else PCD


def _sensor_file(target: str, data: Sweep | CameraImage) -> SensorFile:
    if isinstance(data, CameraImage):
        return image_file(target.rpartition(".")[0], data)
    if _form(data) == KITTI_BIN:
        return cloud_file(target, data, read_kitti_bin, write_kitti_bin)
    return cloud_file(target, data, read_pcd, write_pcd)


def _mask_name(camera: str, path: Path) -> str:
    return f"{MASKS}/{as_file_name(camera)}{path.suffix.lower()}"
