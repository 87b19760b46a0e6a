"""One scene of the tables as references to its clouds and images, with its rig and poses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeVar

import numpy as np

from calibration import SensorRig
from formats.checked_values import place_wgs84
from formats.format import Answers
from formats.listing import MAX_FRAMES, Listing
from formats.nuscenes.poses import read_world
from formats.nuscenes.rig import TOP_LIDAR, Sensor, build_rig, read_sensors
from formats.nuscenes.rows import (
    CAMERAS,
    DESKEW,
    IS_ABSENT,
    NAME,
    ROW_TIME,
    DataRow,
    Sample,
    read_data_row,
    read_sample,
    text_of,
)
from formats.nuscenes.sensor_folders import SensorFolders
from formats.nuscenes.sweep_bin import count_sweep_bin, read_sweep_bin
from formats.nuscenes.table_index import JsonObject
from formats.nuscenes.tables import Tables
from formats.nuscenes.tally import Tally
from fusion import CameraImage, Deskew, Frame, Scene, Sweep, nearest_within
from labels import RecordError
from pointcloud import count_pcd, read_pcd

FORMAT_NAME = "nuscenes"
FRAMES = "frames"
KEY_FRAMES, ALL_FRAMES = "key", "all"
NEAREST_NS = 50_000_000
"""An image this near to a sweep between key frames goes with it; the cameras run at 12 Hz, the lidar at 20."""
IS_SEQUENTIAL, ORIGIN = "is_sequential", "origin_wgs84"
Row = TypeVar("Row", Sample, DataRow)
Find = Callable[[DataRow], Sweep | CameraImage | None]


@dataclass(frozen=True)
class SceneRows:
    """What the tables say of one scene.

    Attributes:
        samples: In order of time, each at a time of its own.
        data: Clouds and images that are used, in order of time.
        sensors: Cameras and lidars by their calibration's token.
        own: The scene's row of ours; empty for datasets of others.
    """

    samples: tuple[Sample, ...]
    data: tuple[DataRow, ...]
    sensors: Mapping[str, Sensor]
    own: JsonObject


@dataclass(frozen=True)
class Moment:
    """What becomes a frame: a sample, or with ``frames=all`` a sweep between two."""

    timestamp_ns: int
    name: str
    data: tuple[DataRow, ...]
    carried: JsonObject


def read_scene(tables: Tables, token: str, folders: SensorFolders, assume: Answers) -> Scene:
    """Open one scene by its token; what cannot be used is among its problems.

    Raises:
        FormatError: A table cannot be read.
    """
    listing = Listing(root=tables.root, base=tables.folder)
    tally = Tally(listing)
    row = tables.scenes[token]
    takes_all = assume.get(FRAMES, KEY_FRAMES) == ALL_FRAMES
    rows = _read_rows(tables, token, takes_all, tally)
    rig = build_rig(tables, rows.sensors, rows.data, rows.own, tally)
    trajectory, map_from_world = read_world(tables, rows.data, rows.sensors, rows.own, tally)
    moments = list(_moments(rows, rig, takes_all))
    find = partial(_reference, rows.sensors, rig, folders, tables, tally)
    frames = tuple(_frame(index, moment, rig, find) for index, moment in enumerate(moments))
    used = {id(item) for moment in moments for item in moment.data}
    between = (find(item) for item in rows.data if id(item) not in used)
    sweeps_between = tuple(found for found in between if isinstance(found, Sweep))
    if not frames:
        listing.complain(tables.path("sample"), f"expected samples of {text_of(row, 'name')}, found none")
    tally.complain()
    return Scene(
        name=text_of(row, NAME),
        path=tables.folder,
        format=FORMAT_NAME,
        rig=rig,
        frames=frames,
        trajectory=trajectory,
        origin_wgs84=place_wgs84(rows.own.get(ORIGIN)),
        is_sequential=rows.own.get(IS_SEQUENTIAL) is not False,
        problems=tuple(listing.problems),
        map_from_world=map_from_world,
        map_name=text_of(tables.logs.get(text_of(row, "log_token")), "location"),
        sweeps_between=sweeps_between,
        assume=dict(assume),
    )


def _read_rows(tables: Tables, token: str, takes_all: bool, tally: Tally) -> SceneRows:
    number = tables.numbers[token]
    samples = read_samples(tables, token, tally)
    raw = tables.sample_data.of(number)
    calibrations = (text_of(row, "calibrated_sensor_token") for row in raw)
    sensors = read_sensors(tables, calibrations, tally)
    known = {sample.token for sample in samples}
    wanted = (row for row in raw if _is_wanted(row, sensors, takes_all))
    data = _checked(wanted, read_data_row, "sample_data", tables, tally)
    kept = sorted((row for row in data if row.sample in known), key=lambda row: (row.timestamp_ns, str(row.file)))
    return SceneRows(samples, tuple(kept), sensors, tables.own.get(token, {}))


def read_samples(tables: Tables, token: str, tally: Tally) -> tuple[Sample, ...]:
    """The samples of a scene in order of time, one a time; raises ``FormatError``."""
    rows = _checked(tables.samples.of(tables.numbers[token]), read_sample, "sample", tables, tally)
    samples: list[Sample] = []
    tokens: set[str] = set()
    for sample in sorted(rows, key=lambda sample: sample.timestamp_ns):
        if sample.token in tokens or (samples and sample.timestamp_ns == samples[-1].timestamp_ns):
            tally.add(tables.path("sample"), "samples repeat a token or a time: left out", sample.token)
        elif len(samples) == MAX_FRAMES:
            tally.add(tables.path("sample"), f"samples are more than {MAX_FRAMES} of one scene: left out", sample.token)
        else:
            samples.append(sample)
            tokens.add(sample.token)
    return tuple(samples)


def _checked(
    rows: Iterable[JsonObject], read: Callable[[JsonObject], Row], table: str, tables: Tables, tally: Tally
) -> list[Row]:
    found: list[Row] = []
    for row in rows:
        try:
            found.append(read(row))
        except (RecordError, ValueError, OverflowError) as error:
            tally.add(tables.path(table), "rows cannot be used", f"{text_of(row, 'token')[:40]}: {error}")
    return found


def _is_wanted(row: JsonObject, sensors: Mapping[str, Sensor], takes_all: bool) -> bool:
    """Whether a cloud or an image is one that frames, or the sweeps between them, refer to."""
    sensor = sensors.get(text_of(row, "calibrated_sensor_token"))
    return sensor is not None and (takes_all or sensor.kind == "lidar" or row.get("is_key_frame") is not False)


def _moments(rows: SceneRows, rig: SensorRig, takes_all: bool) -> Iterator[Moment]:
    """The frames to be, in order of time, each with the clouds and images that belong to it."""
    keys: defaultdict[str, list[DataRow]] = defaultdict(list)
    for item in rows.data:
        if item.is_key:
            keys[item.sample].append(item)
    found = {
        sample.timestamp_ns: Moment(
            sample.timestamp_ns,
            text_of(sample.carried, NAME) or sample.token,
            tuple(keys[sample.token]),
            sample.carried,
        )
        for sample in rows.samples
    }
    if takes_all:
        for moment in _between(rows, rig):
            if len(found) < MAX_FRAMES:
                found.setdefault(moment.timestamp_ns, moment)
    yield from (found[time] for time in sorted(found))


def _between(rows: SceneRows, rig: SensorRig) -> Iterator[Moment]:
    """A moment for every sweep of the first lidar that is no sample's, with what of the other sensors is nearest."""
    if not rig.lidars:
        return
    main = TOP_LIDAR if TOP_LIDAR in rig.lidars else rig.lidars[0]
    others: defaultdict[str, list[DataRow]] = defaultdict(list)
    sweeps: list[DataRow] = []
    for item in rows.data:
        name = rows.sensors[item.calibration].name
        if name != main:
            others[name].append(item)
        elif not item.is_key:
            sweeps.append(item)
    times_ns = [sweep.timestamp_ns for sweep in sweeps]
    near: list[list[DataRow]] = [[sweep] for sweep in sweeps]
    for items in others.values():
        found = nearest_within([item.timestamp_ns for item in items], times_ns, NEAREST_NS, reuse=True)
        for index in np.flatnonzero(found >= 0).tolist():
            near[index].append(items[found[index]])
    for sweep, data in zip(sweeps, near, strict=True):
        yield Moment(sweep.timestamp_ns, sweep.file.name, tuple(data), {})


def _reference(
    sensors: Mapping[str, Sensor],
    rig: SensorRig,
    folders: SensorFolders,
    tables: Tables,
    tally: Tally,
    row: DataRow,
) -> Sweep | CameraImage | None:
    """A cloud or image whose file is there."""
    sensor = sensors[row.calibration]
    if row.carried.get(IS_ABSENT) is True or sensor.name not in (*rig.lidars, *rig.cameras):
        return None
    path = folders.find(row.file, tally)
    if path is None:
        return None
    if sensor.kind == "camera":
        row_time = row.carried.get(ROW_TIME)
        row_time_ns = row_time if isinstance(row_time, int) and abs(row_time) < 10**9 else 0
        return CameraImage(sensor.name, row.timestamp_ns, path, row_time_ns=row_time_ns)
    readers = {".bin": (read_sweep_bin, count_sweep_bin), ".pcd": (read_pcd, count_pcd)}
    if path.suffix.lower() not in readers:
        tally.add(tables.path("sample_data"), "clouds are neither .bin nor .pcd: left out", row.file.name)
        return None
    read, count = readers[path.suffix.lower()]
    return Sweep(sensor.name, row.timestamp_ns, path, read, count, deskew=_deskew(sensor))


def _deskew(sensor: Sensor) -> Deskew:
    """The dataset's clouds are corrected for the car's motion by its makers."""
    carried: Literal["off", "on", "done"] = "done"
    if sensor.carried.get(DESKEW) in ("off", "on"):
        carried = sensor.carried[DESKEW]
    return carried


def _frame(index: int, moment: Moment, rig: SensorRig, find: Find) -> Frame:
    sweeps: dict[str, Sweep] = {}
    images: dict[str, CameraImage] = {}
    for row in moment.data:
        found = find(row)
        if isinstance(found, Sweep):
            sweeps.setdefault(found.sensor, found)
        elif found is not None:
            images.setdefault(found.camera, found)
    listed = moment.carried.get(CAMERAS)
    cameras = tuple(name for name in listed if name in rig.cameras) if isinstance(listed, list) else None
    return Frame(
        index,
        moment.timestamp_ns,
        tuple(sweeps[name] for name in rig.lidars if name in sweeps),
        tuple(images[name] for name in rig.cameras if name in images),
        moment.name,
        cameras,
    )
