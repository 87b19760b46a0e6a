"""KITTI's tracking set: ``velodyne/0003/000000.bin``, ``image_02/0003/…``, ``oxts/0003.txt``, ``label_02/0003.txt``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

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
from formats.kitti.calib import CAMERAS, LABEL_CAMERA, read_object_calib
from formats.kitti.clouds import CLOUD_SUFFIXES
from formats.kitti.drive import NOMINAL_STEP_NS, DriveFiles, make_frames, make_rig, name_missing
from formats.kitti.files import frame_count_of, missing_line
from formats.kitti.losses import tracking_losses
from formats.kitti.oxts import OxtsRow, read_oxts_row, trajectory_from_oxts
from formats.kitti.read_labels import read_tracking_labels
from formats.kitti.taxonomy import KITTI_TAXONOMY
from formats.kitti.write_labels import tracking_sensor_files, write_tracking_labels
from formats.listing import IMAGE_SUFFIXES, MAX_FRAMES, Listing, entries_in, folders_in, read_text
from fusion import Problem, Scene
from labels import Taxonomy

SEQUENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.~-]*")
FRAME_NUMBER = re.compile(r"[0-9]{1,20}")
SENSOR_FOLDERS = ("velodyne", *sorted(CAMERAS))


@dataclass(frozen=True)
class KittiTracking:
    """The tracking set, opened by its folder or by the ``training`` (or ``testing``) folder in it."""

    name: str = "kitti-tracking"
    title: str = "KITTI tracking"
    looks_for: str = "label_02/*.txt, velodyne/<sequence>/ or image_02/<sequence>/, also below training/"
    default_taxonomy: Taxonomy = KITTI_TAXONOMY
    questions: tuple[Question, ...] = ()
    can_read_scenes: bool = True
    can_read_labels: bool = True
    can_write_labels: bool = True
    is_last_resort: bool = False

    def detect(self, path: Path) -> bool:
        """Whether the folder, or training/ or testing/ in it, holds sequences."""
        return _split(path) is not None

    def open_dataset(self, path: Path, assume: Answers = NO_ANSWERS) -> Dataset:  # noqa: ARG002 - asks nothing
        """Open every sequence of a folder."""
        split = _split(path)
        if split is None:
            raise FormatError(path, f"expected {self.looks_for}, found none")
        listing = Listing(root=path.resolve(), base=path.resolve())
        if not listing.is_inside(split):
            return Dataset(self.name, path, (), tuple(listing.problems))
        names = _sequences(split)
        for calib in sorted(split.glob("calib/*.txt")):
            if SEQUENCE.fullmatch(calib.stem) and calib.stem not in names:
                listing.complain(calib, "a calibration without sensor data or labels: no scene")
        scenes = [self.open_scene(split, name) for name in names]
        for scene in scenes:
            if not scene.frames:
                listing.complain(split / "label_02" / f"{scene.name}.txt", f"sequence {scene.name} has no frame")
        return Dataset(self.name, path, tuple(scene for scene in scenes if scene.frames), tuple(listing.problems))

    def open_scene(self, path: Path, name: str, assume: Answers = NO_ANSWERS) -> Scene:  # noqa: ARG002
        """Open one sequence of a ``training`` folder."""
        root = path.resolve()
        if not SEQUENCE.fullmatch(name) or name not in _sequences(root):
            raise FormatError(path, f"expected the sequence {name}, found no data of it")
        listing = Listing(root=root, base=root)
        folders = {camera: root / camera / name for camera in CAMERAS}
        files = DriveFiles(
            root / "velodyne" / name,
            listing.numbered(root / "velodyne" / name, CLOUD_SUFFIXES),
            folders,
            {camera: listing.numbered(folder, IMAGE_SUFFIXES) for camera, folder in folders.items()},
        )
        oxts_path, labels_path = root / "oxts" / f"{name}.txt", root / "label_02" / f"{name}.txt"
        oxts = _read_oxts(oxts_path, listing)
        labelled = _labelled_frames(labels_path, listing)
        frame_count = frame_count_of(files.clouds, oxts, labelled, *files.images.values())
        calib = read_object_calib(root / "calib" / f"{name}.txt", listing)
        rig = make_rig(calib, files, listing)
        times_ns = tuple(NOMINAL_STEP_NS * index for index in range(frame_count))
        expected = [camera for camera in CAMERAS if camera == LABEL_CAMERA or folders[camera].is_dir()]
        name_missing(files, frame_count, expected, listing)
        _name_missing_oxts(oxts_path, oxts, frame_count, listing)
        trajectory, origin = None, None
        # The rows say where the IMU is, which is ego only where its place on the vehicle is known.
        if oxts and calib.velodyne_from_imu is not None:
            trajectory, origin = trajectory_from_oxts(oxts, {i: times_ns[i] for i in oxts}, times_ns)
        frames = make_frames(files, times_ns, rig)
        return Scene(name, root, self.name, rig, frames, trajectory, origin, problems=tuple(listing.problems))

    def read_labels(self, scene: Scene) -> LabelReading:
        """The rows of ``label_02/<scene>.txt``."""
        return read_tracking_labels(scene)

    def write_labels(self, export: SceneExport, out: Path) -> WriteReport:
        """Write ``label_02/<scene>.txt`` and ``calib/<scene>.txt``, of a scene of any format."""
        return write_tracking_labels(export, out)

    def sensor_files(self, export: SceneExport) -> Iterator[SensorFile]:
        """Clouds and images under the frames' numbers, and the poses."""
        return tracking_sensor_files(export)

    def losses(self, exports: Sequence[SceneExport]) -> list[Loss]:
        """What rows cannot hold."""
        return tracking_losses(exports)


def _split(path: Path) -> Path | None:
    """The folder that holds the sequences: the given one, its ``training``, or its ``testing``."""
    return next((split for split in (path, path / "training", path / "testing") if _sequences(split)), None)


def _sequences(split: Path) -> list[str]:
    """The names of all sequences that have sensor data or labels."""
    folders = (entry for sensor in SENSOR_FOLDERS for entry in folders_in(split / sensor))
    labels = (entry.stem for entry in entries_in(split / "label_02") if entry.suffix == ".txt")
    # A raw drive keeps its images in folders named data.
    names = {entry.name for entry in folders if entry.name != "data"}.union(labels)
    return sorted(name for name in names if SEQUENCE.fullmatch(name))


def _read_oxts(path: Path, listing: Listing) -> dict[int, OxtsRow]:
    rows: dict[int, OxtsRow] = {}
    if not listing.file(path):
        return rows
    try:
        lines = read_text(path).splitlines()
    except FormatError as error:
        listing.problems.append(Problem.of(error, listing.base))
        return rows
    for index, text in enumerate(lines[:MAX_FRAMES]):
        try:
            rows[index] = read_oxts_row(text, path, index + 1)
        except FormatError as error:
            listing.problems.append(Problem.of(error, listing.base))
    return rows


def _labelled_frames(path: Path, listing: Listing) -> set[int]:
    """The frame numbers of a label file's first column; rows that cannot be read are named when they are."""
    if not listing.file(path):
        return set()
    try:
        words = (line.split(" ", 1)[0] for line in read_text(path).splitlines())
        return {int(word) for word in words if FRAME_NUMBER.fullmatch(word) and int(word) < MAX_FRAMES}
    except FormatError:
        return set()  # reading the labels names it


def _name_missing_oxts(path: Path, rows: dict[int, OxtsRow], frame_count: int, listing: Listing) -> None:
    if not rows:
        listing.complain(path, "expected GPS/IMU rows, found none: the scene has no world")
    elif len(rows) < frame_count:
        listing.complain(path, missing_line(frame_count, rows, "GPS/IMU row"))
