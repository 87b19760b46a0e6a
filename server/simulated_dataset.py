"""Simulated drives as a dataset on disk, in KITTI's tracking form, with their exact labels.

KITTI's rows hold only what the camera that looks ahead sees, so the whole truth, with the points on every object, lies
beside them in ``truth/<name>.json``, as label records.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from server.jobs.context import Report

if TYPE_CHECKING:
    from calibration import SensorRig
    from formats.kitti import DriveFrame
    from labels import LabelSet
    from simulation import SimulatedDrive, SimulatedObject

LIDAR = "velodyne"
FORMAT = "kitti-tracking"
Truth = list[tuple["SimulatedObject", ...]]


def write_simulated_dataset(out: Path, *, frame_count: int, scene_count: int, seed: int, report: Report) -> int:
    """Simulate drives and write them as ``training/`` below a folder.

    Args:
        out: The folder.
        frame_count: Frames of each drive, ten a second.
        scene_count: Drives; the n-th has the seed ``seed + n``.
        seed: Decides everything that is random.
        report: Told after each frame.

    Returns:
        The number of label rows; KITTI's rows hold what the camera that looks ahead sees.
    """
    from simulation import simulate_drive

    rows = 0
    for number in range(scene_count):
        drive = simulate_drive(seed + number, frame_count)
        done, total = number * frame_count, scene_count * frame_count
        rows += _write_drive(out / "training", f"{number:04d}", drive, done, total, report)
    return rows


def _write_drive(training: Path, name: str, drive: SimulatedDrive, done: int, total: int, report: Report) -> int:
    from formats import ExportOptions, SceneExport, get_format, open_scene
    from formats.kitti import write_drive

    truth: Truth = []
    write_drive(training, name, _rig(drive), _frames(drive, truth, done, total, report))
    scene = open_scene(training, name, FORMAT)
    labels = _labels(name, truth)
    _write_truth(training, name, labels)
    return (
        get_format(FORMAT)
        .write_labels(SceneExport(scene, labels, ExportOptions(include_unconfirmed=True)), training)
        .rows
    )


def _write_truth(training: Path, name: str, labels: LabelSet) -> None:
    from labels import encode_label_set

    path = training / "truth" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(encode_label_set(labels), separators=(",", ":")), encoding="utf-8")


def read_truth(training: Path, name: str) -> LabelSet:
    """All labels of a simulated drive, all around the vehicle.

    Raises:
        RecordError: The file holds something else.
    """
    from labels import decode_label_set

    return decode_label_set(json.loads((training / "truth" / f"{name}.json").read_text(encoding="utf-8")), name)


def _rig(drive: SimulatedDrive) -> SensorRig:
    from calibration import Pinhole, SensorRig

    cameras = {
        camera.name: Pinhole(camera.fx_px, camera.fy_px, camera.cx_px, camera.cy_px, camera.width_px, camera.height_px)
        for camera in drive.cameras
    }
    ego_from_sensor = {camera.name: camera.cam_from_ego.inverse() for camera in drive.cameras}
    return SensorRig(ego_from_sensor | {LIDAR: drive.ego_from_lidar}, cameras, (LIDAR,))


def _frames(drive: SimulatedDrive, truth: Truth, done: int, total: int, report: Report) -> Iterator[DriveFrame]:
    """One frame at a time, so that a long drive needs no more memory than a short one; fills ``truth``."""
    from formats.kitti import DriveFrame
    from pointcloud import PointCloud

    for index in range(drive.frame_count):
        report((done + index) / total, f"frame {done + index + 1} of {total}")
        frame = drive.frame(index)
        truth.append(frame.objects)
        points = frame.points_lidar
        cloud = PointCloud(points[:, :3], LIDAR, intensity=points[:, 3])
        yield DriveFrame(cloud, frame.images, frame.world_from_ego)


def _labels(name: str, truth: Truth) -> LabelSet:
    from labels import Cuboid, LabelSet, Track

    categories: dict[int, str] = {}
    frames: dict[int, list[int]] = {}
    cuboids: dict[str, Cuboid] = {}
    for frame_index, objects in enumerate(truth):
        for item in objects:
            categories[item.track] = item.category
            frames.setdefault(item.track, []).append(frame_index)
            cuboid_id = _id(name, item.track, frame_index)
            cuboids[cuboid_id] = Cuboid(
                cuboid_id,
                _id(name, item.track),
                frame_index,
                item.box_ego.frame_from_object,
                item.box_ego.size_lwh_m,
                attributes={"occluded": item.occluded, "lidar_points": item.lidar_points},
            )
    tracks = {
        _id(name, track): Track(
            _id(name, track), category, frames[track][0], frames[track][-1], str(track), is_rigid=_is_rigid(category)
        )
        for track, category in categories.items()
    }
    return LabelSet(tracks=tracks, cuboids=cuboids)


def _is_rigid(category: str) -> bool:
    return category not in ("Pedestrian", "Cyclist")


def _id(*parts: object) -> str:
    return str(uuid5(NAMESPACE_URL, "truebox:simulated:" + "/".join(map(str, parts))))
