"""Tiny scenes in the native form, each with something missing, broken or out of measure."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from calibration import Pinhole, SensorRig
from formats import ExportOptions, SceneExport, get_format
from formats.place_files import place_file
from fusion import CameraImage, Frame, Scene, Sweep
from geometry import SE3, Trajectory
from labels import LabelSet
from pointcloud import PointCloud, count_kitti_bin, read_kitti_bin, write_kitti_bin

NAME = "odd"
STEP_NS = 100_000_000
LOOKS_AHEAD = np.array([[0.0, 0, 1], [-1, 0, 0], [0, -1, 0]])
Json = dict[str, Any]


def write_scene(
    folder: Path,
    change: Callable[[Json], None] | None = None,
    *,
    frame_count: int = 5,
    points: PointCloud | None = None,
) -> Path:
    """A drive of one lidar and one camera; ``change`` edits its ``scene.json``. Returns the dataset's folder.

    Args:
        folder: Where it is made.
        change: What is wrong with it.
        frame_count: How long it is.
        points: Of every frame, in the lidar's frame; a street where left out.
    """
    source, out = folder / "source", folder / "dataset"
    source.mkdir(parents=True)
    cloud, picture = source / "cloud.bin", source / "picture.png"
    write_kitti_bin(cloud, street() if points is None else points)
    Image.fromarray(np.full((94, 310, 3), 90, np.uint8)).save(picture)
    times = [1_600_000_000_000_000_000 + STEP_NS * i for i in range(frame_count)]
    frames = tuple(
        Frame(
            i,
            time,
            (Sweep("top", time, cloud, read_kitti_bin, count_kitti_bin),),
            (CameraImage("front", time, picture),),
        )
        for i, time in enumerate(times)
    )
    poses = [SE3.from_yaw(0.0, [0.5 * i, 0, 0]) for i in range(frame_count)]
    scene = Scene(NAME, source, "made", rig(), frames, Trajectory.from_poses(times, poses))
    taxonomy = get_format("kitti-tracking").default_taxonomy
    export = SceneExport(scene, LabelSet(), ExportOptions(sensor_data="link"), taxonomy)
    native = get_format("native")
    native.write_labels(export, out)
    for file in native.sensor_files(export):
        place_file(file, out, "link")
    if change is not None:
        path = scene_folder(out) / "scene.json"
        content = json.loads(path.read_text())
        change(content)
        path.write_text(json.dumps(content))
    return out


def scene_folder(dataset: Path) -> Path:
    return dataset / "scenes" / NAME


def rig() -> SensorRig:
    return SensorRig(
        {"top": SE3.from_yaw(0.0, [0, 0, 1.8]), "front": SE3(LOOKS_AHEAD, np.array([1.5, 0, 1.5]))},
        {"front": Pinhole(180.0, 180.0, 155.0, 47.0, 310, 94)},
        ("top",),
    )


def street() -> PointCloud:
    """Ground around the vehicle and a box of points ahead, in the lidar's frame."""
    rng = np.random.default_rng(0)
    ground = np.column_stack([rng.uniform(-30, 30, (2000, 2)), np.full(2000, -1.8)])
    car = rng.uniform([10, -1, -1.7], [14, 1, -0.3], (500, 3))
    return cloud_of(np.concatenate([ground, car]))


def cloud_of(xyz: NDArray[np.float64]) -> PointCloud:
    return PointCloud(xyz.astype(np.float32), "top", intensity=np.full(len(xyz), 0.5, np.float32))


def put_points(dataset: Path, frame_index: int, points: NDArray[np.float32]) -> None:
    """Another cloud for one frame, (N, 4) as the file has it; the other frames keep theirs."""
    path = scene_folder(dataset) / f"data/top/{frame_index:06d}.bin"
    path.unlink()
    path.write_bytes(points.astype("<f4").tobytes())
