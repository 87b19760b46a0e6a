"""CVAT's task backups: cuboids of clouds, as shapes and as tracks of keys; labels alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from formats.cvat.backup import ANNOTATIONS, TASK, Backup, find_backups, frame_names, looks_like_backup
from formats.cvat.read_shapes import ShapeReader, highest_frame
from formats.datumaro.taxonomy import STREET_CATEGORIES
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
from formats.labels_only import labels_only_scene, read_boxes
from formats.listing import Listing
from formats.scene_extras import SceneExtras
from fusion import Problem, Scene
from labels import LabelSet, Taxonomy

CVAT_TAXONOMY = Taxonomy("cvat", 1, STREET_CATEGORIES)
NOT_WRITTEN = "expected a format that can be written, found cvat: CVAT reads datumaro and supervisely"


@dataclass(frozen=True)
class Cvat:
    """A backup's folder, its zip file, or a folder of them; each task is a scene."""

    name: str = "cvat"
    title: str = "CVAT task backup"
    looks_for: str = "task.json beside annotations.json, in a folder or a zip file"
    default_taxonomy: Taxonomy = CVAT_TAXONOMY
    questions: tuple[Question, ...] = ()
    can_read_scenes: bool = False
    can_read_labels: bool = True
    can_write_labels: bool = False
    is_last_resort: bool = False

    def detect(self, path: Path) -> bool:
        """Whether it is a backup of a task or of a project."""
        return looks_like_backup(path)

    def open_dataset(self, path: Path, assume: Answers = NO_ANSWERS) -> Dataset:  # noqa: ARG002 - asks nothing
        """Open every task; one that cannot be read is named."""
        backups = find_backups(path)
        if not backups:
            raise FormatError(path, f"expected {self.looks_for}, found none")
        listing = Listing(root=path.resolve(), base=path.resolve())
        scenes: list[Scene] = []
        for name, backup in backups.items():
            if not listing.is_inside(backup.path):
                continue
            try:
                scenes.append(self._scene(name, path.resolve(), backup))
            except FormatError as error:
                listing.problems.append(Problem.of(error, path))
        found = tuple(scene for scene in scenes if scene.frames)
        if not found and listing.problems:
            raise FormatError(path, listing.problems[0].message)
        return Dataset(self.name, path, found, tuple(listing.problems))

    def open_scene(self, path: Path, name: str, assume: Answers = NO_ANSWERS) -> Scene:  # noqa: ARG002
        """Open one task by what the dataset was opened by."""
        backup = find_backups(path).get(name)
        if backup is None:
            raise FormatError(path, f"expected the task {name}, found none")
        return self._scene(name, path.resolve(), backup)

    def read_labels(self, scene: Scene) -> LabelReading:
        """The cuboids of a task."""
        listing = Listing(root=scene.path, base=scene.path)
        try:
            annotations = find_backups(scene.path)[scene.name].json(ANNOTATIONS)
        except (FormatError, KeyError) as error:
            message = error.reason if isinstance(error, FormatError) else "expected the task's annotations, found none"
            return LabelReading(LabelSet(), (Problem(".", message),))
        reader = ShapeReader(scene.path, len(scene.frames) - 1, listing)
        return read_boxes(scene, reader.boxes(annotations), SceneExtras(), scene.path, listing)

    def write_labels(self, export: SceneExport, out: Path) -> WriteReport:  # noqa: ARG002
        """Not written; raises ``FormatError``."""
        raise FormatError(out, NOT_WRITTEN)

    def sensor_files(self, export: SceneExport) -> Iterator[SensorFile]:  # noqa: ARG002
        """None."""
        return iter(())

    def losses(self, exports: Sequence[SceneExport]) -> list[Loss]:
        """Raises ``FormatError``: it is not written."""
        raise FormatError(exports[0].scene.path, NOT_WRITTEN)

    def _scene(self, name: str, path: Path, backup: Backup) -> Scene:
        listing = Listing(root=path, base=path)
        task: Any = backup.json(TASK)
        if not isinstance(task, Mapping):
            raise FormatError(backup.path, f"{TASK}: expected an object, found something else")
        names = frame_names(backup, task, highest_frame(backup.json(ANNOTATIONS)) + 1)
        return labels_only_scene(name, path, self.name, names, SceneExtras(), listing)
