"""PandaSet: numbered sequence folders with clouds and cuboids in map coordinates, as pickled tables."""

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
from formats.listing import Listing, folders_in
from formats.losses import count_losses
from formats.pandaset.read_cuboids import CuboidReader
from formats.pandaset.sequence import open_sequence
from formats.pandaset.taxonomy import PANDASET_TAXONOMY
from formats.pandaset.write_sequence import sequence_files, sequence_losses, write_sequence
from fusion import Scene
from labels import Taxonomy


@dataclass(frozen=True)
class PandaSet:
    """A sequence's folder, or a folder of them."""

    name: str = "pandaset"
    title: str = "PandaSet"
    looks_for: str = "lidar/poses.json or annotations/cuboids in a sequence's folder or in a folder of sequences"
    default_taxonomy: Taxonomy = PANDASET_TAXONOMY
    questions: tuple[Question, ...] = ()
    can_read_scenes: bool = True
    can_read_labels: bool = True
    can_write_labels: bool = True
    is_last_resort: bool = False

    def detect(self, path: Path) -> bool:
        """Whether the folder is a sequence or holds one."""
        return bool(_sequences(path))

    def open_dataset(self, path: Path, assume: Answers = NO_ANSWERS) -> Dataset:
        """Open every sequence of a folder."""
        folders = _sequences(path)
        if not folders:
            raise FormatError(path, f"expected {self.looks_for}, found none")
        listing = Listing(root=path.resolve(), base=path.resolve())
        inside = [folder.resolve() for folder in folders if listing.is_inside(folder)]
        scenes = [self.open_scene(folder, folder.name, assume) for folder in inside]
        for scene in scenes:
            if not scene.frames:
                listing.complain(scene.path, "expected clouds, images or cuboids, found none")
        return Dataset(self.name, path, tuple(scene for scene in scenes if scene.frames), tuple(listing.problems))

    def open_scene(self, path: Path, name: str, assume: Answers = NO_ANSWERS) -> Scene:  # noqa: ARG002 - asks nothing
        """Open one sequence by its folder."""
        folder = path.resolve()
        if not _is_sequence(folder) or folder.name != name:
            raise FormatError(path, f"expected the sequence {name}, found none")
        return open_sequence(folder, name, self.name, Listing(root=folder, base=folder))

    def read_labels(self, scene: Scene) -> LabelReading:
        """The cuboids of ``annotations/cuboids``."""
        return CuboidReader(scene, Listing(root=scene.path, base=scene.path)).read()

    def write_labels(self, export: SceneExport, out: Path) -> WriteReport:
        """Write ``<scene>/annotations/cuboids`` with the poses, times and intrinsics that place them."""
        return write_sequence(export, out)

    def sensor_files(self, export: SceneExport) -> Iterator[SensorFile]:
        """Clouds and images."""
        return sequence_files(export)

    def losses(self, exports: Sequence[SceneExport]) -> list[Loss]:
        """What sequences leave out; raises ``FormatError`` where one cannot be written."""
        return count_losses(exports, sequence_losses)


def _is_sequence(path: Path) -> bool:
    return (path / "lidar" / "poses.json").is_file() or (path / "annotations" / "cuboids").is_dir()


def _sequences(path: Path) -> list[Path]:
    if _is_sequence(path):
        return [path]
    return [folder for folder in folders_in(path) if _is_sequence(folder)]
