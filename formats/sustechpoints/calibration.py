"""``calib/camera/<name>.json``: an extrinsic of 16 numbers from lidar to camera, an intrinsic of 9, maybe a rect."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from calibration import Intrinsics, Pinhole
from formats.checked_values import finite_numbers
from formats.json_files import read_object_or_complain
from formats.listing import Listing
from geometry import SE3

TOLERANCE = 1e-2
"""Rotations are written with few digits, or come from a fit."""


@dataclass(frozen=True)
class CameraFile:
    """What a camera's file says, before it is known how matrices are laid out.

    Attributes:
        path: The file.
        extrinsic: 16 numbers.
        intrinsic: 9 numbers, row by row.
        rect: 16 or 9 numbers, or None.
    """

    path: Path
    extrinsic: tuple[float, ...]
    intrinsic: tuple[float, ...]
    rect: tuple[float, ...] | None


def read_camera_file(path: Path, listing: Listing) -> CameraFile | None:
    """The numbers of a file, or None where it is not usable, which is said."""
    fields = read_object_or_complain(path, listing)
    if fields is None:
        return None
    extrinsic, intrinsic = _numbers(fields.get("extrinsic"), (16,)), _numbers(fields.get("intrinsic"), (9,))
    if extrinsic is None or intrinsic is None:
        listing.complain(path, "expected an extrinsic of 16 numbers and an intrinsic of 9, found something else")
        return None
    rect = fields.get("rect")
    numbers = None if rect is None else _numbers(rect, (16, 9))
    if rect is not None and numbers is None:
        listing.complain(path, "expected a rect of 16 or 9 numbers, found something else: not used")
    return CameraFile(path, extrinsic, intrinsic, numbers)


def camera_place(file: CameraFile, layout: str, listing: Listing) -> SE3 | None:
    """``cam_from_lidar``, or None where it is no rigid transform, which is said."""
    try:
        place = _rigid(file.extrinsic, layout)
        return place if file.rect is None else _rigid(file.rect, layout) @ place
    except ValueError as error:
        listing.complain(file.path, f"expected a rigid transform laid out {layout}, found another ({error})")
        return None


def camera_model(file: CameraFile, size_px: tuple[int, int], listing: Listing) -> Pinhole | None:
    """How the camera sees, or None where the numbers are no pinhole's, which is said."""
    fx, _, cx, _, fy, cy = file.intrinsic[:6]
    try:
        return Pinhole(fx, fy, cx, cy, *size_px)
    except ValueError as error:
        listing.complain(file.path, f"expected intrinsics fx 0 cx 0 fy cy 0 0 1, found others ({error})")
        return None


def camera_text(camera: Intrinsics, cam_from_lidar: SE3) -> str:
    """Inverse of the readers: row by row, without a rect."""
    intrinsic = [camera.fx_px, 0.0, camera.cx_px, 0.0, camera.fy_px, camera.cy_px, 0.0, 0.0, 1.0]
    value = {"extrinsic": cam_from_lidar.matrix.ravel().tolist(), "intrinsic": intrinsic}
    return json.dumps(value, indent=1) + "\n"


def _numbers(value: Any, counts: tuple[int, ...]) -> tuple[float, ...] | None:
    """So many numbers, in one list or row by row in lists."""
    if isinstance(value, list) and value and all(isinstance(row, list) for row in value):
        value = [number for row in value for number in row]
    return finite_numbers(value) if isinstance(value, list) and len(value) in counts else None


def _rigid(numbers: tuple[float, ...], layout: str) -> SE3:
    """Raises ``ValueError`` where the numbers are no rigid transform in that layout."""
    side = 4 if len(numbers) == 16 else 3
    matrix = np.eye(4)
    square = np.array(numbers).reshape(side, side)
    matrix[:side, :side] = square if layout == "row-major" else square.T
    if np.abs(matrix[3] - (0.0, 0.0, 0.0, 1.0)).max() > TOLERANCE:
        raise ValueError(f"the fourth row must be 0 0 0 1, got {' '.join(f'{number:g}' for number in matrix[3])}")
    return SE3.from_matrix(matrix, TOLERANCE)
