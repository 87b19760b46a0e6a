"""labelCloud's own JSON: one file a cloud, boxes as centroid, dimensions and rotations; labels alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from formats.box_records import FileBox
from formats.checked_values import as_object, box_size, numbers_under, usable_text
from formats.errors import FormatError
from formats.format import (
    NO_ANSWERS,
    Answers,
    Dataset,
    LabelReading,
    Question,
)
from formats.frame_names import in_order
from formats.json_files import read_json_or_complain, read_object_or_complain
from formats.labels_only import labels_only_scene, read_boxes
from formats.listing import Listing
from formats.read_only import ReadOnly
from formats.scene_extras import SceneExtras
from fusion import Scene
from geometry import SE3
from labels import Category, Taxonomy

LABELCLOUD_TAXONOMY = Taxonomy("labelcloud", 1, (Category("unassigned", "#9da2ab", (1.0, 1.0, 1.0), "1"),))
CLASSES = "_classes.json"
RADIANS_FORM = "centroid_rel"
"""The form whose angles are in radians; ``centroid_abs``, the usual one, has degrees."""
ORDER = "xyz"
"""About the cloud's own x, then y, then z."""


@dataclass(frozen=True)
class LabelCloud(ReadOnly):
    """A folder of label files, or one with ``labels/`` in it; a scene.

    labelCloud knows neither tracks nor sequences, so nothing is written in this form.
    """

    name: str = "labelcloud"
    title: str = "labelCloud"
    looks_for: str = "_classes.json, in the folder or in labels/, beside one JSON file a cloud"
    default_taxonomy: Taxonomy = LABELCLOUD_TAXONOMY
    questions: tuple[Question, ...] = ()
    can_read_scenes: bool = False
    can_read_labels: bool = True
    is_last_resort: bool = False

    def detect(self, path: Path) -> bool:
        """Whether there is a file of classes."""
        return any((folder / CLASSES).is_file() for folder in (path, path / "labels"))

    def open_dataset(self, path: Path, assume: Answers = NO_ANSWERS) -> Dataset:  # noqa: ARG002 - asks nothing
        """Open the folder as one scene."""
        root = path.resolve()
        scene = self.open_scene(root, root.name)
        return Dataset(self.name, path, (scene,))

    def open_scene(self, path: Path, name: str, assume: Answers = NO_ANSWERS) -> Scene:  # noqa: ARG002
        """Open the scene by its folder."""
        root = path.resolve()
        listing = Listing(root=root, base=root)
        files = _files(root, listing)
        if not files or root.name != name:
            raise FormatError(path, f"expected {self.looks_for}, found none")
        return labels_only_scene(name, root, self.name, list(files), SceneExtras(), listing)

    def read_labels(self, scene: Scene) -> LabelReading:
        """The boxes of all files; none is known again in another cloud, so each is a track of its own."""
        listing = Listing(root=scene.path, base=scene.path)
        files = _files(scene.path, listing)
        in_degrees = _in_degrees(scene.path, listing)
        boxes = (
            box
            for frame in scene.frames
            if frame.name in files
            for box in _boxes(files[frame.name], frame.index, listing, in_degrees=in_degrees)
        )
        return read_boxes(scene, boxes, SceneExtras(), scene.path, listing)


def _folder(root: Path) -> Path:
    return root / "labels" if (root / "labels").is_dir() else root


def _files(root: Path, listing: Listing) -> dict[str, Path]:
    """The label files by the names of their clouds, in order."""
    folder = _folder(root)
    stems = [name.removesuffix(".json") for name in listing.files(folder) if name.endswith(".json") and name != CLASSES]
    return {stem: folder / f"{stem}.json" for stem in in_order(stems)}


def _in_degrees(root: Path, listing: Listing) -> bool:
    return as_object(read_json_or_complain(_folder(root) / CLASSES, listing)).get("format") != RADIANS_FORM


def _boxes(path: Path, frame_index: int, listing: Listing, *, in_degrees: bool) -> Iterator[FileBox]:
    value = read_object_or_complain(path, listing)
    if value is None:
        return
    entries = value.get("objects")
    if not isinstance(entries, list):
        listing.complain(path, "expected a list of objects, found something else")
        return
    for index, entry in enumerate(entries):
        where = f"objects[{index}]"
        box = _box(path, where, frame_index, entry, in_degrees) if isinstance(entry, Mapping) else None
        if box is None:
            expected = "expected name, centroid, dimensions above 0 and rotations"
            listing.complain(path, f"{where}: {expected}, found something else")
        else:
            yield box


def _box(path: Path, where: str, frame_index: int, entry: Mapping[str, Any], in_degrees: bool) -> FileBox | None:
    center, angles = numbers_under(entry.get("centroid"), "xyz"), numbers_under(entry.get("rotations"), "xyz")
    size = box_size(numbers_under(entry.get("dimensions"), ("length", "width", "height")) or ())
    category = usable_text(entry.get("name"))
    if center is None or angles is None or size is None or category is None:
        return None
    rotation = Rotation.from_euler(ORDER, list(angles), degrees=in_degrees).as_matrix()
    key = f"{frame_index}#{where}"
    return FileBox(path, where, frame_index, key, category, SE3(rotation, np.array(center)), size)
