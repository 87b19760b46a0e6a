"""What a calibration file leaves open about extrinsics, settled by looking at all sensors together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from formats.folder.calibration_file import MATRIX_TOLERANCE, Extrinsics, SensorEntry, from_angles
from formats.listing import Listing
from formats.settler import Settler
from geometry import SE3

LARGEST_RADIANS = 2 * np.pi
UPSIDE_DOWN_RAD = np.deg2rad(60.0)


def place_sensors(entries: Sequence[SensorEntry], listing: Listing, settler: Settler) -> dict[str, SE3]:
    """``ego_from_sensor`` of each entry; one that is no rigid transform is left out and named."""
    scale = _angle_scale(entries, settler)
    is_column = _is_column(entries, settler)
    found: dict[str, tuple[str, SE3]] = {}
    for entry in entries:
        try:
            found[entry.name] = entry.extrinsics.direction, _transform(entry.extrinsics, scale, is_column)
        except ValueError as error:
            listing.complain(listing.base, f"sensor {entry.name} is left out: {error}")
    to_ego = _open_direction(entries, found, settler) == "ego_from_sensor"
    return {
        name: transform
        if direction == "ego_from_sensor" or (direction == "extrinsic" and to_ego)
        else transform.inverse()
        for name, (direction, transform) in found.items()
    }


def _transform(extrinsics: Extrinsics, scale: float, is_column: bool) -> SE3:
    if extrinsics.transform is not None:
        return extrinsics.transform
    if extrinsics.matrix is not None:
        matrix = extrinsics.matrix.T if is_column else extrinsics.matrix
        if np.abs(matrix[3] - [0, 0, 0, 1]).max() > MATRIX_TOLERANCE:
            raise ValueError(f"expected a last row 0 0 0 1, found {matrix[3].tolist()}")
        return SE3.from_matrix(matrix, MATRIX_TOLERANCE)
    angles = np.zeros(3) if extrinsics.angles is None else extrinsics.angles
    return from_angles(angles * scale, extrinsics.translation_m)


def _angle_scale(entries: Sequence[SensorEntry], settler: Settler) -> float:
    angles = [entry.extrinsics.angles for entry in entries if entry.extrinsics.angles is not None]
    if not angles:
        return 1.0
    largest = float(np.abs(np.concatenate(angles)).max())
    answer = "degrees" if largest > LARGEST_RADIANS else "radians"
    why = f"the largest of {3 * len(angles)} angles is {largest:g}; a full turn is 6.28 radians"
    return np.pi / 180 if settler.settle("angles", answer, why, is_sure=largest > LARGEST_RADIANS) == "degrees" else 1.0


def _is_column(entries: Sequence[SensorEntry], settler: Settler) -> bool:
    matrices = [
        entry.extrinsics.matrix
        for entry in entries
        if entry.extrinsics.has_open_order and entry.extrinsics.matrix is not None
    ]
    if not matrices:
        return False
    corner = np.array([0.0, 0.0, 0.0, 1.0])
    by_row = sum(bool(np.allclose(matrix[3], corner, atol=MATRIX_TOLERANCE)) for matrix in matrices)
    by_column = sum(bool(np.allclose(matrix[:, 3], corner, atol=MATRIX_TOLERANCE)) for matrix in matrices)
    answer = "column" if by_column > by_row else "row"
    why = f"of {len(matrices)} matrices {by_row} end in 0 0 0 1 read by row, {by_column} read by column"
    return settler.settle("matrix_order", answer, why, is_sure=by_row != by_column) == "column"


def _open_direction(entries: Sequence[SensorEntry], found: dict[str, tuple[str, SE3]], settler: Settler) -> str:
    """A camera's image has its lower edge at the bottom in one direction; in the other it hardly ever has."""
    opened = [entry for entry in entries if entry.name in found and found[entry.name][0] == "extrinsic"]
    if not opened:
        return "ego_from_sensor"
    cameras = [found[entry.name][1].rotation for entry in opened if entry.type == "camera"]
    # The image's y axis in ego is a column of the one matrix and a row of the other; down is -z.
    forward = [float(np.arccos(np.clip(-rotation[2, 1], -1, 1))) for rotation in cameras]
    backward = [float(np.arccos(np.clip(-rotation[1, 2], -1, 1))) for rotation in cameras]
    if not cameras:
        why = "no camera's extrinsic leaves its direction open, and a lidar's looks alike both ways"
        return settler.settle("extrinsics", "ego_from_sensor", why, is_sure=False)
    ours, theirs = float(np.median(forward)), float(np.median(backward))
    answer = "ego_from_sensor" if ours <= theirs else "sensor_from_ego"
    why = (
        f"read as ego_from_sensor, {len(cameras)} cameras' lower edges point {np.rad2deg(ours):.0f}° off the ground,"
        f" as sensor_from_ego {np.rad2deg(theirs):.0f}°"
    )
    is_sure = min(ours, theirs) < UPSIDE_DOWN_RAD < max(ours, theirs)
    return settler.settle("extrinsics", answer, why, is_sure=is_sure)
