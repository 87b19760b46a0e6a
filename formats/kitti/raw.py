"""KITTI raw drives: ``<date>/<date>_drive_<n>_sync`` with the three calibration files in the date's folder."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from formats.errors import FormatError
from formats.format import (
    NO_ANSWERS,
    Answers,
    Dataset,
    LabelReading,
    Loss,
    Question,
    SceneExport,
    SensorFile,
    WriteReport,
)
from formats.kitti.calib import CAMERA_FILE, CAMERAS, read_raw_calib
from formats.kitti.clouds import CLOUD_SUFFIXES
from formats.kitti.drive import NOMINAL_STEP_NS, DriveFiles, make_frames, make_rig, name_missing
from formats.kitti.files import frame_count_of, missing_line
from formats.kitti.make_tracklets import TrackletMaker
from formats.kitti.oxts import OxtsRow, Wgs84, read_oxts_row, trajectory_from_oxts
from formats.kitti.read_tracklets import TRACKLETS, read_drive_labels, tracklet_frame_count
from formats.kitti.taxonomy import KITTI_TAXONOMY
from formats.kitti.write_raw import raw_sensor_files, write_raw_labels
from formats.listing import IMAGE_SUFFIXES, Listing, folders_in, read_text
from fusion import Problem, Scene
from geometry import Trajectory
from labels import Taxonomy

TIME = re.compile(r"(19[7-9]|20\d|21\d)\d-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{1,9})?", re.ASCII)
"""Years of which nanoseconds since 1970 fit 64 bits."""
SENSOR_FOLDERS = ("velodyne_points/data", "oxts/data", *(f"{camera}/data" for camera in sorted(CAMERAS)))


@dataclass(frozen=True)
class KittiRaw:
    """Raw drives, opened by a drive's folder, a date's folder, or a folder of dates."""

    name: str = "kitti-raw"
    title: str = "KITTI raw data"
    looks_for: str = (
        "a drive's folder with velodyne_points/data, oxts/data, image_02/data or tracklet_labels.xml, or a folder of"
        " drives"
    )
    default_taxonomy: Taxonomy = KITTI_TAXONOMY
    questions: tuple[Question, ...] = ()
    can_read_scenes: bool = True
    can_read_labels: bool = True
    can_write_labels: bool = True
    is_last_resort: bool = False

    def detect(self, path: Path) -> bool:
        """Whether the folder is a drive or holds one, at most two levels down."""
        return bool(_drives(path))

    def open_dataset(self, path: Path, assume: Answers = NO_ANSWERS) -> Dataset:  # noqa: ARG002 - asks nothing
        """Open every drive of a folder."""
        drives = _drives(path)
        if not drives:
            raise FormatError(path, f"expected {self.looks_for}, found none")
        listing = Listing(root=path.resolve(), base=path.resolve())
        inside = [drive.resolve() for drive in drives if listing.is_inside(drive)]
        scenes = [self.open_scene(drive, drive.name) for drive in inside]
        for scene in scenes:
            if not scene.frames:
                listing.complain(scene.path, "expected clouds, images or GPS/IMU rows, found none")
        return Dataset(self.name, path, tuple(scene for scene in scenes if scene.frames), tuple(listing.problems))

    def open_scene(self, path: Path, name: str, assume: Answers = NO_ANSWERS) -> Scene:  # noqa: ARG002
        """Open one drive by its folder."""
        drive = path.resolve()
        if not _is_drive(drive) or drive.name != name:
            raise FormatError(path, f"expected the drive {name}, found no sensor data of it")
        listing = Listing(root=drive.parent, base=drive)
        files = DriveFiles(
            drive / "velodyne_points",
            listing.numbered(drive / "velodyne_points" / "data", CLOUD_SUFFIXES),
            {camera: drive / camera for camera in CAMERAS},
            {camera: listing.numbered(drive / camera / "data", IMAGE_SUFFIXES) for camera in CAMERAS},
        )
        oxts = listing.numbered(drive / "oxts" / "data", (".txt",))
        frame_count = frame_count_of(files.clouds, oxts, *files.images.values())
        if not frame_count and listing.file(drive / TRACKLETS):
            frame_count = tracklet_frame_count(drive / TRACKLETS)
        calib = read_raw_calib(drive.parent, listing)
        rig = make_rig(calib, files, listing)
        times_ns = _frame_times(drive, frame_count, listing)
        name_missing(files, frame_count, sorted(CAMERAS), listing)
        trajectory, origin = _trajectory(drive, oxts, times_ns, listing)
        if calib.velodyne_from_imu is None:
            trajectory, origin = None, None  # the rows say where the IMU is, and ego is then the lidar
        return Scene(
            name,
            drive,
            self.name,
            rig,
            make_frames(files, times_ns, rig),
            trajectory,
            origin,
            problems=tuple(listing.problems),
        )

    def read_labels(self, scene: Scene) -> LabelReading:
        """The tracklets of ``tracklet_labels.xml``."""
        return read_drive_labels(scene)

    def write_labels(self, export: SceneExport, out: Path) -> WriteReport:
        """Write ``<date>/<drive>/tracklet_labels.xml`` and the calibration files, of a scene of any format."""
        return write_raw_labels(export, out)

    def sensor_files(self, export: SceneExport) -> Iterator[SensorFile]:
        """Clouds, images, times and poses."""
        return raw_sensor_files(export)

    def losses(self, exports: Sequence[SceneExport]) -> list[Loss]:
        """What tracklets cannot hold; raises ``FormatError`` where a scene is no drive or has no camera."""
        counts: Counter[str] = Counter()
        for export in exports:
            counts.update(TrackletMaker(export).losses())
        return [Loss(message, count) for message, count in counts.items()]


def _is_drive(path: Path) -> bool:
    return (path / TRACKLETS).is_file() or any((path / folder).is_dir() for folder in SENSOR_FOLDERS)


def _drives(path: Path) -> list[Path]:
    """The folder itself, or the drives below it, or those below the folders of dates in it."""
    if _is_drive(path):
        return [path]
    below = folders_in(path)
    drives = [folder for folder in below if _is_drive(folder)]
    dates = [folder for folder in below if (folder / CAMERA_FILE).is_file()]
    return drives or [drive for date in dates for drive in folders_in(date) if _is_drive(drive)]


def _frame_times(drive: Path, frame_count: int, listing: Listing) -> tuple[int, ...]:
    """The camera's trigger times; those of another sensor, or 10 Hz, where there are none."""
    for folder in (*CAMERAS, "velodyne_points", "oxts"):
        path = drive / folder / "timestamps.txt"
        if not listing.file(path):
            continue
        try:
            times = _read_timestamps(path)
        except FormatError as error:
            listing.problems.append(Problem.of(error, listing.base))
            continue
        if len(times) < frame_count:
            listing.complain(path, f"expected times of {frame_count} frames, found {len(times)}")
        elif any(later <= earlier for earlier, later in pairwise(times[:frame_count])):
            listing.complain(path, "expected times that rise, found one that does not")
        else:
            return tuple(times[:frame_count])
    listing.complain(drive, "expected timestamps.txt of a camera, found none to use: frames are taken as 10 Hz")
    return tuple(NOMINAL_STEP_NS * index for index in range(frame_count))


def _read_timestamps(path: Path) -> list[int]:
    """Nanoseconds since 1970, read as UTC, of lines such as ``2011-09-26 13:10:51.168593664``."""
    times: list[int] = []
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            if not TIME.fullmatch(line.strip()):
                raise ValueError(line)
            time = np.datetime64(line.strip().replace(" ", "T"), "ns")
        except ValueError as error:
            raise FormatError(
                path, f"expected a time as 2011-09-26 13:10:51.168, found {line[:40]!r}", number
            ) from error
        times.append(int(time.astype(np.int64)))
    return times


def _trajectory(
    drive: Path, files: Mapping[int, Path], frame_times_ns: Sequence[int], listing: Listing
) -> tuple[Trajectory | None, Wgs84 | None]:
    if not files:
        listing.complain(drive / "oxts", "expected GPS/IMU rows, found none: the scene has no world")
        return None, None
    rows: dict[int, OxtsRow] = {}
    for index, path in files.items():
        try:
            rows[index] = read_oxts_row(read_text(path), path, 1)
        except FormatError as error:
            listing.problems.append(Problem.of(error, listing.base))
    if len(files) < len(frame_times_ns):
        listing.complain(drive / "oxts", missing_line(len(frame_times_ns), files, "GPS/IMU row"))
    if not rows:
        return None, None
    row_times_ns = _row_times(drive / "oxts" / "timestamps.txt", rows, frame_times_ns, listing)
    return trajectory_from_oxts(rows, row_times_ns, frame_times_ns)


def _row_times(
    path: Path, rows: Mapping[int, OxtsRow], frame_times_ns: Sequence[int], listing: Listing
) -> dict[int, int]:
    """The rows' own times where they can be used, else the frames'."""
    simultaneous = {index: frame_times_ns[index] for index in rows}
    if not listing.file(path):
        return simultaneous
    try:
        times = _read_timestamps(path)
    except FormatError as error:
        listing.problems.append(Problem.of(error, listing.base))
        return simultaneous
    if len(times) <= max(rows) or any(later <= earlier for earlier, later in pairwise(times)):
        listing.complain(path, f"expected rising times of {max(rows) + 1} rows, found others: frames' times are used")
        return simultaneous
    # Clocks that have nothing to do with each other (nominal frame times) would send the car far away.
    if abs(times[0] - frame_times_ns[0]) > 10 * NOMINAL_STEP_NS:
        return simultaneous
    return {index: times[index] for index in rows}
