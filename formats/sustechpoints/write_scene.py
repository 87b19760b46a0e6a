"""A scene as a folder of SUSTechPOINTS."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from calibration import Intrinsics
from formats.box_records import carried_box
from formats.carried import KEY
from formats.errors import FormatError
from formats.euler_xyz import euler_from_rotation
from formats.format import SceneExport, SensorFile, WriteReport
from formats.frame_names import file_names, track_names
from formats.json_files import json_text
from formats.lidar_clouds import lidar_cloud_file
from formats.losses import lost_between_and_masks, lost_lenses, lost_lidars
from formats.place_files import image_file
from formats.scene_extras import encode_extras, main_lidar
from formats.scene_names import check_scene_name, is_file_name
from formats.selection import SelectedCuboid, filter_labels, select_cuboids
from formats.sustechpoints.calibration import camera_text
from formats.sustechpoints.open_scene import CALIB, EXTRAS
from formats.sustechpoints.read_boxes import LABELS
from formats.sustechpoints.taxonomy import OBJ_ATTR
from formats.write_files import check_not_own, write_files
from fusion import Scene
from geometry import SE3


def write_scene(export: SceneExport, out: Path) -> WriteReport:
    """Write labels, calibration and the extra file; raises ``FormatError`` where the form cannot hold the scene."""
    scene = export.scene
    check_writable(scene, out)
    check_not_own(out / scene.name, scene)
    keys = track_names(export.labels.tracks.values())
    selection = select_cuboids(export)
    by_frame = selection.by_frame
    lidar_from_ego = main_lidar(scene)[1].inverse()
    files: dict[str, str | bytes] = {
        f"{scene.name}/{EXTRAS}": json_text(encode_extras(scene, filter_labels(export), keys))
    }
    for index, name in enumerate(file_names(scene)):
        boxes = [_box(item, lidar_from_ego, keys[item.track.id]) for item in by_frame.get(index, [])]
        files[f"{scene.name}/{LABELS}/{name}.json"] = _list_text(boxes)
    for camera, model in scene.rig.cameras.items():
        if isinstance(model, Intrinsics):
            cam_from_lidar = scene.rig.cam_from_ego(camera) @ lidar_from_ego.inverse()
            files[f"{scene.name}/{CALIB}/{camera}.json"] = camera_text(model, cam_from_lidar)
    return WriteReport(write_files(out, files), len(selection.cuboids))


def scene_files(export: SceneExport) -> Iterator[SensorFile]:
    """Clouds of the first lidar and images."""
    scene = export.scene
    for frame, name in zip(scene.frames, file_names(scene), strict=True):
        yield from lidar_cloud_file(scene, frame, f"{scene.name}/lidar/{name}.pcd")
        for image in frame.images:
            yield image_file(f"{scene.name}/camera/{image.camera}/{name}", image)


def scene_losses(export: SceneExport) -> Iterator[str]:
    """One message for every thing that the folder does not hold."""
    scene = export.scene
    check_writable(scene, scene.path)
    yield from lost_lenses(scene)
    if scene.map_from_world is not None:
        yield "places on a map: the drive begins at zero"
    if scene.origin_wgs84 is not None:
        yield "the place on Earth: left out"
    if not scene.is_sequential:
        yield "samples that do not follow each other: read as a drive of 10 Hz"
    if export.options.sensor_data == "none":
        return
    yield from lost_lidars(scene, main_lidar(scene)[0])
    yield from lost_between_and_masks(scene)
    differing = (
        image.camera for frame in scene.frames for image in frame.images if image.timestamp_ns != frame.timestamp_ns
    )
    yield from (f"times of images of {camera}: taken as the frame's" for camera in differing)


def check_writable(scene: Scene, out: Path) -> None:
    """Raise ``FormatError`` where the form cannot hold a scene."""
    check_scene_name(scene.name, out)
    if any(frame.cameras is not None for frame in scene.frames):
        reason = f"expected one calibration of all frames, found samples of several in {scene.name}"
        raise FormatError(out, f"{reason}; use native or kitti-object")
    for camera, model in scene.rig.cameras.items():
        if not is_file_name(camera):
            raise FormatError(out, f"expected cameras whose names can name a folder, found {camera[:60]!r}")
        if not isinstance(model, Intrinsics):
            raise FormatError(out, f"expected cameras with a focal length, found {camera} of another model")


def _box(item: SelectedCuboid, lidar_from_ego: SE3, key: str) -> dict[str, Any]:
    lidar_from_object = lidar_from_ego @ item.cuboid.ego_from_object
    answer = item.key.attributes.get(OBJ_ATTR)
    return {
        "obj_id": key,
        "obj_type": item.track.category,
        "psr": {
            "position": _xyz(lidar_from_object.translation.tolist()),
            "rotation": _xyz(euler_from_rotation(lidar_from_object.rotation)),
            "scale": _xyz(item.cuboid.size_lwh_m.tolist()),
        },
        **({OBJ_ATTR: answer} if isinstance(answer, str) else {}),
        KEY: carried_box(item, key, {OBJ_ATTR} if isinstance(answer, str) else ()),
    }


def _xyz(values: Any) -> dict[str, float]:
    return dict(zip("xyz", values, strict=True))


def _list_text(boxes: list[dict[str, Any]]) -> str:
    """A list, one box a line."""
    lines = (json.dumps(box, ensure_ascii=False, allow_nan=False) for box in boxes)
    return "[\n" + ",\n".join(lines) + "\n]\n" if boxes else "[]\n"
