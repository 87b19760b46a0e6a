"""Opening long scenes as references: seconds and memory of a fresh process; and reading clouds beside other readers."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.clouds import resized, simulated_cloud
from benchmarks.timing import interleaved_ms
from calibration import Pinhole, SensorRig
from formats import Dataset, ExportOptions, Format, SceneExport, all_formats
from formats.av2.sweeps import read_av2_sweep, write_av2_sweep
from formats.convert import Conversion, write_conversion
from formats.nuscenes.sweep_bin import read_sweep_bin, write_sweep_bin
from fusion import CameraImage, Frame, Scene, Sweep
from geometry import SE3, Trajectory
from labels import Cuboid, LabelSet, Track
from pointcloud import (
    PointCloud,
    count_kitti_bin,
    read_kitti_bin,
    read_pcd,
    write_kitti_bin,
    write_pcd,
)
from pointcloud.las import read_las

NAME = "formats"
BUDGET_S, BUDGET_MB = 1.0, 200.0
CAMERAS = tuple(f"camera_{index}" for index in range(6))
STEP_NS = 100_000_000
IMAGE_SIZE_PX = (64, 48)
CAM_FROM_FORWARD = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [1.0, 0.0, 0.0]])
OPEN = """
import json, sys, time, tracemalloc
from pathlib import Path
from formats import get_format
item, path = get_format(sys.argv[1]), Path(sys.argv[2])
start = time.perf_counter()
scenes = item.open_dataset(path).scenes
seconds = time.perf_counter() - start
frames = sum(len(scene.frames) for scene in scenes)
del scenes
tracemalloc.start()  # slows what it watches, so the second opening is for memory alone
scenes = item.open_dataset(path).scenes
print(json.dumps([seconds, tracemalloc.get_traced_memory()[1] / 2**20, frames]))
"""


def run(*, frames: int = 1000, points: int = 120_000, rounds: int = 5) -> dict[str, Any]:
    """Scenes have a lidar and six cameras: ``<format>_open_s``, ``_open_mb``; ratios of reading above 1 are faster."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        scene, labels = _scene(folder / "stage", frames)
        figures: dict[str, Any] = {"frames": frames, "budget_s": BUDGET_S, "budget_mb": BUDGET_MB}
        for item in all_formats():
            if item.can_write_labels and item.can_read_scenes:
                figures |= _open(item, scene, labels, folder, rounds)
        return figures | _read_clouds(folder, points, rounds)


def _open(item: Format, scene: Scene, labels: LabelSet, folder: Path, rounds: int) -> dict[str, Any]:
    options = ExportOptions(include_unconfirmed=True, sensor_data="link")
    out = folder / item.name
    export = SceneExport(scene, labels, options, item.default_taxonomy)
    write_conversion(Conversion(Dataset("made", scene.path, (scene,)), item, (export,), (), ()), out)
    measured = [_opened(item.name, out) for _ in range(rounds)]
    seconds, megabytes, counts = zip(*measured, strict=True)
    name = item.name.replace("-", "_")
    return {
        f"{name}_open_s": median(seconds),
        f"{name}_open_mb": median(megabytes),
        f"{name}_frames": counts[0],
    }


def _opened(format_name: str, path: Path) -> tuple[float, float, int]:
    """Seconds and megabytes of opening alone, in a process that has imported the formats."""
    answer = subprocess.run(
        [sys.executable, "-c", OPEN, format_name, str(path)], capture_output=True, text=True, check=True
    )
    seconds, megabytes, frame_count = json.loads(answer.stdout)
    return seconds, megabytes, frame_count


def _scene(stage: Path, frame_count: int) -> tuple[Scene, LabelSet]:
    """A scene whose frames all name the same small files, with one parked car."""
    from PIL import Image

    stage.mkdir(parents=True)
    cloud, picture = stage / "cloud.bin", stage / "picture.jpg"
    points = np.random.default_rng(0).uniform(-30, 30, (200, 3)).astype(np.float32)
    write_kitti_bin(cloud, PointCloud(points, "lidar", intensity=np.zeros(200, dtype=np.float32)))
    Image.new("RGB", IMAGE_SIZE_PX).save(picture)
    frames = tuple(_frame(index, cloud, picture) for index in range(frame_count))
    poses = [SE3.from_yaw(0.0, [index * 0.8, 0.0, 0.0]) for index in range(frame_count)]
    trajectory = Trajectory.from_poses([frame.timestamp_ns for frame in frames], poses)
    scene = Scene("0000", stage, "made", _rig(), frames, trajectory)
    track = Track("t", "Car", 0, frame_count - 1, "0", is_static=False)
    cuboids = {
        f"c{index}": Cuboid(f"c{index}", "t", index, SE3.from_yaw(0.0, [12.0, 3.0, 0.0]), np.array([4.0, 1.8, 1.6]))
        for index in range(frame_count)
    }
    return scene, LabelSet(tracks={"t": track}, cuboids=cuboids)


def _frame(index: int, cloud: Path, picture: Path) -> Frame:
    time_ns = (index + 1) * STEP_NS
    sweep = Sweep("lidar", time_ns, cloud, read_kitti_bin, count_kitti_bin)
    return Frame(index, time_ns, (sweep,), tuple(CameraImage(name, time_ns, picture) for name in CAMERAS))


def _rig() -> SensorRig:
    places = {"lidar": SE3.from_yaw(0.0, [1.0, 0.0, 1.8])}
    for index, name in enumerate(CAMERAS):
        looking = SE3.from_yaw(np.deg2rad(60.0 * index), [1.0, 0.0, 1.6])
        places[name] = looking @ SE3(CAM_FROM_FORWARD.T, np.zeros(3))
    cameras = {name: Pinhole(50.0, 50.0, 31.5, 23.5, *IMAGE_SIZE_PX) for name in CAMERAS}
    return SensorRig(places, cameras, ("lidar",))


def _read_clouds(folder: Path, points: int, rounds: int) -> dict[str, float]:
    cloud = resized(simulated_cloud(), points)
    figures: dict[str, float] = {}
    for name, ours, theirs in _readers(folder, cloud):
        times_ms = interleaved_ms({"ours": ours, "theirs": theirs}, rounds=rounds)
        figures[f"{name}_read_ms"] = times_ms["ours"]
        figures[f"{name}_read_times_own_reader"] = times_ms["theirs"] / times_ms["ours"]
    return figures


def _readers(folder: Path, cloud: PointCloud) -> Iterator[tuple[str, Callable[[], Any], Callable[[], Any]]]:
    """Name, our reader, and what people of that form read it with.

    nuScenes' devkit and pykitti read plain floats as they are; theirs is the bare call, ours also parts the columns and
    leaves out what is no number. Argoverse's own reader makes a table and then an array of it.
    """
    import open3d
    import pyarrow.feather

    kitti, pcd, nuscenes, av2 = (folder / f"cloud.{end}" for end in ("bin", "pcd", "pcd.bin", "feather"))
    las, laz = _write_las(folder, cloud)
    write_kitti_bin(kitti, cloud)
    write_pcd(pcd, cloud)
    write_sweep_bin(nuscenes, cloud)
    write_av2_sweep(av2, cloud)
    yield "kitti_bin", lambda: read_kitti_bin(kitti), lambda: np.fromfile(kitti, dtype=np.float32).reshape(-1, 4)
    yield (
        "nuscenes",
        lambda: read_sweep_bin(nuscenes, "lidar"),
        lambda: np.fromfile(nuscenes, dtype=np.float32).reshape(-1, 5)[:, :4].T,
    )
    yield (
        "av2",
        lambda: read_av2_sweep(av2, "lidar"),
        lambda: np.column_stack([column.to_numpy() for column in pyarrow.feather.read_table(str(av2)).columns]),
    )
    yield "pcd", lambda: read_pcd(pcd), lambda: open3d.t.io.read_point_cloud(pcd)
    yield "las", lambda: read_las(las), lambda: _read_by_laspy(las)
    yield "laz", lambda: read_las(laz), lambda: _read_by_laspy(laz)


def _read_by_laspy(path: Path) -> list[Any]:
    """What a cloud holds of such a file."""
    import laspy

    points = laspy.read(path)
    return [np.array(points[name]) for name in ("x", "y", "z", "intensity", "gps_time", "red", "green", "blue")]


def _write_las(folder: Path, cloud: PointCloud) -> tuple[Path, Path]:
    import laspy

    points = laspy.create(point_format=3, file_version="1.2")
    points.header.scales = np.full(3, 0.001)
    points.x, points.y, points.z = cloud.positions_m.T
    paths = folder / "cloud.las", folder / "cloud.laz"
    for path in paths:
        points.write(path)
    return paths
