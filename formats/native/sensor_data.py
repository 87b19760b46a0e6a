"""Where a scene's sensor data lies in the native folder, and finding it again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from formats.format import SensorFile
from formats.listing import Listing
from formats.native.scene_codec import expect_list, texts, time_ns
from formats.scene_names import is_file_name
from fusion import CameraImage, Frame, Scene, Sweep
from labels import RecordError
from labels.json_fields import JsonFields
from pointcloud import count_kitti_bin, read_kitti_bin

JsonObject = dict[str, Any]
CLOUD_FORM = "kitti-bin"
"""x, y, z, intensity as little-endian float32, as in KITTI's .bin files."""


@dataclass(frozen=True)
class PlacedFile:
    """A cloud or an image and the name it gets, relative to the scene's folder."""

    name: str
    data: Sweep | CameraImage


def placed_files(frame: Frame) -> Iterator[PlacedFile]:
    """Every cloud and image of a frame with its name."""
    for sweep in frame.sweeps:
        yield PlacedFile(f"data/{_folder(sweep.sensor)}/{frame.index:06d}.bin", sweep)
    for image in frame.images:
        yield PlacedFile(f"data/{_folder(image.camera)}/{frame.index:06d}{image.path.suffix.lower()}", image)


def native_sensor_files(scene: Scene) -> Iterator[SensorFile]:
    """The files to place below ``scenes/<name>``."""
    for frame in scene.frames:
        for placed in placed_files(frame):
            source = placed.data if isinstance(placed.data, Sweep) else placed.data.path
            yield SensorFile(f"scenes/{scene.name}/{placed.name}", source)


def encode_frame(frame: Frame, *, with_files: bool) -> JsonObject:
    """A frame; its clouds and images only where their files go along."""
    placed = list(placed_files(frame)) if with_files else []
    return {
        "timestamp_ns": frame.timestamp_ns,
        "name": frame.name,
        "cameras": None if frame.cameras is None else list(frame.cameras),
        "sweeps": [
            {
                "sensor": item.data.sensor,
                "timestamp_ns": item.data.timestamp_ns,
                "file": item.name,
                "form": CLOUD_FORM,
            }
            for item in placed
            if isinstance(item.data, Sweep)
        ],
        "images": [
            {"camera": item.data.camera, "timestamp_ns": item.data.timestamp_ns, "file": item.name}
            for item in placed
            if isinstance(item.data, CameraImage)
        ],
    }


class FrameDecoder:
    """Reads frames and finds their files, looking into every folder once and following no link out of the dataset."""

    def __init__(self, scene_folder: Path, cameras: frozenset[str], lidars: frozenset[str], listing: Listing) -> None:
        """Take the scene's folder and the names of its sensors."""
        self._folder = scene_folder
        self._cameras = cameras
        self._lidars = lidars
        self._listing = listing
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
        sweeps = [
            Sweep(sensor, time, path, read_kitti_bin, count_kitti_bin)
            for sensor, time, path in self._files(reader, "sweeps", "sensor", self._lidars)
        ]
        images = [CameraImage(*parts) for parts in self._files(reader, "images", "camera", self._cameras)]
        reader.finish()
        return Frame(index, stamp, tuple(sweeps), tuple(images), name, cameras)

    def _files(
        self, reader: JsonFields, name: str, key: str, sensors: frozenset[str]
    ) -> Iterator[tuple[str, int, Path]]:
        for index, value in enumerate(expect_list(reader.raw(name), f"{reader.where}.{name}")):
            entry = JsonFields(value, f"{reader.where}.{name}[{index}]")
            sensor, stamp = entry.text(key), time_ns(entry, "timestamp_ns")
            if sensor not in sensors:
                raise entry.wrong(key, f"one of the rig's: {', '.join(sorted(sensors))}", sensor)
            path = self._find(entry.text("file", max_length=1000), entry)
            if name == "sweeps":
                entry.choice("form", (CLOUD_FORM,))
            entry.finish()
            if path is not None:
                yield sensor, stamp, path

    def _find(self, file: str, entry: JsonFields) -> Path | None:
        pure = PurePosixPath(file)
        if pure.is_absolute() or ".." in pure.parts or "\0" in file:
            raise RecordError(f"{entry.where}.file", f"expected a path inside the scene's folder, found {file[:60]!r}")
        folder = self._folder / pure.parent
        if pure.name not in self._names(folder):
            self._listing.complain(folder / pure.name, "expected a file that scene.json names, found none")
            return None
        return folder / pure.name

    def _list_names(self, folder: Path) -> frozenset[str]:
        """The files of a folder that lie inside the dataset, links followed."""
        if not self._listing.folder(folder):
            return frozenset()
        with os.scandir(folder) as entries:
            return frozenset(
                entry.name
                for entry in entries
                if entry.is_file() and (not entry.is_symlink() or self._listing.is_inside(folder / entry.name))
            )


def _folder(sensor: str) -> str:
    """A sensor's name as a folder's."""
    return sensor if is_file_name(sensor) else sensor.encode().hex()[:64]
