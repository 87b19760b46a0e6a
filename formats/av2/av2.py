"""Argoverse 2's sensor set: ``<split>/<log>/{annotations,city_SE3_egovehicle}.feather, calibration/, sensors/``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from formats.av2.calibration import PLACES
from formats.av2.log import ANNOTATIONS, DEFAULT_TOLERANCE, TOLERANCE, open_log
from formats.av2.losses import log_losses
from formats.av2.poses import POSES
from formats.av2.read_annotations import read_annotations
from formats.av2.taxonomy import AV2_TAXONOMY
from formats.av2.write_log import NAME, SPLITS, log_sensor_files, write_log_labels
from formats.errors import FormatError
from formats.format import (
    NO_ANSWERS,
    Answers,
    Dataset,
    Guess,
    LabelReading,
    Loss,
    Question,
    SceneExport,
    SensorFile,
    WriteReport,
)
from formats.listing import Listing, folders_in
from formats.settler import told
from fusion import Scene
from labels import Taxonomy

SENSOR_SET = "sensor"
TOLERANCES = Question(
    TOLERANCE,
    "How many milliseconds may lie between a sweep and an image that is shown with it?",
    ("25", DEFAULT_TOLERANCE, "100"),
)


@dataclass(frozen=True)
class Av2:
    """Argoverse 2's sensor set, opened by a log, a split, the ``sensor`` folder, or the folder around it."""

    name: str = NAME
    title: str = "Argoverse 2 sensor"
    looks_for: str = f"{POSES}, {ANNOTATIONS} or {PLACES} in a log, below train/, val/, test/ or sensor/"
    default_taxonomy: Taxonomy = AV2_TAXONOMY
    questions: tuple[Question, ...] = (TOLERANCES,)
    can_read_scenes: bool = True
    can_read_labels: bool = True
    can_write_labels: bool = True
    is_last_resort: bool = False

    def detect(self, path: Path) -> bool:
        """Whether the folder is a log or holds one."""
        return next(_logs(path), None) is not None

    def open_dataset(self, path: Path, assume: Answers = NO_ANSWERS) -> Dataset:
        """Open every log of a folder."""
        if not self.detect(path):
            raise FormatError(path, f"expected {self.looks_for}, found none")
        root = path.resolve()
        listing = Listing(root=root, base=root)
        scenes: dict[str, Scene] = {}
        for log in _logs(root):
            if not listing.is_inside(log):
                continue
            if log.name in scenes:
                listing.complain(log, f"expected every log once, found {log.name} a second time")
                continue
            scene = self.open_scene(log, log.name, assume)
            if scene.frames:
                scenes[log.name] = scene
            else:
                listing.complain(log, "expected sweeps, annotations or images, found none")
        usual = Guess(TOLERANCE, DEFAULT_TOLERANCE, "half of a sweep's 100 ms and 1 ms of jitter, av2's own")
        guesses = (told(TOLERANCE, assume) or usual,)
        return Dataset(self.name, path, tuple(scenes.values()), tuple(listing.problems), guesses=guesses)

    def open_scene(self, path: Path, name: str, assume: Answers = NO_ANSWERS) -> Scene:
        """Open one log by its folder."""
        log = path.resolve()
        if not _is_log(log) or log.name != name:
            raise FormatError(path, f"expected the log {name}, found no data of it")
        return open_log(log, self.name, assume)

    def read_labels(self, scene: Scene) -> LabelReading:
        """The rows of ``annotations.feather``."""
        return read_annotations(scene)

    def write_labels(self, export: SceneExport, out: Path) -> WriteReport:
        """Write the annotations, poses and calibration of one log, of a scene of any format."""
        return write_log_labels(export, out)

    def sensor_files(self, export: SceneExport) -> Iterator[SensorFile]:
        """Sweeps in ``ego`` and images, named by their times."""
        return log_sensor_files(export)

    def losses(self, exports: Sequence[SceneExport]) -> list[Loss]:
        """What the tables cannot hold."""
        return log_losses(exports)


def _is_log(path: Path) -> bool:
    return any((path / name).is_file() for name in (POSES, ANNOTATIONS, PLACES))


def _logs(path: Path) -> Iterator[Path]:
    """The folder itself, or the logs in it, in its splits, and in those of its ``sensor`` folder, by name."""
    if _is_log(path):
        yield path
        return
    for folder in folders_in(path):
        if _is_log(folder):
            yield folder
        elif folder.name in (SENSOR_SET, *SPLITS):
            yield from _logs(folder)
