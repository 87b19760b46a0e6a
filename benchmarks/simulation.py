"""The simulated drive: seconds a frame, and how like KITTI's frames it is where there are some."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

import numpy as np

from formats import get_format, open_dataset
from geometry import Box
from geometry.arrays import FloatArray
from pointcloud import read_kitti_bin
from simulation import DEFAULT_SEED, DriveOptions, SimulatedDrive, SimulatedFrame, simulate_drive
from simulation.plans import PLANS
from simulation.realism import Recording, compare, points_at_range, recording

NAME = "simulation"
CATEGORIES = ("Car", "Van")
RAW_SWEEPS = "kitti_raw/2011_09_26/2011_09_26_drive_0013_sync/velodyne_points/data/*.bin"
OBJECT_SWEEPS = "kitti_object/training/velodyne/00000[0-3].bin"
LABELLED = (("kitti-tracking", "kitti_tracking"), ("kitti-object", "kitti_object"))


def run(
    *,
    frames: int = 7,
    image_size_px: tuple[int, int] = (1242, 375),
    azimuths: int = 1800,
    seeds: Sequence[int] = (DEFAULT_SEED, 12, 13),
    drive_frames: int = 40,
) -> dict[str, float | int | str | None]:
    """Processor seconds of a frame of the default drive, and how far each surroundings is from real frames."""
    options = DriveOptions(image_size_px=image_size_px, azimuths=azimuths)
    drive = simulate_drive(DEFAULT_SEED, drive_frames, options=options)
    moments = [int(moment) for moment in np.linspace(0, drive_frames - 1, frames)]
    without = simulate_drive(DEFAULT_SEED, drive_frames, options=DriveOptions(azimuths=azimuths, pictures=False))
    figures: dict[str, float | int | str | None] = {
        "frame_s": _seconds(drive.frame, moments),
        "frame_without_pictures_s": _seconds(without.frame, moments),
    }
    real = _real()
    if real is None:
        return figures | {"real_frames": None}
    for surroundings in PLANS:
        drives = [
            simulate_drive(
                seed,
                drive_frames,
                options=DriveOptions(azimuths=azimuths, pictures=False, surroundings=surroundings),
            )
            for seed in seeds
        ]
        made = _made(drives, (moments[0], moments[-1]))
        figures |= {f"{surroundings}.{name}": value for name, value in compare(made, real).items()}
    return figures


def _seconds(frame: Callable[[int], SimulatedFrame], moments: Sequence[int]) -> float:
    """Median processor seconds; the first call, which opens libraries and paints textures, does not count."""
    frame(moments[0])
    times = []
    for moment in moments:
        start = time.process_time()
        frame(moment)
        times.append(time.process_time() - start)
    return median(times)


def _made(drives: Sequence[SimulatedDrive], moments: Sequence[int]) -> Recording:
    sweeps, objects = [], []
    for drive in drives:
        for moment in moments:
            frame = drive.frame(moment)
            lidar_from_ego = drive.ego_from_lidar.inverse()
            boxes = [label.box_ego.transform(lidar_from_ego) for label in frame.objects if label.category in CATEGORIES]
            sweeps.append(frame.points_lidar.astype(np.float64))
            objects.append(points_at_range(sweeps[-1], boxes))
    return recording(sweeps, objects)


def _real() -> Recording | None:
    """Frames of KITTI, or None where the folder ``TRUEBOX_TEST_DATA`` (or ../shared/data) has none."""
    named = os.environ.get("TRUEBOX_TEST_DATA")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"
    paths = [*sorted(folder.glob(RAW_SWEEPS))[::4], *sorted(folder.glob(OBJECT_SWEEPS))]
    if not paths:
        return None
    sweeps = []
    for path in paths:
        cloud = read_kitti_bin(path)
        intensity = np.zeros(len(cloud)) if cloud.intensity is None else cloud.intensity
        sweeps.append(np.column_stack([cloud.xyz, intensity]).astype(np.float64))
    return recording(sweeps, list(_real_objects(folder)))


def _real_objects(folder: Path) -> Iterator[FloatArray]:
    """Points of the labelled cars and vans of all frames that have a cloud."""
    for name, where in LABELLED:
        if not (folder / where).is_dir():
            continue
        for scene in open_dataset(folder / where, name).scenes:
            boxes: dict[int, list[Box]] = {}
            labels = get_format(name).read_labels(scene).labels
            for cuboid in labels.cuboids.values():
                if labels.tracks[cuboid.track_id].category in CATEGORIES:
                    boxes.setdefault(cuboid.frame_index, []).append(Box(cuboid.ego_from_object, cuboid.size_lwh_m))
            for frame_index, some in boxes.items():
                for sweep in scene.frame(frame_index).sweeps:
                    lidar_from_ego = scene.rig.ego_from_sensor[sweep.sensor].inverse()
                    points = sweep.cloud().xyz.astype(np.float64)
                    yield points_at_range(points, [box.transform(lidar_from_ego) for box in some])
