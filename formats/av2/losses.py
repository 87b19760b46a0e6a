"""What of a scene AV2's tables cannot hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from calibration import BrownConrady
from formats.av2.calibration import AHEAD
from formats.av2.read_annotations import POINTS_GIVEN
from formats.av2.taxonomy import AV2_TAXONOMY
from formats.av2.write_log import check_log, is_own_sweep
from formats.format import Loss, SceneExport
from formats.losses import count_losses, lost_between_and_masks
from formats.selection import select_cuboids
from fusion import Scene

RING = "ring_"
NOT_COUNTED = (
    "cuboids of frames without a cloud: num_interior_pts is written as -1, and av2's evaluation leaves them out"
)


def log_losses(exports: Sequence[SceneExport]) -> list[Loss]:
    """What is left out or changed, counted over all scenes; raises ``FormatError`` where a scene cannot be a log."""
    return count_losses(exports, _lost)


def _lost(export: SceneExport) -> Iterator[str]:
    check_log(export.scene, export.scene.path)
    yield from _lost_labels(export)
    yield from _lost_of_scene(export.scene)
    if export.options.sensor_data != "none":
        yield from _lost_data(export.scene)


def _lost_labels(export: SceneExport) -> Iterator[str]:
    known = {category.name for category in AV2_TAXONOMY.categories}
    written: set[str] = set()
    for item in select_cuboids(export).cuboids:
        written.add(item.track.id)
        if not item.is_key:
            yield "cuboids between keys: written like keys"
        if not export.scene.frames[item.cuboid.frame_index].sweeps and POINTS_GIVEN not in item.cuboid.attributes:
            yield NOT_COUNTED
        if item.track.category not in known:
            yield f"category {item.track.category}: written as it is, but av2's evaluation does not know it"
    for box in export.labels.image_boxes.values():
        if box.track_id is not None and box.track_id not in written:
            yield "image boxes of tracks without a cuboid: left out"


def _lost_of_scene(scene: Scene) -> Iterator[str]:
    if scene.trajectory is None:
        yield "scenes without poses: no city_SE3_egovehicle.feather is written, which av2's loader needs"
    if scene.frames and not scene.is_sequential:
        yield "scenes whose frames do not follow each other: read as a drive"
    for name, camera in scene.rig.cameras.items():
        if scene.rig.images_are == "raw" and camera.bends_lines:
            kept = "carried beside k1, k2, k3" if isinstance(camera, BrownConrady) else "carried beside them"
            yield f"lens of {name}: av2 takes images as undistorted; the lens is {kept}, which only this program reads"


def _lost_data(scene: Scene) -> Iterator[str]:
    ring = {name for name in scene.rig.cameras if name.startswith(RING) or name == AHEAD}
    for frame in scene.frames:
        if len(frame.sweeps) > 1:
            yield "frames of several lidars: written as one sweep, which lidar a point came from is left out"
        elif frame.sweeps and not is_own_sweep(scene, frame) and frame.sweeps[0].timestamp_ns != frame.timestamp_ns:
            yield "sweeps at other times than their frame: moved to the frame's time"
        for image in frame.images:
            if image.camera not in ring:
                yield f"images of {image.camera}: av2's loader lists cameras by its own names only"
            if (image.suffix or image.path.suffix).lower() == ".png":
                yield f"images of {image.camera}: written as PNG, where av2's loader looks for JPEG"
            if image.row_time_ns:
                yield f"images of {image.camera}: the time from row to row is left out"
    yield from lost_between_and_masks(scene)
