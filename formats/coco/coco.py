"""COCO: ``annotations/instances_<scene>.json`` with the images of all cameras, beside ``images/<scene>/<camera>/``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from formats.coco.document import DocumentMaker, document_text
from formats.coco.images import CocoImages
from formats.errors import FormatError
from formats.format import Loss, SceneExport, SensorFile, WriteReport
from formats.losses import count_losses
from formats.place_files import image_file
from formats.scene_names import check_scene_name
from formats.write_files import write_files
from formats.write_only import WriteOnly
from labels import Taxonomy

NO_TAXONOMY = Taxonomy("coco", 1, ())


@dataclass(frozen=True)
class Coco(WriteOnly):
    """2D boxes for detectors of images; what they say follows from the cuboids and the calibration."""

    name: str = "coco"
    title: str = "COCO"
    default_taxonomy: Taxonomy = NO_TAXONOMY

    def write_labels(self, export: SceneExport, out: Path) -> WriteReport:
        """Write ``annotations/instances_<scene>.json``.

        Raises:
            FormatError: The scene has no camera, or its name is no file name.
        """
        _check(export, out)
        document = DocumentMaker(export).document()
        name = f"annotations/instances_{export.scene.name}.json"
        return WriteReport(write_files(out, {name: document_text(document)}), len(document["annotations"]))

    def sensor_files(self, export: SceneExport) -> Iterator[SensorFile]:
        """The images under the names that the annotations give them."""
        for item in CocoImages(export.scene).items:
            if item.image is not None:
                yield image_file(f"images/{item.stem}", item.image)

    def losses(self, exports: Sequence[SceneExport]) -> list[Loss]:
        """Places and sizes, boxes that no image shows, frame states, clouds."""
        return count_losses(exports, _lost)


def _check(export: SceneExport, out: Path) -> None:
    check_scene_name(export.scene.name, out)
    if not export.scene.rig.cameras:
        raise FormatError(export.scene.path, "expected a camera, found none: COCO's boxes are of images")


def _lost(export: SceneExport) -> Iterator[str]:
    _check(export, export.scene.path)
    maker = DocumentMaker(export)
    seen = {shown.item.cuboid.id for image in maker.images.items for shown in maker.shown(image)}
    for item in maker.selected:
        yield "places, sizes and turns in 3D: left out, a box names its cuboid"
        if item.cuboid.id not in seen:
            yield "cuboids that no image shows: left out"
    yield from ("frames marked done or empty: left out" for _ in export.labels.frame_states)
    yield from ("image boxes that came with an import: left out" for _ in _given(export))
    if export.options.sensor_data != "none":
        yield from ("clouds: left out" for frame in export.scene.frames for _ in frame.sweeps)


def _given(export: SceneExport) -> Iterator[str]:
    return (box.id for box in export.labels.image_boxes.values() if box.kind == "given")
