"""Waymo's ``camera_image`` component: pictures by row, when they were taken, and where the vehicle was then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from formats.arrow_columns import ArrowColumns
from formats.errors import FormatError
from formats.listing import Listing
from formats.waymo.calibrations import CAMERA_KEY, CAMERAS, read_or_complain, transform
from formats.waymo.components import read_row
from fusion import CameraImage, ImageFileError, Problem
from geometry import SE3

COMPONENT = "[CameraImageComponent]"
IMAGE, POSE = f"{COMPONENT}.image", f"{COMPONENT}.pose.transform"
POSE_TIME = f"{COMPONENT}.pose_timestamp"
SHUTTER = f"{COMPONENT}.rolling_shutter_params.shutter"
TRIGGERED = f"{COMPONENT}.rolling_shutter_params.camera_trigger_time"
READ_OUT = f"{COMPONENT}.rolling_shutter_params.camera_readout_done_time"
FRAME_KEY = "key.frame_timestamp_micros"
TOP_TO_BOTTOM, BOTTOM_TO_TOP = 1, 3
MAX_READOUT_S = 1.0
MAX_TIME_S = 9e9


@dataclass(frozen=True)
class ImageRow:
    """One row of the component.

    Attributes:
        row: Its number.
        frame_micros: The frame that it belongs to.
        camera: The camera's name.
        time_ns: The middle of its exposure, or None where the row has no time.
        readout_ns: From the first line's exposure to the last's.
        pose_time_ns: When the vehicle was at its pose, or None.
        map_from_ego: That pose, or None.
    """

    row: int
    frame_micros: int
    camera: str
    time_ns: int | None
    readout_ns: int
    pose_time_ns: int | None
    map_from_ego: SE3 | None


@dataclass(frozen=True)
class ImageLoader:
    """Reads the picture of one row, as ``CameraImage.load``.

    Attributes:
        row: The row.
    """

    row: int

    def __call__(self, path: Path) -> bytes:
        """The JPEG's bytes; raises ``ImageFileError``."""
        try:
            return read_row(path, (IMAGE,), self.row).blob(IMAGE)
        except FormatError as error:
            raise ImageFileError(path, error.reason) from error


def read_image_rows(path: Path, listing: Listing) -> list[ImageRow]:
    """All rows that name a frame and a camera; pictures are not read."""
    columns = (FRAME_KEY, CAMERA_KEY, POSE, POSE_TIME, SHUTTER, TRIGGERED, READ_OUT)
    table = read_or_complain(path, columns, listing)
    if table is None:
        return []
    try:
        return _rows(table, listing)
    except FormatError as error:
        listing.problems.append(Problem.of(error, listing.base))
        return []


def make_image(row: ImageRow, path: Path, frame_time_ns: int, direction: int, height_px: int) -> CameraImage:
    """The reference to one picture; its time is the frame's where the row has none.

    Waymo's shutters mostly roll over columns, which a row time cannot say: it is 0 then, and the time the middle's.
    """
    sign = {TOP_TO_BOTTOM: 1, BOTTOM_TO_TOP: -1}.get(direction, 0)
    time_ns = frame_time_ns if row.time_ns is None else row.time_ns
    row_time_ns = sign * row.readout_ns // height_px
    return CameraImage(
        row.camera,
        time_ns,
        path,
        part=str(row.row),
        load=ImageLoader(row.row),
        suffix=".jpg",
        row_time_ns=row_time_ns,
    )


def _rows(table: ArrowColumns, listing: Listing) -> list[ImageRow]:
    frames, cameras = table.whole_numbers(FRAME_KEY).tolist(), table.whole_numbers(CAMERA_KEY).tolist()
    seconds: Mapping[str, list[float]] = {
        name: table.numbers(name).tolist() if table.has(name) else [np.nan] * len(table)
        for name in (POSE_TIME, SHUTTER, TRIGGERED, READ_OUT)
    }
    matrices = table.lists(POSE) if table.has(POSE) else [None] * len(table)
    rows: list[ImageRow] = []
    for row, (frame, number) in enumerate(zip(frames, cameras, strict=True)):
        if number not in CAMERAS or frame < 0:
            listing.complain(table.path, f"row {row}: expected a frame's time and a camera, found {frame} and {number}")
            continue
        middle, readout = _exposure(*(seconds[name][row] for name in (TRIGGERED, READ_OUT, SHUTTER)))
        pose_time = _nanoseconds(seconds[POSE_TIME][row])
        try:
            place = transform(matrices[row])
        except ValueError:
            place = None  # without a pose of its own the frames' are between
        time_ns = pose_time if middle is None else middle
        rows.append(ImageRow(row, frame, CAMERAS[number], time_ns, readout, pose_time, place))
    return rows


def _exposure(triggered_s: float, read_out_s: float, shutter_s: float) -> tuple[int | None, int]:
    """The time of the picture's middle, and how long the readout rolls, both in nanoseconds."""
    start, end = _nanoseconds(triggered_s), _nanoseconds(read_out_s)
    if start is None or end is None or not 0 <= end - start <= MAX_READOUT_S * 1e9:
        return None, 0
    shutter = shutter_s if 0 <= shutter_s <= MAX_READOUT_S else 0.0
    return (start + end) // 2, max(end - start - round(shutter * 1e9), 0)


def _nanoseconds(seconds: float) -> int | None:
    """Whole microseconds, as many as a float64 of seconds since 1970 has, in nanoseconds."""
    return round(seconds * 1e6) * 1000 if 0 < seconds < MAX_TIME_S else None
