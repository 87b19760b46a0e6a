"""What of a scene and its labels an OpenLABEL file cannot hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from formats.format import Loss, SceneExport
from formats.openlabel.write_scene import SceneParts
from formats.scene_names import check_scene_name
from formats.selection import select_cuboids


def openlabel_losses(exports: Sequence[SceneExport]) -> list[Loss]:
    """What is left out, counted over all scenes.

    Raises:
        FormatError: A scene's name is no file name, or a camera is of a model that the form does not have.
    """
    counts: Counter[str] = Counter()
    for export in exports:
        check_scene_name(export.scene.name, export.scene.path)
        SceneParts(export).streams()
        counts.update(_lost_labels(export))
        if export.options.sensor_data != "none":
            counts.update(_lost_sensor_data(export))
    return [Loss(message, count) for message, count in counts.items()]


def _lost_labels(export: SceneExport) -> Iterator[str]:
    written = {item.track.id for item in select_cuboids(export).cuboids}
    categories = export.options.categories
    for track in export.labels.tracks.values():
        if track.id not in written and (categories is None or track.category in categories):
            yield "tracks without a cuboid: left out"
    for box in export.labels.image_boxes.values():
        if box.track_id is not None and box.track_id not in written:
            yield "image boxes of tracks without a cuboid: left out"


def _lost_sensor_data(export: SceneExport) -> Iterator[str]:
    yield from ("clouds between frames: left out, as streams belong to frames" for _ in export.scene.sweeps_between)
    yield from ("masks of the own vehicle: left out" for _ in export.scene.masks)
