"""Which clouds and images of a scene get which rows of ``sample_data`` and which files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from calibration import SensorRig
from formats.errors import FormatError
from formats.format import SensorFile
from formats.nuscenes.rig import TOP_LIDAR
from formats.nuscenes.rows import MAX_TIME_US, NS_PER_US
from formats.nuscenes.sweep_bin import read_sweep_bin, write_sweep_bin
from formats.nuscenes.tokens import is_token, make_token
from formats.place_files import cloud_file, image_file, image_suffix
from formats.scene_names import is_file_name
from fusion import CameraImage, Scene, Sweep, nearest_within

CLOUD_SUFFIX = ".pcd.bin"
OWN_FORMAT = "nuscenes"
FOLDERS = ("samples", "sweeps")
EVER_NS = 2**63 - 1


@dataclass(frozen=True)
class PlannedData:
    """One row of ``sample_data``.

    Attributes:
        channel: The sensor as the tables name it.
        sensor: The sensor as the rig names it.
        timestamp_ns: When it was taken.
        frame_index: The frame that it belongs to, or that is nearest.
        is_key: Whether it belongs to the frame.
        file: Its file, relative to the dataset's root.
        item: The cloud or image; None for a frame without a cloud, which needs a row for its pose all the same.
    """

    channel: str
    sensor: str
    timestamp_ns: int
    frame_index: int
    is_key: bool
    file: str
    item: Sweep | CameraImage | None


def main_lidar(rig: SensorRig) -> str | None:
    """The lidar that becomes ``LIDAR_TOP``: the one of that name, else the first."""
    if TOP_LIDAR in rig.lidars:
        return TOP_LIDAR
    return rig.lidars[0] if rig.lidars else None


def channels_of(rig: SensorRig) -> dict[str, str]:
    """The tables' name of every lidar and camera: its own where that can name a folder."""
    main = main_lidar(rig)
    channels: dict[str, str] = {}
    for name in (*rig.lidars, *rig.cameras):
        usable = is_file_name(name) and name != TOP_LIDAR
        channels[name] = TOP_LIDAR if name == main else name if usable else make_token("channel", name)
    return channels


def sample_tokens(scene: Scene) -> list[str]:
    """The token of every frame; the dataset's own where the frames have them."""
    names = Counter(frame.name for frame in scene.frames)
    return [
        frame.name
        if scene.format == OWN_FORMAT and is_token(frame.name) and names[frame.name] == 1
        else make_token("sample", scene.name, frame.index)
        for frame in scene.frames
    ]


def plan_data(scene: Scene) -> list[PlannedData]:
    """Every row, in order of channel and time.

    Raises:
        FormatError: A time is before 1970 or absurdly late.
    """
    channels = channels_of(scene.rig)
    main = main_lidar(scene.rig)
    planner = _Planner(scene, channels)
    for frame in scene.frames:
        for sweep in frame.sweeps:
            planner.add(sweep.sensor, sweep.timestamp_ns, frame.index, True, sweep)
        if main is None or main not in {sweep.sensor for sweep in frame.sweeps}:
            planner.add(main or TOP_LIDAR, frame.timestamp_ns, frame.index, True, None)
        for image in frame.images:
            planner.add(image.camera, image.timestamp_ns, frame.index, True, image)
    between = scene.sweeps_between
    times_ns = [sweep.timestamp_ns for sweep in between]
    nearest = nearest_within(scene.frame_times_ns, times_ns, EVER_NS, reuse=True)
    for sweep, frame_index in zip(between, nearest.tolist(), strict=True):
        planner.add(sweep.sensor, sweep.timestamp_ns, frame_index, False, sweep)
    return sorted(planner.planned, key=lambda item: (item.channel, item.timestamp_ns, item.file))


def nuscenes_sensor_files(scene: Scene) -> Iterator[SensorFile]:
    """The files of all rows: the dataset's own bytes where they have this form, else clouds written anew."""
    for planned in plan_data(scene):
        if isinstance(planned.item, CameraImage):
            yield image_file(planned.file.removesuffix(image_suffix(planned.item)), planned.item)
        elif planned.item is not None and own_file(scene, planned.item.path) is not None:
            yield SensorFile(planned.file, planned.item.path)
        elif planned.item is not None:
            yield cloud_file(planned.file, planned.item, read_sweep_bin, write_sweep_bin)


def own_file(scene: Scene, path: Path) -> str | None:
    """A file's name in the dataset that a scene of this format was opened from, so that tables fit the files there."""
    root = scene.path.parent
    if scene.format != OWN_FORMAT or not path.is_relative_to(root):
        return None
    name = path.relative_to(root).as_posix()
    return name if name.startswith(tuple(f"{folder}/" for folder in FOLDERS)) else None


def micros(timestamp_ns: int, scene: Scene) -> int:
    """A time in whole microseconds, rounded down; raises ``FormatError`` on one that the tables cannot hold."""
    value = timestamp_ns // NS_PER_US
    if not 0 <= value <= MAX_TIME_US:
        raise FormatError(scene.path, f"expected times from 1970 on, found {timestamp_ns} ns in {scene.name}")
    return value


class _Planner:
    """Collects rows and gives each file a name of its own."""

    def __init__(self, scene: Scene, channels: dict[str, str]) -> None:
        self.planned: list[PlannedData] = []
        self._scene = scene
        self._channels = channels
        self._files: set[str] = set()

    def add(
        self, sensor: str, timestamp_ns: int, frame_index: int, is_key: bool, item: Sweep | CameraImage | None
    ) -> None:
        channel = self._channels.get(sensor, TOP_LIDAR)
        own = None if item is None or item.part else own_file(self._scene, item.path)
        if own is None or own in self._files:
            own = self._new_name(channel, timestamp_ns, is_key, item)
        self._files.add(own)
        self.planned.append(PlannedData(channel, sensor, timestamp_ns, frame_index, is_key, own, item))

    def _new_name(self, channel: str, timestamp_ns: int, is_key: bool, item: Sweep | CameraImage | None) -> str:
        suffix = image_suffix(item) if isinstance(item, CameraImage) else CLOUD_SUFFIX
        stamp = micros(timestamp_ns, self._scene)
        stem = f"{FOLDERS[not is_key]}/{channel}/{self._scene.name}__{channel}__{stamp:016d}"
        name, number = f"{stem}{suffix}", 1
        while name in self._files:
            name, number = f"{stem}_{number}{suffix}", number + 1
        return name
