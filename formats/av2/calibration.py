"""AV2's ``calibration/``: where every sensor sits in ``ego``, and the cameras of its undistorted images."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from calibration import BrownConrady, CameraModel, ImagesAre, Pinhole, SensorRig
from formats.arrow_columns import ArrowColumns
from formats.av2.feather import feather_bytes, read_feather
from formats.av2.lenses import are_raw, carried_lenses, with_lens
from formats.av2.transforms import COLUMNS, read_transforms, transform_columns
from formats.checked_values import usable_text
from formats.errors import FormatError
from formats.listing import Listing
from fusion import Problem
from geometry import SE3

LIDAR = "lidar"
"""Both lidars as the sweeps hold them: one cloud in ``ego``."""
UP, DOWN = "up_lidar", "down_lidar"
AHEAD = "ring_front_center"
PLACES, INTRINSICS = "calibration/egovehicle_SE3_sensor.feather", "calibration/intrinsics.feather"
SENSOR = "sensor_name"
PLANE = ("fx_px", "fy_px", "cx_px", "cy_px")
RADIAL = ("k1", "k2", "k3")
SIZE = ("height_px", "width_px")
MAX_SIZE_PX = 100_000


def read_rig(log: Path, listing: Listing) -> SensorRig:
    """Read a log's rig; what cannot be used becomes problems.

    The set's images are undistorted, and its own program projects without k1, k2, k3: they tell of the lens that was.
    """
    places = _read_places(log / PLACES, listing)
    cameras: dict[str, CameraModel] = {}
    is_raw = False
    table = _table(log / INTRINSICS, (SENSOR, *PLANE, *SIZE), listing)
    if table is not None:
        is_raw = are_raw(table.carried)
        try:
            cameras = _read_cameras(table, places, listing)
        except FormatError as error:
            listing.problems.append(Problem.of(error, listing.base))
    if not is_raw:
        cameras = {name: camera for name, camera in cameras.items() if not camera.bends_lines}
    # The camera that looks ahead comes first.
    cameras = {name: cameras[name] for name in sorted(cameras, key=lambda name: name != AHEAD)}
    images_are: ImagesAre = "raw" if is_raw else "rectified"
    return SensorRig(places | {LIDAR: SE3.identity()}, cameras, (LIDAR,), images_are=images_are)


def calibration_files(rig: SensorRig) -> dict[str, bytes]:
    """Both files of a rig, by their names in the log."""
    places = {name: place for name, place in rig.ego_from_sensor.items() if name != LIDAR}
    lidars = [rig.ego_from_sensor[name] for name in rig.lidars] or [SE3.identity()]
    # The set's own program looks for both.
    places = {UP: lidars[0], DOWN: lidars[min(1, len(lidars) - 1)]} | places
    names = list(places)
    return {
        PLACES: feather_bytes({SENSOR: names, **transform_columns([places[name] for name in names])}),
        INTRINSICS: feather_bytes(_intrinsics(rig), carried_lenses(rig)),
    }


def _read_places(path: Path, listing: Listing) -> dict[str, SE3]:
    table = _table(path, (SENSOR, *COLUMNS), listing)
    places: dict[str, SE3] = {}
    if table is None:
        return places
    try:
        names, transforms = table.texts(SENSOR), read_transforms(table)
    except FormatError as error:
        listing.problems.append(Problem.of(error, listing.base))
        return places
    for row, name in enumerate(map(usable_text, names)):
        if name is None or name in places:
            listing.complain(path, f"row {row}: expected a sensor's name of its own, found {str(names[row])[:60]!r}")
        elif not transforms.usable[row]:
            listing.complain(path, f"row {row}: expected a unit quaternion and a place of {name}, found other numbers")
        else:
            places[name] = transforms.at(row)
    return places


def _read_cameras(table: ArrowColumns, places: dict[str, SE3], listing: Listing) -> dict[str, CameraModel]:
    names, plane, size = table.texts(SENSOR), table.matrix(PLANE), table.matrix(SIZE)
    cameras: dict[str, CameraModel] = {}
    for row, name in enumerate(map(usable_text, names)):
        if name is None or name in cameras or name not in places:
            found = f"found {str(names[row])[:60]!r}"
            listing.complain(table.path, f"row {row}: expected a camera of its own that {PLACES} places, {found}")
            continue
        try:
            height, width = _whole_size(size[row])
            fx_px, fy_px, cx_px, cy_px = plane[row].tolist()
            pinhole = Pinhole(fx_px, fy_px, cx_px, cy_px, width, height)
            cameras[name] = with_lens(pinhole, name, table.carried)
        except ValueError as error:
            listing.complain(table.path, f"row {row}: {name}: {error}")
    return cameras


def _whole_size(size: Any) -> tuple[int, int]:
    if not ((size >= 1) & (size <= MAX_SIZE_PX) & (size == np.floor(size))).all():
        raise ValueError(f"height_px and width_px must be whole numbers of 1 … {MAX_SIZE_PX}, got {size.tolist()}")
    return int(size[0]), int(size[1])


def _intrinsics(rig: SensorRig) -> dict[str, Any]:
    cameras = rig.cameras
    columns: dict[str, Any] = {SENSOR: list(cameras)}
    for name in PLANE:
        columns[name] = np.array([getattr(camera, name) for camera in cameras.values()], dtype=np.float64)
    radial = np.array([_radial(camera) for camera in cameras.values()], dtype=np.float64).reshape(-1, len(RADIAL))
    columns |= {name: np.ascontiguousarray(radial[:, index]) for index, name in enumerate(RADIAL)}
    for name in SIZE:
        columns[name] = np.array([getattr(camera, name) for camera in cameras.values()], dtype=np.uint32)
    return columns


def _radial(camera: CameraModel) -> tuple[float, float, float]:
    """The radial terms of a lens that has no more than the table can say; zero for others."""
    if not isinstance(camera, BrownConrady) or len(camera.coefficients) > 5:
        return 0.0, 0.0, 0.0
    k1, k2, _, _, k3 = (*camera.coefficients, 0.0)[:5]
    return k1, k2, k3


def _table(path: Path, columns: tuple[str, ...], listing: Listing) -> ArrowColumns | None:
    if not listing.file(path):
        listing.complain(path, "expected a calibration, found no such file")
        return None
    try:
        return read_feather(path, columns)
    except FormatError as error:
        listing.problems.append(Problem.of(error, listing.base))
        return None
