"""Simulated drives on disk, in KITTI's tracking form, for the benchmarks and the browser tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from calibration import Pinhole, SensorRig
from formats.kitti import DriveFrame, write_drive
from geometry import SE3
from pointcloud import PointCloud
from simulation import DEFAULT_SEED, DriveOptions, SimulatedDrive, SimulatedObject, simulate_drive

LIDAR = "velodyne"
DriveTruth = tuple[tuple[SimulatedObject, ...], ...]


@dataclass(frozen=True)
class WrittenDrive:
    """A drive on disk and what is true of it.

    Attributes:
        folder: What to import.
        name: The sequence.
        truth: The objects of every frame.
    """

    folder: Path
    name: str
    truth: DriveTruth


def write_simulated_drive(
    folder: Path,
    frame_count: int,
    *,
    azimuths: int,
    image_size_px: tuple[int, int] = (1242, 375),
    pictures: bool = True,
    seed: int = DEFAULT_SEED,
    name: str = "0000",
) -> WrittenDrive:
    """Record a drive without labels below ``folder/training``; 64 · azimuths pulses a frame."""
    options = DriveOptions(image_size_px=image_size_px, azimuths=azimuths, pictures=pictures)
    return write_drive_with(folder, simulate_drive(seed, frame_count, options=options), name)


def write_drive_with(folder: Path, drive: SimulatedDrive, name: str) -> WrittenDrive:
    """Record any simulated drive without labels below ``folder/training``."""
    truth: list[tuple[SimulatedObject, ...]] = []
    write_drive(folder / "training", name, _rig(drive), _frames(drive, truth))
    return WrittenDrive(folder, name, tuple(truth))


def _rig(drive: SimulatedDrive) -> SensorRig:
    ego_from_sensor: dict[str, SE3] = {LIDAR: drive.ego_from_lidar}
    cameras: dict[str, Pinhole] = {}
    for camera in drive.cameras:
        ego_from_sensor[camera.name] = camera.cam_from_ego.inverse()
        cameras[camera.name] = Pinhole(
            camera.fx_px, camera.fy_px, camera.cx_px, camera.cy_px, camera.width_px, camera.height_px
        )
    return SensorRig(ego_from_sensor, cameras, (LIDAR,))


def _frames(drive: SimulatedDrive, truth: list[tuple[SimulatedObject, ...]]) -> Iterator[DriveFrame]:
    for frame in drive.frames():
        truth.append(frame.objects)
        points = frame.points_lidar
        cloud = PointCloud(points[:, :3], LIDAR, intensity=points[:, 3])
        yield DriveFrame(cloud, frame.images, frame.world_from_ego)
