"""One Waymo segment as references to rows of its component files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median_low

import numpy as np

from formats.arrow_columns import ArrowColumns
from formats.checked_values import usable_text
from formats.errors import FormatError
from formats.format import Answers
from formats.listing import MAX_FRAMES, Listing
from formats.map_world import world_on_map
from formats.waymo.calibrations import (
    LASER_KEY,
    LIDARS,
    TOP,
    Calibrations,
    read_calibrations,
    read_or_complain,
    transform,
)
from formats.waymo.components import read_component
from formats.waymo.images import FRAME_KEY, ImageRow, make_image, read_image_rows
from formats.waymo.range_image import BOTH, PixelPoses, RangeImageCounter, RangeImageReader
from fusion import CameraImage, Frame, Problem, Scene, Sweep
from geometry import SE3, Trajectory

RETURNS_QUESTION = "lidar_returns"
POSE = "[VehiclePoseComponent].world_from_vehicle.transform"
LOCATION = "[StatsComponent].location"
SAME = 1e-6
"""Numbers of two matrices that say the same."""

Rows = Mapping[tuple[int, str], int]


@dataclass(frozen=True)
class _Files:
    """The component files of one segment."""

    split: Path
    segment: str

    def path(self, component: str) -> Path:
        return self.split / component / f"{self.segment}.parquet"


def open_segment(split: Path, segment: str, format_name: str, assume: Answers) -> Scene:
    """Open a segment; its frames are those of its poses, boxes, sweeps and images."""
    listing = Listing(root=split, base=split)
    files = _Files(split, segment)
    calibrations = read_calibrations(split, segment, listing)
    places = _read_poses(files.path("vehicle_pose"), listing)
    images = read_image_rows(files.path("camera_image"), listing)
    sweeps = _laser_rows(files.path("lidar"), listing)
    labelled = _labelled_frames(files.path("lidar_box"), listing)
    micros = sorted({*places, *labelled, *(row.frame_micros for row in images), *(frame for frame, _ in sweeps)})
    if len(micros) > MAX_FRAMES:
        listing.complain(split, f"expected at most {MAX_FRAMES} frames, found {len(micros)}: the first are taken")
    times = frame_times(micros[:MAX_FRAMES], places, images)
    trajectory, map_from_world = _world(times, places, images)
    maker = _FrameMaker(
        files,
        calibrations,
        times,
        places,
        sweeps,
        _laser_rows(files.path("lidar_pose"), listing) if any(name == TOP for _, name in sweeps) else {},
        images,
        assume.get(RETURNS_QUESTION, BOTH),
    )
    return Scene(
        segment,
        split,
        format_name,
        calibrations.rig,
        tuple(maker.frame(index, frame) for index, frame in enumerate(times)),
        trajectory,
        problems=tuple(listing.problems),
        map_from_world=map_from_world,
        map_name=_location(files.path("stats"), listing),
        assume=dict(assume),
    )


def frame_times(micros: list[int], places: Mapping[int, SE3], images: list[ImageRow]) -> dict[int, int]:
    """By the frame's own timestamp, the time in nanoseconds that its vehicle pose holds for.

    A frame's timestamp is the start of the lidar's turn, its pose that of the middle, taken with the front camera: so
    the time is that of an image with the very same pose. Frames without one are as late as the others.
    """
    late = {
        row.frame_micros: row.pose_time_ns - row.frame_micros * 1000
        for row in reversed(images)
        if row.pose_time_ns is not None and _is_same(row.map_from_ego, places.get(row.frame_micros))
    }
    usual = median_low(late.values()) if late else 0
    times = {frame: frame * 1000 + late.get(frame, usual) for frame in micros}
    if (np.diff(list(times.values())) <= 0).any():
        return {frame: frame * 1000 for frame in micros}
    return times


class _FrameMaker:
    """Puts the rows of one frame together."""

    def __init__(
        self,
        files: _Files,
        calibrations: Calibrations,
        times: Mapping[int, int],
        places: Mapping[int, SE3],
        sweeps: Rows,
        pixel_poses: Rows,
        images: list[ImageRow],
        returns: str,
    ) -> None:
        """Take what was read of the segment."""
        self._files, self._calibrations, self._times = files, calibrations, times
        self._places, self._sweeps, self._pixel_poses, self._returns = places, sweeps, pixel_poses, returns
        self._images: defaultdict[int, dict[str, ImageRow]] = defaultdict(dict)
        for row in images:
            self._images[row.frame_micros].setdefault(row.camera, row)

    def frame(self, index: int, micros: int) -> Frame:
        """The frame of a timestamp."""
        lidars = (name for name in self._calibrations.lidars if (micros, name) in self._sweeps)
        cameras = (camera for camera in self._calibrations.rig.cameras if camera in self._images[micros])
        return Frame(
            index,
            self._times[micros],
            tuple(self._sweep(micros, name) for name in lidars),
            tuple(self._image(self._images[micros][camera]) for camera in cameras),
            str(micros),
        )

    def _sweep(self, micros: int, name: str) -> Sweep:
        row, poses = self._sweeps[micros, name], None
        if (micros, name) in self._pixel_poses and micros in self._places:
            pose_row = self._pixel_poses[micros, name]
            poses = PixelPoses(self._files.path("lidar_pose"), pose_row, self._places[micros])
        reader = RangeImageReader(row, self._calibrations.lidars[name], poses, self._returns)
        path = self._files.path("lidar")
        return Sweep(
            name,
            self._times[micros],
            path,
            reader,
            RangeImageCounter(reader),
            part=str(row),
            deskew="off" if poses is None else "done",
        )

    def _image(self, row: ImageRow) -> CameraImage:
        direction = self._calibrations.directions[row.camera]
        height = self._calibrations.rig.cameras[row.camera].height_px
        return make_image(row, self._files.path("camera_image"), self._times[row.frame_micros], direction, height)


def _read_poses(path: Path, listing: Listing) -> dict[int, SE3]:
    table = read_or_complain(path, (FRAME_KEY, POSE), listing)
    places: dict[int, SE3] = {}
    if table is None:
        return places
    try:
        frames, matrices = table.whole_numbers(FRAME_KEY).tolist(), table.lists(POSE)
    except FormatError as error:
        listing.problems.append(Problem.of(error, listing.base))
        return places
    for row, (frame, matrix) in enumerate(zip(frames, matrices, strict=True)):
        try:
            if frame < 0 or frame in places:
                raise ValueError(f"expected a frame's time of its own, found {frame}")
            places[frame] = transform(matrix)
        except ValueError as error:
            listing.complain(path, f"row {row}: {error}")
    return places


def _laser_rows(path: Path, listing: Listing) -> dict[tuple[int, str], int]:
    """The row of each frame and lidar."""
    table = read_or_complain(path, (FRAME_KEY, LASER_KEY), listing)
    rows: dict[tuple[int, str], int] = {}
    if table is None:
        return rows
    try:
        frames, lasers = table.whole_numbers(FRAME_KEY).tolist(), table.whole_numbers(LASER_KEY).tolist()
    except FormatError as error:
        listing.problems.append(Problem.of(error, listing.base))
        return rows
    for row, (frame, laser) in enumerate(zip(frames, lasers, strict=True)):
        if laser in LIDARS and frame >= 0 and (frame, LIDARS[laser]) not in rows:
            rows[frame, LIDARS[laser]] = row
        else:
            listing.complain(path, f"row {row}: expected a frame and lidar of its own, found {frame} and {laser}")
    return rows


def _labelled_frames(path: Path, listing: Listing) -> set[int]:
    if not listing.file(path):
        return set()
    try:
        return {frame for frame in read_component(path, (FRAME_KEY,)).whole_numbers(FRAME_KEY).tolist() if frame >= 0}
    except FormatError:
        return set()  # reading the labels names it


def _world(
    times: Mapping[int, int], places: Mapping[int, SE3], images: list[ImageRow]
) -> tuple[Trajectory | None, SE3 | None]:
    """The world, which begins at the first frame's place, and the vehicle's way by frames and images."""
    known = [frame for frame in times if frame in places]
    if not known:
        return None, None
    samples = {
        row.pose_time_ns: row.map_from_ego
        for row in images
        if row.pose_time_ns is not None and row.map_from_ego is not None
    }
    samples |= {times[frame]: places[frame] for frame in known}
    ordered = sorted(samples)
    return world_on_map(ordered, [samples[time] for time in ordered], places[known[0]].translation)


def _location(path: Path, listing: Listing) -> str:
    """Where the segment was driven, as its statistics say; they may be missing."""
    if not listing.file(path):
        return ""
    try:
        table: ArrowColumns = read_component(path, (LOCATION,))
        texts = table.texts(LOCATION) if table.has(LOCATION) else []
    except FormatError as error:
        listing.problems.append(Problem.of(error, listing.base))
        return ""
    return (usable_text(texts[0]) if texts else None) or ""


def _is_same(first: SE3 | None, second: SE3 | None) -> bool:
    return first is not None and second is not None and bool(np.abs(first.matrix - second.matrix).max() <= SAME)
