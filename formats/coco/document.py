"""The parts of a COCO file: images, categories, tracks and annotations."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from formats.coco.boxes import Ltrb, clip_to_picture, crowd_mask, outline, polygon_area, xywh_from_ltrb
from formats.coco.images import CocoImage, CocoImages
from formats.format import SceneExport
from formats.selection import SelectedCuboid, cuboids_by_frame, select_cuboids
from fusion import project_hulls
from fusion.views import CameraView, camera_view
from labels import ImageBox

JsonObject = dict[str, Any]
Document = dict[str, list[JsonObject]]
NO_CATEGORY = "object"


def document_text(document: Document) -> str:
    """The file's text, an entry a line."""
    blocks = []
    for name, entries in document.items():
        lines = ",\n".join(json.dumps(entry, ensure_ascii=False, allow_nan=False) for entry in entries)
        blocks.append(f'"{name}": [\n{lines}\n]')
    info = json.dumps({"description": "2D boxes that follow from cuboids", "version": "1.0"})
    return "{" + f'"info": {info},\n"licenses": [],\n' + ",\n".join(blocks) + "}\n"


@dataclass(frozen=True)
class ShownCuboid:
    """A cuboid that an image shows.

    Attributes:
        item: The cuboid.
        proj_ltrb_px: Its rectangle in our pixels, not clipped.
        truncation: The share of that outside the image.
    """

    item: SelectedCuboid
    proj_ltrb_px: Ltrb
    truncation: float


class DocumentMaker:
    """Makes the parts of one scene's file.

    Attributes:
        images: The images.
        selected: The cuboids to write.
    """

    def __init__(self, export: SceneExport) -> None:
        """Number categories and tracks."""
        self._export = export
        self.images = CocoImages(export.scene)
        self.selected = select_cuboids(export).cuboids
        self._of_frame = cuboids_by_frame(self.selected)
        self._tracks = {item.track.id: item.track for item in self.selected}
        self._track_numbers = {key: number for number, key in enumerate(self._tracks, start=1)}
        self._categories = self._category_numbers()
        self._tight = {
            (box.track_id, box.frame_index, box.camera): box
            for box in export.labels.image_boxes.values()
            if box.kind == "tight" and box.track_id is not None
        }

    def shown(self, image: CocoImage) -> list[ShownCuboid]:
        """The cuboids that an image shows any of."""
        items = self._of_frame.get(image.frame_index, [])
        view = camera_view(self._export.scene, image.frame_index, image.camera)
        if view.rows is not None:
            found = [(item, view.project_box(item.cuboid.box_ego)) for item in items]
            return [
                ShownCuboid(item, projected.proj_ltrb_px, projected.truncation)
                for item, projected in found
                if projected is not None and projected.trunc_ltrb_px is not None
            ]
        corners_ego = np.array([item.cuboid.box_ego.corners() for item in items]).reshape(-1, 8, 3)
        proj, trunc, truncation = project_hulls(view.cam_from_ego.apply(corners_ego), view.camera)
        return [
            ShownCuboid(items[row], (*proj[row].tolist(),), float(truncation[row]))
            for row in np.flatnonzero(~np.isnan(trunc[:, 0]))
        ]

    def document(self) -> Document:
        """All parts."""
        annotations = [*self._boxes(), *self._crowds()]
        # COCO's own evaluation takes an annotation with the id 0 for none.
        numbered = [{"id": number} | entry for number, entry in enumerate(annotations, start=1)]
        return {
            "images": self.images.entries(),
            "categories": self._category_entries(),
            "tracks": [self._track_entry(key) for key in self._tracks],
            "annotations": numbered,
        }

    def _category_numbers(self) -> dict[str, int]:
        """The taxonomy's categories from 1, then those that only tracks have."""
        taxonomy = self._export.taxonomy
        names = [] if taxonomy is None else [category.name for category in taxonomy.categories]
        names += [track.category for track in self._tracks.values()]
        return {name: number for number, name in enumerate(dict.fromkeys(names or [NO_CATEGORY]), start=1)}

    def _category_entries(self) -> list[JsonObject]:
        taxonomy = self._export.taxonomy
        entries: list[JsonObject] = []
        for name, number in self._categories.items():
            category = None if taxonomy is None else taxonomy.category(name)
            parent = None if category is None else category.parent
            entries.append({"id": number, "name": name, "supercategory": parent or name})
        return entries

    def _track_entry(self, key: str) -> JsonObject:
        track = self._tracks[key]
        return {
            "id": self._track_numbers[key],
            "category_id": self._categories[track.category],
            "external_id": track.external_id,
            "uuid": key,
        }

    def _boxes(self) -> Iterator[JsonObject]:
        for image in self.images.items:
            view = camera_view(self._export.scene, image.frame_index, image.camera)
            for shown in self.shown(image):
                entry = self._box(image, view, shown)
                if entry is not None:
                    yield entry

    def _box(self, image: CocoImage, view: CameraView, found: ShownCuboid) -> JsonObject | None:
        item = found.item
        shown = clip_to_picture(found.proj_ltrb_px, view.camera)
        projected = view.project_box(item.cuboid.box_ego)
        if shown is None:
            return None
        bbox = xywh_from_ltrb(shown)
        polygons = [] if projected is None else outline(projected, view.camera)
        cuboid = item.cuboid
        entry: JsonObject = {
            "image_id": image.number,
            "category_id": self._categories[item.track.category],
            "bbox": bbox,
            "area": sum(map(polygon_area, polygons)) or bbox[2] * bbox[3],
            "iscrowd": 0,
            "segmentation": polygons,
            "bbox_proj": xywh_from_ltrb(found.proj_ltrb_px),
            "truncation": found.truncation,
            "track_id": self._track_numbers[item.track.id],
            "cuboid_id": cuboid.id,
            "is_key": item.is_key,
            "source": cuboid.source,
            "attributes": {**item.track.attributes, **item.key.attributes, **cuboid.attributes},
        }
        tight = self._tight.get((item.track.id, image.frame_index, image.camera))
        if tight is not None:
            entry["bbox_tight"] = xywh_from_ltrb(tight.ltrb_px)
        return entry if cuboid.score is None else entry | {"score": cuboid.score}

    def _crowds(self) -> Iterator[JsonObject]:
        """Ignore regions: one for every category that is annotated, as evaluation goes category by category."""
        places = {(image.frame_index, image.camera): image for image in self.images.items}
        used = {self._categories[track.category] for track in self._tracks.values()} or set(self._categories.values())
        for box in self._export.labels.image_boxes.values():
            image = places.get((box.frame_index, box.camera))
            if box.kind == "ignore" and image is not None:
                yield from self._crowd(image, box, sorted(used))

    def _crowd(self, image: CocoImage, box: ImageBox, categories: Sequence[int]) -> Iterator[JsonObject]:
        camera = self._export.scene.rig.cameras[image.camera]
        shown = clip_to_picture(box.ltrb_px, camera)
        if shown is None:
            return
        bbox = xywh_from_ltrb(shown)
        for category in categories:
            yield {
                "image_id": image.number,
                "category_id": category,
                "bbox": bbox,
                "area": bbox[2] * bbox[3],
                "iscrowd": 1,
                "segmentation": crowd_mask(shown, camera),
            }
