"""What of a scene and its labels an OpenLABEL file cannot hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from formats.format import Loss, SceneExport
from formats.losses import count_losses, lost_between_and_masks
from formats.openlabel.write_scene import SceneParts
from formats.scene_names import check_scene_name
from formats.selection import select_cuboids


def openlabel_losses(exports: Sequence[SceneExport]) -> list[Loss]:
    """What is left out, counted over all scenes.

    Raises:
        FormatError: A scene's name is no file name, or a camera is of a model that the form does not have.
    """
    return count_losses(exports, _lost)


def _lost(export: SceneExport) -> Iterator[str]:
    check_scene_name(export.scene.name, export.scene.path)
    SceneParts(export).streams()
    yield from _lost_labels(export)
    if export.options.sensor_data != "none":
        yield from lost_between_and_masks(export.scene)


def _lost_labels(export: SceneExport) -> Iterator[str]:
    written = {item.track.id for item in select_cuboids(export).cuboids}
    categories = export.options.categories
    for track in export.labels.tracks.values():
        if track.id not in written and (categories is None or track.category in categories):
            yield "tracks without a cuboid: left out"
    for box in export.labels.image_boxes.values():
        if box.track_id is not None and box.track_id not in written:
            yield "image boxes of tracks without a cuboid: left out"
