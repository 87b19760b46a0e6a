"""A scene as a sequence of PandaSet: cuboids, poses, times and intrinsics; and where its clouds and images belong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from scipy.spatial.transform import Rotation

from calibration import Intrinsics
from formats.box_records import carried_box
from formats.carried import KEY, carried_text
from formats.checked_values import usable_text
from formats.errors import FormatError
from formats.format import SceneExport, SensorFile, WriteReport
from formats.losses import lost_between_and_masks, lost_lenses
from formats.pandaset.clouds import PandarReader, write_clouds
from formats.pandaset.extras import FILE, ego_from_pose, extras_text
from formats.pandaset.read_cuboids import TILT
from formats.pandaset.sensor_json import intrinsics_text, poses_text, times_text
from formats.pandaset.taxonomy import COLUMNS, WHOLE_COLUMNS
from formats.pandaset.write_table import table_bytes
from formats.place_files import image_file
from formats.scene_names import check_scene_name, is_file_name
from formats.selection import SelectedCuboid, filter_labels, select_cuboids
from formats.write_files import check_not_own, write_files
from fusion import Scene
from geometry import SE3
from labels import Track

UPRIGHT_RAD = 1e-9
MAX_WHOLE = 1_000_000


def write_sequence(export: SceneExport, out: Path) -> WriteReport:
    """Write all but clouds and images; raises ``FormatError`` where the form cannot hold the scene."""
    scene = export.scene
    check_writable(scene, out)
    check_not_own(out / scene.name, scene)
    keys, selection = _track_keys(export), select_cuboids(export)
    by_frame = selection.by_frame
    files: dict[str, str | bytes] = {f"{scene.name}/{name}": text for name, text in _texts(export, keys).items()}
    for index in range(len(scene.frames)):
        table = _cuboids(scene, index, by_frame.get(index, []), keys)
        files[f"{scene.name}/annotations/cuboids/{index:02d}.pkl.gz"] = table
    return WriteReport(write_files(out, files), len(selection.cuboids))


def sequence_files(export: SceneExport) -> Iterator[SensorFile]:
    """Clouds and images."""
    scene = export.scene
    lidars = scene.rig.lidars
    for frame in scene.frames:
        target = f"{scene.name}/lidar/{frame.index:02d}.pkl.gz"
        if frame.sweeps and all(isinstance(sweep.read, PandarReader) for sweep in frame.sweeps):
            yield SensorFile(target, frame.sweeps[0].path)
        elif frame.sweeps:
            map_from_ego = scene.map_from_ego(frame.timestamp_ns)
            write = partial(
                write_clouds, scene=scene, frame_index=frame.index, map_from_ego=map_from_ego, lidars=lidars
            )
            yield SensorFile(target, write)
        for image in frame.images:
            yield image_file(f"{scene.name}/camera/{image.camera}/{frame.index:02d}", image)


def sequence_losses(export: SceneExport) -> Iterator[str]:
    """One message for every thing that a sequence does not hold."""
    scene = export.scene
    check_writable(scene, scene.path)
    if scene.map_name:
        yield "names of maps: left out"
    yield from lost_lenses(scene)
    if export.options.sensor_data == "none":
        return
    counts = Counter(
        sweep.sensor for frame in scene.frames for sweep in frame.sweeps if not isinstance(sweep.read, PandarReader)
    )
    for sensor, count in counts.items():
        yield from (f"clouds of {sensor}: written as x, y, z, intensity and time alone" for _ in range(count))
    yield from lost_between_and_masks(scene)
    if any(image.row_time_ns for frame in scene.frames for image in frame.images):
        yield "rolling shutters: the time of a row is left out"


def check_writable(scene: Scene, out: Path) -> None:
    """Raise ``FormatError`` where the form cannot hold a scene."""
    check_scene_name(scene.name, out)
    if not scene.is_sequential:
        raise FormatError(out, f"expected frames that follow each other, found the samples of {scene.name}: use native")
    for camera, model in scene.rig.cameras.items():
        if not is_file_name(camera):
            raise FormatError(out, f"expected cameras whose names can name a folder, found {camera[:60]!r}")
        if not isinstance(model, Intrinsics):
            raise FormatError(out, f"expected cameras with a focal length, found {camera} of another model")


def _track_keys(export: SceneExport) -> dict[str, str]:
    """The uuid of each track: its own where it is one and no other track's, else the record's."""
    counts = Counter(track.external_id for track in export.labels.tracks.values())
    return {
        key: track.external_id if track.external_id and counts[track.external_id] == 1 and _is_uuid(track) else key
        for key, track in export.labels.tracks.items()
    }


def _is_uuid(track: Track) -> bool:
    try:
        return bool(UUID(track.external_id))
    except ValueError:
        return False


def _texts(export: SceneExport, keys: dict[str, str]) -> dict[str, str]:
    scene = export.scene
    times_ns = scene.frame_times_ns
    places = scene.rig.ego_from_sensor
    first = places[scene.rig.lidars[0]].translation if scene.rig.lidars else np.zeros(3)
    files = {
        "lidar/poses.json": poses_text([scene.map_from_ego(time_ns) @ ego_from_pose(first) for time_ns in times_ns]),
        "lidar/timestamps.json": times_text(times_ns),
        "meta/timestamps.json": times_text(times_ns),
        FILE: extras_text(scene, filter_labels(export), keys),
    }
    for camera, model in scene.rig.cameras.items():
        images = [frame.image(camera) for frame in scene.frames]
        stamps = [own if image is None else image.timestamp_ns for own, image in zip(times_ns, images, strict=True)]
        map_from_camera = [scene.map_from_ego(stamp) @ places[camera] for stamp in stamps]
        files[f"camera/{camera}/poses.json"] = poses_text(map_from_camera)
        files[f"camera/{camera}/timestamps.json"] = times_text(stamps)
        if isinstance(model, Intrinsics):
            files[f"camera/{camera}/intrinsics.json"] = intrinsics_text(model)
    return files


def _cuboids(scene: Scene, frame_index: int, selected: list[SelectedCuboid], keys: dict[str, str]) -> bytes:
    map_from_ego = scene.map_from_ego(scene.frames[frame_index].timestamp_ns)
    places = [map_from_ego @ item.cuboid.ego_from_object for item in selected]
    headings = [place.yaw_rad for place in places]
    centers = np.array([place.translation for place in places]).reshape(-1, 3)
    sizes = np.array([item.cuboid.size_lwh_m for item in selected]).reshape(-1, 3)
    answers = [item.key.attributes for item in selected]
    columns: dict[str, Any] = {
        "uuid": [keys[item.track.id] for item in selected],
        "label": [item.track.category for item in selected],
        "yaw": np.array([heading - np.pi / 2 for heading in headings]),
        "stationary": np.array([item.track.is_static for item in selected], dtype=bool),
        "camera_used": _whole("camera_used", answers),
        **{f"position.{axis}": centers[:, column].copy() for column, axis in enumerate("xyz")},
        # The width comes first.
        **{f"dimensions.{axis}": sizes[:, column].copy() for axis, column in zip("xyz", (1, 0, 2), strict=True)},
        **{column: [_answer(found.get(name)) for found in answers] for name, column in COLUMNS.items()},
        WHOLE_COLUMNS["sensor_id"]: _whole("sensor_id", answers),
        KEY: [
            carried_text(_carried(item, keys[item.track.id], SE3.from_yaw(heading, np.zeros(3)), place))
            for item, heading, place in zip(selected, headings, places, strict=True)
        ],
    }
    return table_bytes(columns)


def _carried(item: SelectedCuboid, key: str, map_from_upright: SE3, map_from_object: SE3) -> dict[str, Any]:
    held = [name for name in COLUMNS if _answer(item.cuboid.attributes.get(name))]
    held += [name for name in WHOLE_COLUMNS if _is_whole(item.cuboid.attributes.get(name))]
    carried = carried_box(item, key, held)
    carried["track"].pop("is_static", None)
    tilt = map_from_upright.rotation.T @ map_from_object.rotation
    if Rotation.from_matrix(tilt).magnitude() > UPRIGHT_RAD:
        carried[TILT] = SE3(tilt, np.zeros(3)).quat_wxyz.tolist()
    return carried


def _answer(value: Any) -> str:
    return value if isinstance(value, str) and usable_text(value) == value else ""


def _whole(name: str, answers: list[Any]) -> np.ndarray[Any, np.dtype[np.int64]]:
    values = [found.get(name) for found in answers]
    return np.array([value if _is_whole(value) else -1 for value in values], dtype=np.int64)


def _is_whole(value: Any) -> bool:
    return type(value) is int and 0 <= value < MAX_WHOLE
