"""Simulated drives as a dataset on disk, in any form that can be written, with their exact labels.

KITTI's rows hold only what the camera that looks ahead sees, so the whole truth, with the points on every object, lies
beside them in ``truth/<name>.json``, as label records.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from server.jobs.context import Report
from server.simulated_scene import Truth, rig_of, stage_drive

if TYPE_CHECKING:
    from formats.kitti import DriveFrame
    from labels import LabelSet
    from simulation import DriveOptions, SimulatedDrive

LIDAR = "velodyne"
FORMAT = "kitti-tracking"


def write_simulated_dataset(
    out: Path,
    *,
    frame_count: int,
    scene_count: int,
    seed: int,
    report: Report,
    format: str = FORMAT,  # noqa: A002
    options: DriveOptions | None = None,
) -> int:
    """Simulate drives and write them below a folder; those of KITTI's tracking form as ``training/``.

    Args:
        out: The folder.
        frame_count: Frames of each drive, ten a second.
        scene_count: Drives; the n-th has the seed ``seed + n``.
        seed: Decides everything that is random.
        report: Told after each frame.
        format: The name of a format that can be written.
        options: What the sensors record, and of what.

    Returns:
        The number of labels; KITTI's rows hold what the camera that looks ahead sees.

    Raises:
        FormatError: The form cannot hold what the sensors record.
        ValueError: There is no such format.
    """
    from simulation import simulate_drive

    rows = 0
    for number in range(scene_count):
        drive = simulate_drive(seed + number, frame_count, options=options)
        done, total = number * frame_count, scene_count * frame_count
        name = f"{number:04d}"
        if format == FORMAT and _is_kitti(drive):
            rows += _write_drive(out / "training", name, drive, done, total, report)
        else:
            rows += _convert_drive(out, name, drive, format, done, total, report)
    return rows


def _is_kitti(drive: SimulatedDrive) -> bool:
    """Whether a drive has one lidar and no lens, as KITTI's have, so that frames can be written as they are made."""
    return len(drive.lidars) == 1 and not drive.options.rolling and all(c.lens is None for c in drive.cameras)


def _convert_drive(
    out: Path, name: str, drive: SimulatedDrive, format_name: str, done: int, total: int, report: Report
) -> int:
    """By way of a scene with every channel, which lives beside ``out`` so that files may be linked."""
    from formats import Dataset, ExportOptions, SceneExport, get_format
    from formats.convert import Conversion, write_conversion

    target = get_format(format_name)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as stage:
        scene, truth = stage_drive(
            Path(stage),
            name,
            drive,
            lambda frames: report((done + frames) / total, f"frame {done + frames} of {total}"),
        )
        options = ExportOptions(include_unconfirmed=True, sensor_data="link")
        export = SceneExport(scene, _labels(name, truth), options, get_format(FORMAT).default_taxonomy)
        dataset = Dataset("simulated", Path(stage), (scene,))
        return write_conversion(Conversion(dataset, target, (export,), tuple(target.losses([export])), ()), out).rows


def _write_drive(training: Path, name: str, drive: SimulatedDrive, done: int, total: int, report: Report) -> int:
    from formats import ExportOptions, SceneExport, get_format, open_scene
    from formats.kitti import write_drive

    truth: Truth = []
    write_drive(training, name, rig_of(drive), _frames(drive, truth, done, total, report))
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
