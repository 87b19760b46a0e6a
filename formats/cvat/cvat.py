"""CVAT's task backups: cuboids of clouds, as shapes and as tracks of keys; labels alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from formats.cvat.backup import ANNOTATIONS, TASK, Backup, find_backups, frame_names, looks_like_backup
from formats.cvat.read_shapes import ShapeReader, highest_frame
from formats.errors import FormatError
from formats.format import (
    NO_ANSWERS,
    Answers,
    Dataset,
    LabelReading,
    Question,
)
from formats.labels_only import labels_only_scene, read_boxes
from formats.listing import Listing
from formats.read_only import ReadOnly
from formats.scene_extras import SceneExtras
from formats.usual_categories import STREET_CATEGORIES
from fusion import Problem, Scene
from labels import LabelSet, Taxonomy

CVAT_TAXONOMY = Taxonomy("cvat", 1, STREET_CATEGORIES)


@dataclass(frozen=True)
class Cvat(ReadOnly):
    """A backup's folder, its zip file, or a folder of them; each task is a scene.

    CVAT reads ``datumaro`` and ``supervisely``, so nothing has to be written in this form.
    """

    name: str = "cvat"
    title: str = "CVAT task backup"
    looks_for: str = "task.json beside annotations.json, in a folder or a zip file"
    default_taxonomy: Taxonomy = CVAT_TAXONOMY
    questions: tuple[Question, ...] = ()
    can_read_scenes: bool = False
    can_read_labels: bool = True
    is_last_resort: bool = False

    def detect(self, path: Path) -> bool:
        """Whether it is a backup of a task or of a project."""
        return looks_like_backup(path)

    def open_dataset(self, path: Path, assume: Answers = NO_ANSWERS) -> Dataset:  # noqa: ARG002 - asks nothing
        """Open every task; one that cannot be read is named."""
        listing = Listing(root=path.resolve(), base=path.resolve())
        backups = find_backups(path, listing)
        if not backups:
            raise FormatError(path, f"expected {self.looks_for}, found none")
        scenes: list[Scene] = []
        for name, backup in backups.items():
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

    def _scene(self, name: str, path: Path, backup: Backup) -> Scene:
        listing = Listing(root=path, base=path)
        task: Any = backup.json(TASK)
        if not isinstance(task, Mapping):
            raise FormatError(backup.path, f"{TASK}: expected an object, found something else")
        names = frame_names(backup, task, highest_frame(backup.json(ANNOTATIONS)) + 1)
        return labels_only_scene(name, path, self.name, names, SceneExtras(), listing)
