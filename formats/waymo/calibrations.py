"""Waymo's calibration components: lidars and cameras of a segment, in our frames of reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration import BrownConrady, CameraModel, SensorRig
from formats.arrow_columns import ArrowColumns
from formats.errors import FormatError
from formats.listing import Listing
from formats.waymo.components import read_component
from formats.waymo.range_image import LidarCalibration
from fusion import Problem
from geometry import SE3

LIDARS: Mapping[int, str] = {
    1: "lidar_top",
    2: "lidar_front",
    3: "lidar_side_left",
    4: "lidar_side_right",
    5: "lidar_rear",
}
CAMERAS: Mapping[int, str] = {
    1: "camera_front",
    2: "camera_front_left",
    3: "camera_front_right",
    4: "camera_side_left",
    5: "camera_side_right",
}
"""By the number that stands for them in ``LaserName`` and ``CameraName``; some names are both, so ours say which."""
TOP = LIDARS[1]
LASER_KEY, CAMERA_KEY = "key.laser_name", "key.camera_name"
LIDAR, CAMERA = "[LiDARCalibrationComponent]", "[CameraCalibrationComponent]"
MATRIX = "extrinsic.transform"
INTRINSIC = tuple(f"{CAMERA}.intrinsic.{name}" for name in ("f_u", "f_v", "c_u", "c_v"))
DISTORTION = tuple(f"{CAMERA}.intrinsic.{name}" for name in ("k1", "k2", "p1", "p2", "k3"))
SIZE = (f"{CAMERA}.width", f"{CAMERA}.height")
DIRECTION = f"{CAMERA}.rolling_shutter_direction"
BEAMS = tuple(f"{LIDAR}.beam_inclination.{name}" for name in ("min", "max", "values"))
MAX_SIZE_PX = 100_000
PIXEL_EDGE = 0.5
"""Waymo's pixel 0 begins at the picture's edge; ours is the middle of the first pixel."""

WAYMO_FROM_OPTICAL = SE3(np.array([[0.0, 0, 1], [-1, 0, 0], [0, -1, 0]]), np.zeros(3))
"""Waymo's cameras have x ahead, y left, z up; ours x right, y down, z ahead."""


@dataclass(frozen=True)
class Calibrations:
    """A segment's sensors.

    Attributes:
        rig: All of them.
        lidars: How their range images are read, by name.
        directions: The number of each camera's readout direction, by name.
    """

    rig: SensorRig
    lidars: Mapping[str, LidarCalibration]
    directions: Mapping[str, int]


def read_calibrations(split: Path, segment: str, listing: Listing) -> Calibrations:
    """Read both components of a segment; what cannot be used becomes problems."""
    lidars = _read_lidars(split / "lidar_calibration" / f"{segment}.parquet", listing)
    cameras, places, directions = _read_cameras(split / "camera_calibration" / f"{segment}.parquet", listing)
    places = {name: lidar.ego_from_lidar for name, lidar in lidars.items()} | places
    return Calibrations(SensorRig(places, cameras, tuple(lidars), images_are="raw"), lidars, directions)


def _read_lidars(path: Path, listing: Listing) -> dict[str, LidarCalibration]:
    table = read_or_complain(path, (LASER_KEY, f"{LIDAR}.{MATRIX}", *BEAMS), listing)
    found: dict[str, LidarCalibration] = {}
    if table is None:
        return found
    try:
        numbers, matrices = table.whole_numbers(LASER_KEY).tolist(), table.lists(f"{LIDAR}.{MATRIX}")
        lowest, highest, values = table.numbers(BEAMS[0]), table.numbers(BEAMS[1]), table.lists(BEAMS[2])
    except FormatError as error:
        listing.problems.append(Problem.of(error, listing.base))
        return found
    for row, number in enumerate(numbers):
        name = LIDARS.get(number)
        if name is None or name in found:
            listing.complain(path, f"row {row}: expected a lidar of its own, 1 to 5, found {number}")
            continue
        try:
            beams = _beams(values[row], lowest[row], highest[row])
            found[name] = LidarCalibration(transform(matrices[row]), *beams)
        except ValueError as error:
            listing.complain(path, f"row {row}: {name}: {error}")
    return found


def _beams(values: NDArray[Any] | None, low: float, high: float) -> tuple[tuple[float, ...], tuple[float, float]]:
    beams = () if values is None else tuple(float(value) for value in values)
    ends = (float(low), float(high)) if not beams else (min(beams), max(beams))
    if not np.isfinite([*beams, *ends]).all() or max(map(abs, ends)) > np.pi / 2:
        raise ValueError("expected beam inclinations within ±π/2, found others")
    return beams, ends


def _read_cameras(path: Path, listing: Listing) -> tuple[dict[str, CameraModel], dict[str, SE3], dict[str, int]]:
    wanted = (CAMERA_KEY, f"{CAMERA}.{MATRIX}", *INTRINSIC, *DISTORTION, *SIZE, DIRECTION)
    table = read_or_complain(path, wanted, listing)
    cameras: dict[str, CameraModel] = {}
    places: dict[str, SE3] = {}
    directions: dict[str, int] = {}
    if table is None:
        return cameras, places, directions
    try:
        numbers, matrices = table.whole_numbers(CAMERA_KEY).tolist(), table.lists(f"{CAMERA}.{MATRIX}")
        plane, distortion, size = table.matrix(INTRINSIC), table.matrix(DISTORTION), table.matrix(SIZE)
        direction = table.whole_numbers(DIRECTION, 0).tolist() if table.has(DIRECTION) else [0] * len(table)
    except FormatError as error:
        listing.problems.append(Problem.of(error, listing.base))
        return cameras, places, directions
    # FRONT is 1, and the camera that looks ahead comes first.
    for row in np.argsort(numbers, kind="stable").tolist():
        name = CAMERAS.get(numbers[row])
        if name is None or name in cameras:
            listing.complain(path, f"row {row}: expected a camera of its own, 1 to 5, found {numbers[row]}")
            continue
        try:
            place = transform(matrices[row]) @ WAYMO_FROM_OPTICAL
            cameras[name] = _camera(plane[row].tolist(), distortion[row].tolist(), size[row].tolist())
            places[name], directions[name] = place, direction[row]
        except ValueError as error:
            listing.complain(path, f"row {row}: {name}: {error}")
    return cameras, places, directions


def _camera(plane: list[float], distortion: list[float], size: list[float]) -> BrownConrady:
    f_u, f_v, c_u, c_v = plane
    if not all(1 <= side <= MAX_SIZE_PX for side in size):
        raise ValueError(f"width and height must be 1 … {MAX_SIZE_PX}, got {size}")
    return BrownConrady(f_u, f_v, c_u - PIXEL_EDGE, c_v - PIXEL_EDGE, int(size[0]), int(size[1]), tuple(distortion))


def transform(numbers: NDArray[Any] | None) -> SE3:
    """A row-major 4 × 4 matrix of 16 numbers; raises ``ValueError`` where it is no rigid transform."""
    if numbers is None or len(numbers) != 16:
        raise ValueError(f"expected a matrix of 16 numbers, found {0 if numbers is None else len(numbers)}")
    return SE3.from_matrix(np.asarray(numbers, dtype=np.float64).reshape(4, 4))


def read_or_complain(path: Path, columns: tuple[str, ...], listing: Listing) -> ArrowColumns | None:
    """A component's columns, or None where the file is missing or unusable, which becomes a problem."""
    if not listing.file(path):
        listing.complain(path, "expected this component of the segment, found no such file")
        return None
    try:
        return read_component(path, columns)
    except FormatError as error:
        listing.problems.append(Problem.of(error, listing.base))
        return None
