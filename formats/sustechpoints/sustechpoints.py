"""SUSTechPOINTS: a folder a scene, with clouds, images, calibration and boxes of one lidar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

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
from formats.listing import Listing, entries_in, folders_in
from formats.losses import count_losses
from formats.sustechpoints.answers import QUESTIONS
from formats.sustechpoints.open_scene import CALIB, SceneFolder, read_scene_extras
from formats.sustechpoints.read_boxes import LABELS, read_scene_boxes
from formats.sustechpoints.taxonomy import SUSTECHPOINTS_TAXONOMY
from formats.sustechpoints.write_scene import scene_files, scene_losses, write_scene
from fusion import Scene
from labels import Taxonomy

LOOKED_AT = 20


@dataclass(frozen=True)
class SustechPoints:
    """A scene's folder, or a folder of them."""

    name: str = "sustechpoints"
    title: str = "SUSTechPOINTS"
    looks_for: str = "lidar/ beside label/ or calib/camera/ in a scene's folder or in a folder of scenes"
    default_taxonomy: Taxonomy = SUSTECHPOINTS_TAXONOMY
    questions: tuple[Question, ...] = QUESTIONS
    can_read_scenes: bool = True
    can_read_labels: bool = True
    can_write_labels: bool = True
    is_last_resort: bool = False

    def detect(self, path: Path) -> bool:
        """Whether the folder is a scene or holds one."""
        return bool(_scenes(path))

    def open_dataset(self, path: Path, assume: Answers = NO_ANSWERS) -> Dataset:
        """Open every scene of a folder."""
        folders = _scenes(path)
        if not folders:
            raise FormatError(path, f"expected {self.looks_for}, found none")
        listing = Listing(root=path.resolve(), base=path.resolve())
        opened = [SceneFolder(folder.resolve(), assume) for folder in folders if listing.is_inside(folder)]
        scenes = [item.scene(item.folder.name, self.name) for item in opened]
        for scene in scenes:
            if not scene.frames:
                listing.complain(scene.path, "expected clouds or labels, found none")
        guesses: dict[tuple[str, str], Guess] = {}
        for item in opened:
            for guess in item.guesses:
                guesses.setdefault((guess.question, guess.answer), guess)
        found = tuple(scene for scene in scenes if scene.frames)
        return Dataset(self.name, path, found, tuple(listing.problems), guesses=tuple(guesses.values()))

    def open_scene(self, path: Path, name: str, assume: Answers = NO_ANSWERS) -> Scene:
        """Open one scene by its folder."""
        folder = path.resolve()
        if not _is_scene(folder) or folder.name != name:
            raise FormatError(path, f"expected the scene {name}, found none")
        return SceneFolder(folder, assume).scene(name, self.name)

    def read_labels(self, scene: Scene) -> LabelReading:
        """The boxes of ``label/*.json``."""
        listing = Listing(root=scene.path, base=scene.path)
        return read_scene_boxes(scene, read_scene_extras(scene.path, listing), listing)

    def write_labels(self, export: SceneExport, out: Path) -> WriteReport:
        """Write ``<scene>/label`` and ``calib``."""
        return write_scene(export, out)

    def sensor_files(self, export: SceneExport) -> Iterator[SensorFile]:
        """Clouds and images."""
        return scene_files(export)

    def losses(self, exports: Sequence[SceneExport]) -> list[Loss]:
        """What the folders leave out; raises ``FormatError`` where a scene cannot be written."""
        return count_losses(exports, scene_losses)


def _is_scene(path: Path) -> bool:
    beside = (path / LABELS).is_dir() or (path / CALIB).is_dir()
    return beside and ((path / "lidar").is_dir() or _has_json(path / LABELS))


def _has_json(folder: Path) -> bool:
    """Whether one of the first files is a JSON file: other sets keep texts in a folder of that name."""
    return any(entry.suffix == ".json" for entry in islice(entries_in(folder), LOOKED_AT))


def _scenes(path: Path) -> list[Path]:
    if _is_scene(path):
        return [path]
    return [folder for folder in folders_in(path) if _is_scene(folder)]
