"""KITTI's object set: ``training/{label_2,calib,image_2,velodyne}/000123.*``, samples that do not follow each other."""

from __future__ import annotations

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
from formats.kitti.clouds import CLOUD_SUFFIXES, kitti_sweep
from formats.kitti.drive import NOMINAL_STEP_NS
from formats.kitti.losses import object_losses
from formats.kitti.object_samples import (
    CLOUD_FOLDERS,
    IMAGE_FOLDERS,
    LABELS,
    MAX_SAMPLES,
    SampleFiles,
    find_sample_files,
    make_sample_rig,
    name_missing_samples,
)
from formats.kitti.read_object_labels import read_object_labels
from formats.kitti.taxonomy import KITTI_TAXONOMY
from formats.kitti.views import plain_name
from formats.kitti.write_object import object_sensor_files, write_object_labels
from formats.listing import Listing, folders_in
from fusion import CameraImage, Frame, Scene
from labels import Taxonomy


@dataclass(frozen=True)
class KittiObject:
    """The object set: one scene a split; every cuboid is a track of its own."""

    name: str = "kitti-object"
    title: str = "KITTI object"
    looks_for: str = "label_2/ or calib/ beside image_2/ or velodyne/, of numbered files, also below training/"
    default_taxonomy: Taxonomy = KITTI_TAXONOMY
    questions: tuple[Question, ...] = ()
    can_read_scenes: bool = True
    can_read_labels: bool = True
    can_write_labels: bool = True
    is_last_resort: bool = False

    def detect(self, path: Path) -> bool:
        """Whether the folder is a split or holds some."""
        return bool(_splits(path))

    def open_dataset(self, path: Path, assume: Answers = NO_ANSWERS) -> Dataset:  # noqa: ARG002 - asks nothing
        """Open every split of a folder."""
        splits = _splits(path)
        if not splits:
            raise FormatError(path, f"expected {self.looks_for}, found none")
        listing = Listing(root=path.resolve(), base=path.resolve())
        inside = [split.resolve() for split in splits if listing.is_inside(split)]
        scenes = tuple(self.open_scene(split, split.name) for split in inside)
        return Dataset(self.name, path, scenes, tuple(listing.problems))

    def open_scene(self, path: Path, name: str, assume: Answers = NO_ANSWERS) -> Scene:  # noqa: ARG002
        """Open one split by its folder."""
        split = path.resolve()
        if not _is_split(split) or split.name != name:
            raise FormatError(path, f"expected the split {name}, found no samples of it")
        listing = Listing(root=split, base=split)
        files = find_sample_files(split, listing)
        names = files.names()
        if len(names) > MAX_SAMPLES:
            raise FormatError(split, f"expected at most {MAX_SAMPLES} samples, found {len(names)}")
        numbers = list(names)
        samples = make_sample_rig(files, numbers, listing)
        _name_missing(split, files, names, listing)
        frames = tuple(
            _frame(index, number, names[number], files, samples.cameras[index]) for index, number in enumerate(numbers)
        )
        return Scene(name, split, self.name, samples.rig, frames, is_sequential=False, problems=tuple(listing.problems))

    def read_labels(self, scene: Scene) -> LabelReading:
        """The rows of ``label_2/<sample>.txt`` of every sample."""
        return read_object_labels(scene)

    def write_labels(self, export: SceneExport, out: Path) -> WriteReport:
        """Write ``<scene>/label_2/<sample>.txt`` and ``<scene>/calib/<sample>.txt``, of a scene of any format."""
        return write_object_labels(export, out)

    def sensor_files(self, export: SceneExport) -> Iterator[SensorFile]:
        """Clouds and images under the samples' names."""
        return object_sensor_files(export)

    def losses(self, exports: Sequence[SceneExport]) -> list[Loss]:
        """What rows and samples cannot hold."""
        return object_losses(exports)


def _splits(path: Path) -> list[Path]:
    """The folder itself, or the splits in it."""
    if _is_split(path):
        return [path]
    return [folder for folder in folders_in(path) if _is_split(folder)]


def _is_split(path: Path) -> bool:
    """Whether there are numbered labels, or numbered calibrations beside numbered images or clouds."""
    if _has_numbered(path / LABELS, ".txt"):
        return True
    data = [(folder, suffix) for folder in CLOUD_FOLDERS for suffix in CLOUD_SUFFIXES] + [
        (folder, "") for folder in IMAGE_FOLDERS.values()
    ]
    return _has_numbered(path / "calib", ".txt") and any(_has_numbered(path / name, suffix) for name, suffix in data)


def _has_numbered(folder: Path, suffix: str) -> bool:
    """Whether the folder's first files are named by numbers."""
    try:
        names = (entry.name.rpartition(".") for entry in folder.iterdir())
        return any(stem.isascii() and stem.isdigit() and f".{end}".endswith(suffix) for stem, _, end in names)
    except OSError:
        return False


def _frame(index: int, number: int, name: str, files: SampleFiles, cameras: tuple[str, ...]) -> Frame:
    time_ns = NOMINAL_STEP_NS * index
    sweeps = (kitti_sweep(files.clouds[number], time_ns) for _ in range(number in files.clouds))
    images = (
        CameraImage(camera, time_ns, files.images[plain_name(camera)][number])
        for camera in cameras
        if number in files.images[plain_name(camera)]
    )
    return Frame(index, time_ns, tuple(sweeps), tuple(images), name, cameras)


def _name_missing(split: Path, files: SampleFiles, names: dict[int, str], listing: Listing) -> None:
    looked_at = [
        (split / CLOUD_FOLDERS[0], files.clouds, "cloud"),
        (split / "calib", files.calibs, "calibration"),
        *(
            (split / folder, files.images[camera], "image")
            for camera, folder in IMAGE_FOLDERS.items()
            if folder == "image_2" or files.images[camera]
        ),
    ]
    for folder, present, what in looked_at:
        if message := name_missing_samples(folder, names, present, what):
            listing.complain(folder, message)
