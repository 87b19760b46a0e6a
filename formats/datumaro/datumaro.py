"""Datumaro's own JSON with cuboids of point clouds: ``annotations/<scene>.json``; labels alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from formats.carried import KEY
from formats.datumaro.exported import Exported
from formats.datumaro.items import ANNOTATIONS, CUBOID, RESERVED, Subset, boxes_of, read_subset
from formats.datumaro.taxonomy import DATUMARO_TAXONOMY
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
from formats.json_files import json_text
from formats.labels_only import labels_only_scene, read_boxes
from formats.lidar_clouds import lidar_cloud_file
from formats.listing import Listing
from formats.losses import count_losses
from formats.place_files import image_file, image_suffix
from formats.scene_extras import SceneExtras, decode_extras
from formats.scene_names import check_scene_name, is_file_name
from formats.selection import SelectedCuboid
from formats.write_files import check_not_own, write_files
from fusion import Frame, Problem, Scene
from labels import Taxonomy

VERSION = "1.0"
POINT_CLOUD = 6
"""Datumaro's number for media that are clouds."""
SUFFIX = ".json"
HEAD_BYTES = 4096


@dataclass(frozen=True)
class Datumaro:
    """A folder with ``annotations/``; each file in it is a subset, and a scene."""

    name: str = "datumaro"
    title: str = "Datumaro"
    looks_for: str = "annotations/*.json with cuboid_3d annotations"
    default_taxonomy: Taxonomy = DATUMARO_TAXONOMY
    questions: tuple[Question, ...] = ()
    can_read_scenes: bool = False
    can_read_labels: bool = True
    can_write_labels: bool = True
    is_last_resort: bool = False

    def detect(self, path: Path) -> bool:
        """Whether the first file in ``annotations`` begins as Datumaro's do: others keep JSON in such a folder too."""
        files = (name for name in Listing(root=path, base=path).files(path / ANNOTATIONS) if name.endswith(SUFFIX))
        return any(_begins_as_ours(path / ANNOTATIONS / name) for name in islice(files, 1))

    def open_dataset(self, path: Path, assume: Answers = NO_ANSWERS) -> Dataset:  # noqa: ARG002 - asks nothing
        """Open every file of ``annotations``; one that is no file of Datumaro is named."""
        if not (path / ANNOTATIONS).is_dir():
            raise FormatError(path, f"expected {self.looks_for}, found none")
        root = path.resolve()
        listing = Listing(root=root, base=root)
        scenes: list[Scene] = []
        for name in listing.files(root / ANNOTATIONS):
            if name.endswith(SUFFIX):
                try:
                    scenes.append(self.open_scene(root, name[: -len(SUFFIX)]))
                except FormatError as error:
                    listing.problems.append(Problem.of(error, root))
        if not scenes:
            found = f": {listing.problems[0].message}" if listing.problems else ""
            raise FormatError(path, f"expected {self.looks_for}, found none{found}")
        return Dataset(self.name, path, tuple(scenes), tuple(listing.problems))

    def open_scene(self, path: Path, name: str, assume: Answers = NO_ANSWERS) -> Scene:  # noqa: ARG002
        """Open one subset by the folder and the file's name."""
        root = path.resolve()
        listing = Listing(root=root, base=root)
        subset = self._subset(root, name, listing)
        frame_names = [item.name for item in subset.items]
        return labels_only_scene(name, root, self.name, frame_names, _extras(subset, listing), listing)

    def read_labels(self, scene: Scene) -> LabelReading:
        """The cuboids of a subset."""
        listing = Listing(root=scene.path, base=scene.path)
        try:
            subset = self._subset(scene.path, scene.name, Listing(root=scene.path, base=scene.path))
        except FormatError as error:
            listing.problems.append(Problem.of(error, scene.path))
            return read_boxes(scene, (), SceneExtras(), scene.path, listing)
        extras = _extras(subset, Listing(root=scene.path, base=scene.path))
        return read_boxes(scene, boxes_of(subset, extras.ego_from_lidar, listing), extras, subset.path, listing)

    def write_labels(self, export: SceneExport, out: Path) -> WriteReport:
        """Write ``annotations/<scene>.json``; raises ``FormatError`` where the scene's name is no file name."""
        check_scene_name(export.scene.name, out)
        exported = Exported(export)
        name = f"{ANNOTATIONS}/{export.scene.name}{SUFFIX}"
        check_not_own(out / name, export.scene)
        rows = sum(map(len, exported.by_frame.values()))
        return WriteReport(write_files(out, {name: json_text(_file(exported))}), rows)

    def sensor_files(self, export: SceneExport) -> Iterator[SensorFile]:
        """Clouds of the first lidar as PCD, and images beside them."""
        exported = Exported(export)
        scene = export.scene
        for frame, name in zip(scene.frames, exported.names, strict=True):
            yield from lidar_cloud_file(scene, frame, f"point_clouds/{scene.name}/{name}.pcd")
            for image in frame.images:
                if is_file_name(image.camera):
                    yield image_file(f"images/{scene.name}/{name}/{image.camera}", image)

    def losses(self, exports: Sequence[SceneExport]) -> list[Loss]:
        """What the files leave out."""
        return count_losses(exports, lambda export: Exported(export).losses())

    def _subset(self, root: Path, name: str, listing: Listing) -> Subset:
        path = root / ANNOTATIONS / f"{name}{SUFFIX}"
        if not is_file_name(name) or not listing.file(path):
            raise FormatError(path, "expected a file of annotations, found none")
        return read_subset(path, listing)


def _begins_as_ours(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError:
        return False
    # COCO's categories are a list.
    return b'"dm_format_version"' in head or re.search(rb'"categories"\s*:\s*\{', head) is not None


def _extras(subset: Subset, listing: Listing) -> SceneExtras:
    if subset.extras is None:
        return SceneExtras()
    complaints: list[str] = []
    extras = decode_extras(subset.extras, complaints)
    for complaint in complaints:
        listing.complain(subset.path, f"{KEY}: {complaint}")
    return extras


def _file(exported: Exported) -> dict[str, Any]:
    names = sorted(
        {name for items in exported.by_frame.values() for item in items for name in item.cuboid.attributes}
        | {"track_id"}
    )
    labels = [{"name": name, "parent": "", "attributes": []} for name in exported.categories]
    return {
        "dm_format_version": VERSION,
        "media_type": POINT_CLOUD,
        "infos": {},
        "categories": {"label": {"labels": labels, "label_groups": [], "attributes": names}},
        "items": [
            _item(exported, frame, name) for frame, name in zip(exported.scene.frames, exported.names, strict=True)
        ],
        KEY: exported.extras(exported.numbers),
    }


def _item(exported: Exported, frame: Frame, name: str) -> dict[str, Any]:
    value: dict[str, Any] = {
        "id": name,
        "annotations": [
            _annotation(exported, index, item) for index, item in enumerate(exported.by_frame.get(frame.index, []))
        ],
        "attr": {"frame": frame.index},
        "point_cloud": {"path": f"{name}.pcd"},
    }
    if exported.export.options.sensor_data != "none" and frame.images:
        images = (image for image in frame.images if is_file_name(image.camera))
        value["related_images"] = [{"path": f"{name}/{image.camera}{image_suffix(image)}"} for image in images]
    return value


def _annotation(exported: Exported, index: int, item: SelectedCuboid) -> dict[str, Any]:
    box = exported.box(item)
    number = int(exported.numbers[item.track.id])
    attributes = {name: value for name, value in item.cuboid.attributes.items() if name not in RESERVED}
    return {
        "id": index,
        "type": CUBOID,
        "attributes": attributes | {"track_id": number},
        "group": 0,
        "object_id": number,
        "label_id": exported.categories.index(item.track.category),
        "position": list(box.position_lidar),
        "rotation": list(box.angles_rad),
        "scale": list(box.size_lwh_m),
        KEY: exported.carried(item, set(attributes)),
    }
