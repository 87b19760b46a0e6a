"""The images of a scene under COCO's numbers and names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from formats.place_files import image_suffix
from formats.scene_names import as_file_name
from fusion import CameraImage, Scene

UNSEEN_SUFFIX = ".png"
"""Of images that the scene has not at hand."""


@dataclass(frozen=True)
class CocoImage:
    """One image.

    Attributes:
        number: Its id, from 1.
        frame_index: Its frame.
        camera: Its camera.
        stem: Its name below ``images/``, without suffix.
        image: The picture, or None where the scene has none.
    """

    number: int
    frame_index: int
    camera: str
    stem: str
    image: CameraImage | None


class CocoImages:
    """Every image of a scene: those that are there or, where none is, one of every camera in every frame.

    Attributes:
        items: By frame, then in the order of the cameras.
    """

    def __init__(self, scene: Scene) -> None:
        """Number them."""
        self._scene = scene
        has_images = any(frame.images for frame in scene.frames)
        items: list[CocoImage] = []
        for frame in scene.frames:
            for camera in scene.cameras_of(frame.index):
                image = frame.image(camera)
                if image is not None or not has_images:
                    stem = f"{scene.name}/{as_file_name(camera)}/{frame.index:06d}"
                    items.append(CocoImage(len(items) + 1, frame.index, camera, stem, image))
        self.items = tuple(items)

    def entries(self) -> list[dict[str, Any]]:
        """What stands of them under ``images``."""
        return [self._entry(item) for item in self.items]

    def _entry(self, item: CocoImage) -> dict[str, Any]:
        frame = self._scene.frames[item.frame_index]
        camera = self._scene.rig.cameras[item.camera]
        suffix = UNSEEN_SUFFIX if item.image is None else image_suffix(item.image)
        return {
            "id": item.number,
            "file_name": item.stem + suffix,
            "width": camera.width_px,
            "height": camera.height_px,
            "camera": item.camera,
            "frame_index": item.frame_index,
            "timestamp_ns": frame.timestamp_ns if item.image is None else item.image.timestamp_ns,
        }
