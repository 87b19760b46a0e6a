"""The sensors of a scene, from the calibrations that its clouds and images name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from calibration import CameraModel, ImagesAre, Pinhole, SensorRig
from formats.checked_values import finite_number
from formats.nuscenes.rows import CAMERA, IS_ABSENT, NAME, DataRow, carried_of, read_place, text_of
from formats.nuscenes.table_index import JsonObject
from formats.nuscenes.tables import Tables
from formats.nuscenes.tally import Tally
from formats.scene_codec import decode_place, decode_rig, encode_rig
from geometry import SE3
from labels import RecordError

TOP_LIDAR = "LIDAR_TOP"
CAMERA_ORDER = ("CAM_FRONT", "CAM_FRONT_RIGHT", "CAM_BACK_RIGHT", "CAM_BACK", "CAM_BACK_LEFT", "CAM_FRONT_LEFT")
"""The one that looks ahead first, then around the car with the clock."""
USUAL_SIZE_PX = (1600, 900)
FRAMES, IMAGES_ARE, ORDER, OFFSETS, REVISION = "frames", "images_are", "sensors", "clock_offset_ns", "revision"
"""What the scene's own row holds of the rig."""


@dataclass(frozen=True, slots=True)
class Sensor:
    """One calibrated sensor of a scene.

    Attributes:
        name: Its name in the rig.
        kind: What it is; others than these are not read.
        ego_from_sensor: Where it sits.
        intrinsics: fx, fy, cx, cy of a camera; zero for others.
        carried: What its row carries of ours.
    """

    name: str
    kind: Literal["camera", "lidar"]
    ego_from_sensor: SE3
    intrinsics: tuple[float, float, float, float]
    carried: JsonObject


def read_sensors(tables: Tables, tokens: Iterable[str], tally: Tally) -> dict[str, Sensor]:
    """The cameras and lidars among calibrated sensors, by token; what cannot be used is counted."""
    path, wanted = tables.path("calibrated_sensor"), sorted(set(tokens))
    rows = tables.calibrated_sensors.of(wanted)
    found: dict[str, Sensor] = {}
    for token in wanted:
        if token not in rows:
            tally.add(path, "calibrations that clouds or images name are missing", token)
            continue
        sensor_row = tables.sensors.get(text_of(rows[token], "sensor_token"))
        modality, channel = text_of(sensor_row, "modality"), text_of(sensor_row, "channel")
        if not channel or not modality:
            tally.add(path, "calibrations are of no sensor with a channel and a modality: left out", token)
            continue
        if modality not in ("camera", "lidar"):
            continue
        try:
            found[token] = _sensor(rows[token], channel, "camera" if modality == "camera" else "lidar")
        except (RecordError, ValueError) as error:
            tally.add(path, "calibrations cannot be used", f"{channel}: {error}")
    return found


def build_rig(
    tables: Tables, sensors: Mapping[str, Sensor], rows: Sequence[DataRow], own: JsonObject, tally: Tally
) -> SensorRig:
    """The rig of a scene.

    Args:
        tables: Where complaints are about.
        sensors: By their calibration's token.
        rows: The scene's clouds and images in order of time; the first calibration of a sensor that one names counts.
        own: The scene's row of ours, empty for datasets of others.
        tally: Counts what cannot be used.
    """
    chosen: dict[str, Sensor] = {}
    tokens: dict[str, str] = {}
    sizes: dict[str, tuple[int, int]] = {}
    for row in rows:
        sensor = sensors.get(row.calibration)
        if sensor is None or sensor.carried.get(IS_ABSENT) is True:
            continue
        chosen.setdefault(sensor.name, sensor)
        if all(row.size_px):
            sizes.setdefault(sensor.name, row.size_px)
        if tokens.setdefault(sensor.name, row.calibration) != row.calibration:
            tally.add(
                tables.path("sample_data"), "clouds or images of a second calibration: read with the first", sensor.name
            )
    order = _order(chosen, own)
    cameras = {name: _camera(chosen[name], sizes.get(name)) for name in order if chosen[name].kind == "camera"}
    places = {name: chosen[name].ego_from_sensor for name in order} | _own_frames(tables, own, tally)
    lidars = tuple(name for name in order if chosen[name].kind == "lidar")
    bends = any(camera.bends_lines for camera in cameras.values())
    images_are: ImagesAre = "raw" if bends or own.get(IMAGES_ARE) == "raw" else "rectified"
    return SensorRig(places, cameras, lidars, _offsets(own, places), images_are, _revision(own))


def _sensor(row: JsonObject, channel: str, kind: Literal["camera", "lidar"]) -> Sensor:
    intrinsics = _intrinsics(row) if kind == "camera" else (0.0, 0.0, 0.0, 0.0)
    carried = carried_of(row)
    return Sensor(text_of(carried, NAME) or channel, kind, read_place(row), intrinsics, carried)


def _intrinsics(row: JsonObject) -> tuple[float, float, float, float]:
    value = row.get("camera_intrinsic")
    numbers: list[float | None] = []
    if isinstance(value, list) and len(value) == 3 and all(isinstance(line, list) and len(line) == 3 for line in value):
        numbers = [finite_number(item) for line in value for item in line]
    usable = [number for number in numbers if number is not None]
    if len(usable) != 9:
        raise RecordError("camera_intrinsic", f"expected 3 × 3 finite numbers, found {value!r:.60}")
    fx, skew, cx, _, fy, cy, *last = usable
    if skew or usable[3] or last != [0, 0, 1]:
        raise RecordError("camera_intrinsic", "expected fx 0 cx, 0 fy cy, 0 0 1, found other zeros or ones")
    Pinhole(fx, fy, cx, cy, 1, 1)
    return fx, fy, cx, cy


def _camera(sensor: Sensor, size_px: tuple[int, int] | None) -> CameraModel:
    width, height = size_px or USUAL_SIZE_PX
    pinhole = Pinhole(*sensor.intrinsics, width, height)
    carried = _carried_camera(sensor)
    # Somebody may have calibrated anew since the lens was carried.
    is_same = carried is not None and all(
        getattr(carried, name) == getattr(pinhole, name)
        for name in ("fx_px", "fy_px", "cx_px", "cy_px", "width_px", "height_px")
    )
    return carried if carried is not None and is_same else pinhole


def _carried_camera(sensor: Sensor) -> CameraModel | None:
    value = sensor.carried.get(CAMERA)
    if not isinstance(value, dict):
        return None
    places = encode_rig(SensorRig({sensor.name: SE3.identity()}, {}, ()))
    try:
        return decode_rig(places | {"cameras": {sensor.name: value}, "images_are": "raw"}, "").cameras[sensor.name]
    except (RecordError, ValueError, TypeError, OverflowError):
        return None


def _order(chosen: Mapping[str, Sensor], own: JsonObject) -> list[str]:
    """The sensors' names: as our row has them, else the standard's cameras around the car, then by name."""
    listed = own.get(ORDER)
    known = [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []
    known += [TOP_LIDAR, *CAMERA_ORDER]
    return sorted(chosen, key=lambda name: (known.index(name) if name in known else len(known), name))


def _own_frames(tables: Tables, own: JsonObject, tally: Tally) -> dict[str, SE3]:
    """Frames of reference that are no sensors, such as KITTI's ``rect``."""
    value = own.get(FRAMES)
    places: dict[str, SE3] = {}
    for name, place in value.items() if isinstance(value, dict) else ():
        try:
            places[name] = decode_place(place, name)
        except (RecordError, ValueError, OverflowError) as error:
            tally.add(tables.path("truebox"), "frames of reference cannot be used", str(error))
    return places


def _offsets(own: JsonObject, places: Mapping[str, SE3]) -> dict[str, int]:
    value = own.get(OFFSETS)
    found = value.items() if isinstance(value, dict) else ()
    return {name: offset for name, offset in found if name in places and _is_index(offset, 2**62)}


def _revision(own: JsonObject) -> int:
    value = own.get(REVISION)
    return value if isinstance(value, int) and _is_index(value, 2**31) and value > 0 else 1


def _is_index(value: Any, limit: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < limit


def camera_matrix(camera: Any) -> list[list[float]]:
    """The 3 × 3 numbers of a camera, without its lens."""
    return [[camera.fx_px, 0.0, camera.cx_px], [0.0, camera.fy_px, camera.cy_px], [0.0, 0.0, 1.0]]


def encoded_camera(name: str, camera: CameraModel) -> JsonObject:
    """A camera with its lens as a JSON object; raises ``ValueError`` on a model that is not known."""
    rig = SensorRig({name: SE3.identity()}, {name: camera}, (), images_are="raw")
    value: JsonObject = encode_rig(rig)["cameras"][name]
    return value
