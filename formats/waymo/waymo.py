"""Waymo's open set, version 2: ``<split>/<component>/<segment>.parquet``; read, not written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from formats.errors import FormatError
from formats.format import (
    NO_ANSWERS,
    Answers,
    Dataset,
    Guess,
    LabelReading,
    Question,
)
from formats.listing import Listing, entries_in
from formats.read_only import ReadOnly
from formats.scene_names import is_file_name
from formats.settler import told
from formats.waymo.boxes import read_boxes
from formats.waymo.range_image import BOTH, FIRST
from formats.waymo.segment import RETURNS_QUESTION, open_segment
from formats.waymo.taxonomy import WAYMO_TAXONOMY
from fusion import Scene
from labels import Taxonomy

COMPONENTS = ("vehicle_pose", "lidar", "lidar_box", "camera_image")
SPLITS = ("training", "validation", "testing", "testing_location", "domain_adaptation")
SUFFIX = ".parquet"
RETURNS = Question(RETURNS_QUESTION, "Which returns of the lidars' pulses become points?", (FIRST, BOTH))


@dataclass(frozen=True)
class Waymo(ReadOnly):
    """Waymo's open set, version 2, opened by a split's folder or the folder around the splits."""

    name: str = "waymo"
    title: str = "Waymo open dataset v2"
    looks_for: str = f"{', '.join(COMPONENTS)} with *{SUFFIX} in them, also below training/, validation/, testing/"
    default_taxonomy: Taxonomy = WAYMO_TAXONOMY
    questions: tuple[Question, ...] = (RETURNS,)
    can_read_scenes: bool = True
    can_read_labels: bool = True
    is_last_resort: bool = False

    def detect(self, path: Path) -> bool:
        """Whether the folder is a split or holds some."""
        return bool(_splits(path))

    def open_dataset(self, path: Path, assume: Answers = NO_ANSWERS) -> Dataset:
        """Open every segment of a folder."""
        root = path.resolve()
        splits = _splits(root)
        if not splits:
            raise FormatError(path, f"expected {self.looks_for}, found none")
        listing = Listing(root=root, base=root)
        scenes: dict[str, Scene] = {}
        for split in splits:
            for name in _segments(split) if listing.is_inside(split) else ():
                if name in scenes:
                    listing.complain(split, f"expected every segment once, found {name} a second time")
                    continue
                scene = self.open_scene(split, name, assume)
                if scene.frames:
                    scenes[name] = scene
                else:
                    listing.complain(split, f"segment {name} has no frame")
        usual = Guess(RETURNS_QUESTION, BOTH, "every return is a point of the scene, as Waymo counts them")
        guesses = (told(RETURNS_QUESTION, assume) or usual,)
        return Dataset(self.name, path, tuple(scenes.values()), tuple(listing.problems), guesses=guesses)

    def open_scene(self, path: Path, name: str, assume: Answers = NO_ANSWERS) -> Scene:
        """Open one segment of a split's folder."""
        split = path.resolve()
        if not is_file_name(name) or name not in _segments(split):
            raise FormatError(path, f"expected the segment {name[:60]}, found no data of it")
        return open_segment(split, name, self.name, assume)

    def read_labels(self, scene: Scene) -> LabelReading:
        """The rows of the ``lidar_box`` component."""
        return read_boxes(scene)


def _splits(path: Path) -> list[Path]:
    """The folders that hold components: the given one, or splits in it."""
    return [split for split in (path, *(path / name for name in SPLITS)) if _segments(split)]


def _segments(split: Path) -> list[str]:
    """The names of all segments that have a component, sorted."""
    names = (entry.name for component in COMPONENTS for entry in entries_in(split / component))
    stems = {name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX)}
    return sorted(stem for stem in stems if is_file_name(stem))
