"""What of a scene and its labels nuScenes' tables cannot hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from calibration import Pinhole
from formats.format import Loss, SceneExport
from formats.losses import count_losses
from formats.nuscenes.make_rows import RowMaker
from formats.nuscenes.sweep_bin import read_sweep_bin
from formats.scene_names import check_scene_name
from fusion import Scene
from pointcloud import read_kitti_bin


def nuscenes_losses(exports: Sequence[SceneExport]) -> list[Loss]:
    """What is left out or changed, counted over all scenes.

    Raises:
        FormatError: A scene's name is no file name, or one of its times cannot be held.
    """
    return count_losses(exports, _lost)


def _lost(export: SceneExport) -> Iterator[str]:
    check_scene_name(export.scene.name, export.scene.path)
    selected = RowMaker(export).labels.selected
    frames = export.scene.frames
    for item in selected:
        if not frames[item.cuboid.frame_index].sweeps:
            yield "cuboids in frames without a cloud: num_lidar_pts is 0, and evaluators leave them out"
    annotated = {item.track.id for item in selected}
    for track in export.labels.tracks.values():
        if track.id not in annotated:
            yield "tracks without a cuboid to write: left out"
    for box in export.labels.image_boxes.values():
        if box.track_id is not None and box.track_id not in annotated:
            yield "image boxes of tracks without a cuboid to write: left out"
    yield from _lost_of_scene(export.scene)
    if export.options.sensor_data != "none":
        yield from _lost_of_clouds(export.scene)


def _lost_of_scene(scene: Scene) -> Iterator[str]:
    for camera in scene.rig.cameras.values():
        if not isinstance(camera, Pinhole):
            yield "cameras with a lens that bends lines: carried, but other programs project as if it bent none"
    if scene.trajectory is None:
        yield "scenes without poses: other programs see a vehicle that stands still at the map's origin"
    elif (scene.trajectory.timestamps_ns < 0).any():
        yield "poses before 1970: left out"
    if not scene.is_sequential:
        yield "scenes whose samples do not follow each other: samples stand alone, times are nominal"
    yield from ("masks of the own vehicle: left out" for _ in scene.masks)


def _lost_of_clouds(scene: Scene) -> Iterator[str]:
    sweeps = (*(sweep for frame in scene.frames for sweep in frame.sweeps), *scene.sweeps_between)
    for sweep in sweeps:
        if sweep.read not in (read_sweep_bin, read_kitti_bin):
            yield f"clouds of {sweep.sensor}: written as x, y, z, intensity and ring alone"
