"""Supervisely's point cloud projects, as Datumaro and CVAT write them too; labels alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from formats.datumaro.exported import Exported
from formats.datumaro.supervisely_files import META, annotation_files, boxes_of_file, read_ids
from formats.datumaro.taxonomy import SUPERVISELY_TAXONOMY
from formats.datumaro.write_supervisely import EXTRAS, project_files, project_texts
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
from formats.json_files import read_object_or_complain
from formats.labels_only import labels_only_scene, read_boxes
from formats.listing import Listing, folders_in
from formats.losses import count_losses
from formats.scene_extras import SceneExtras, decode_extras
from formats.scene_names import check_scene_name
from formats.write_files import check_not_own, write_files
from fusion import Scene
from labels import Taxonomy


@dataclass(frozen=True)
class Supervisely:
    """A project's folder, or a folder of them; each dataset of a project is a scene."""

    name: str = "supervisely"
    title: str = "Supervisely point clouds"
    looks_for: str = "meta.json beside <dataset>/ann/*.pcd.json"
    default_taxonomy: Taxonomy = SUPERVISELY_TAXONOMY
    questions: tuple[Question, ...] = ()
    can_read_scenes: bool = False
    can_read_labels: bool = True
    can_write_labels: bool = True
    is_last_resort: bool = False

    def detect(self, path: Path) -> bool:
        """Whether the folder is a project or holds one."""
        return bool(_projects(path))

    def open_dataset(self, path: Path, assume: Answers = NO_ANSWERS) -> Dataset:  # noqa: ARG002 - asks nothing
        """Open every dataset of every project."""
        projects = _projects(path)
        if not projects:
            raise FormatError(path, f"expected {self.looks_for}, found none")
        listing = Listing(root=path.resolve(), base=path.resolve())
        inside = [project.resolve() for project in projects if listing.is_inside(project)]
        scenes = [self.open_scene(project, name) for project in inside for name in _datasets(project)]
        return Dataset(self.name, path, tuple(scene for scene in scenes if scene.frames), tuple(listing.problems))

    def open_scene(self, path: Path, name: str, assume: Answers = NO_ANSWERS) -> Scene:  # noqa: ARG002
        """Open one dataset by its project's folder."""
        project = path.resolve()
        dataset = _datasets(project).get(name)
        if dataset is None:
            raise FormatError(path, f"expected the project {name}, found none")
        listing = Listing(root=project, base=project)
        frame_names = list(annotation_files(dataset, listing))
        return labels_only_scene(name, project, self.name, frame_names, _extras(project, listing), listing)

    def read_labels(self, scene: Scene) -> LabelReading:
        """The cuboids of a dataset."""
        listing = Listing(root=scene.path, base=scene.path)
        extras = _extras(scene.path, Listing(root=scene.path, base=scene.path))
        dataset = _datasets(scene.path).get(scene.name)
        files = {} if dataset is None else annotation_files(dataset, listing)
        ids = read_ids(scene.path, listing)
        boxes = (
            box
            for frame in scene.frames
            if frame.name in files
            for box in boxes_of_file(files[frame.name], frame.index, ids, extras.ego_from_lidar, listing)
        )
        return read_boxes(scene, boxes, extras, scene.path / EXTRAS, listing)

    def write_labels(self, export: SceneExport, out: Path) -> WriteReport:
        """Write ``<scene>/``; raises ``FormatError`` where the scene's name is no file name."""
        scene = export.scene
        check_scene_name(scene.name, out)
        check_not_own(out / scene.name, scene)
        exported = Exported(export)
        files = {f"{scene.name}/{name}": text for name, text in project_texts(exported).items()}
        return WriteReport(write_files(out, files), sum(map(len, exported.by_frame.values())))

    def sensor_files(self, export: SceneExport) -> Iterator[SensorFile]:
        """Clouds of the first lidar as PCD, and images with what places them."""
        return project_files(Exported(export))

    def losses(self, exports: Sequence[SceneExport]) -> list[Loss]:
        """What the projects leave out."""
        return count_losses(exports, lambda export: Exported(export).losses())


def _extras(project: Path, listing: Listing) -> SceneExtras:
    path = project / EXTRAS
    value = read_object_or_complain(path, listing)
    if value is None:
        return SceneExtras()
    complaints: list[str] = []
    extras = decode_extras(value, complaints)
    for complaint in complaints:
        listing.complain(path, complaint)
    return extras


def _datasets(project: Path) -> dict[str, Path]:
    """The datasets of a project by the names of their scenes: the project's, where it has one dataset."""
    found = [folder for folder in folders_in(project) if (folder / "ann").is_dir()]
    if len(found) == 1:
        return {project.name: found[0]}
    return {f"{project.name} {folder.name}": folder for folder in found}


def _projects(path: Path) -> list[Path]:
    return [folder for folder in (path, *folders_in(path)) if (folder / META).is_file() and _datasets(folder)]
