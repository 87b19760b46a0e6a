"""A simulated drive as a scene on disk with every sensor it has, from which any format can be written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calibration import CameraModel, SensorRig
    from fusion import CameraImage, Frame, Scene, Sweep
    from simulation import SimulatedCamera, SimulatedDrive, SimulatedFrame, SimulatedObject

JPEG_QUALITY = 90
Truth = list[tuple["SimulatedObject", ...]]


def stage_drive(folder: Path, name: str, drive: SimulatedDrive, report: Callable[[int], None]) -> tuple[Scene, Truth]:
    """Record a drive into files below a folder, one frame at a time.

    Clouds are PCD files with every channel; where sweeps take time, each point has its own and fusing moves it.

    Args:
        folder: Where clouds and pictures go; it must stay while the scene is used.
        name: The scene's name.
        drive: The drive.
        report: Told the number of each frame that is done.

    Returns:
        The scene, as its sensors report it, and the objects of every frame.
    """
    from fusion import Scene
    from geometry import Trajectory

    frames: list[Frame] = []
    truth: Truth = []
    poses = {}
    for index in range(drive.frame_count):
        frame = drive.frame(index)
        frames.append(_stage_frame(folder, drive, frame))
        truth.append(frame.objects)
        poses[frame.timestamp_ns] = frame.world_from_ego
        report(index + 1)
    trajectory = Trajectory.from_poses(list(poses), list(poses.values()))
    return Scene(name, folder, "simulated", rig_of(drive), tuple(frames), trajectory), truth


def rig_of(drive: SimulatedDrive) -> SensorRig:
    """The sensors of a drive, where they are reported to sit."""
    from calibration import SensorRig

    places = {camera.name: camera.cam_from_ego.inverse() for camera in drive.cameras}
    places |= {lidar.name: lidar.ego_from_lidar for lidar in drive.lidars}
    cameras = {camera.name: _model(camera) for camera in drive.cameras}
    is_bent = any(camera.bends_lines for camera in cameras.values())
    lidars = tuple(lidar.name for lidar in drive.lidars)
    return SensorRig(places, cameras, lidars, images_are="raw" if is_bent else "rectified")


def _model(camera: SimulatedCamera) -> CameraModel:
    from calibration import Pinhole

    if camera.lens is not None:
        return camera.lens
    return Pinhole(camera.fx_px, camera.fy_px, camera.cx_px, camera.cy_px, camera.width_px, camera.height_px)


def _stage_frame(folder: Path, drive: SimulatedDrive, frame: SimulatedFrame) -> Frame:
    from fusion import Frame

    sweeps = tuple(_stage_sweep(folder, drive, frame, lidar.name) for lidar in drive.lidars)
    images = tuple(_stage_picture(folder, frame, name) for name in frame.images)
    return Frame(frame.index, frame.timestamp_ns, sweeps, images)


def _stage_sweep(folder: Path, drive: SimulatedDrive, frame: SimulatedFrame, name: str) -> Sweep:
    from fusion import Sweep
    from pointcloud import PointCloud, count_pcd, read_pcd, write_pcd

    made = frame.sweeps[name]
    points, rolling = made.points_lidar, drive.options.rolling
    times = made.time_offset_ns if rolling else None
    cloud = PointCloud(points[:, :3], name, intensity=points[:, 3], ring=made.beam, time_offset_ns=times)
    path = folder / name / f"{frame.index:06d}.pcd"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_pcd(path, cloud)
    return Sweep(name, frame.timestamp_ns, path, read_pcd, count_pcd, deskew="on" if rolling else "off")


def _stage_picture(folder: Path, frame: SimulatedFrame, name: str) -> CameraImage:
    from PIL import Image

    from fusion import CameraImage

    path = folder / name / f"{frame.index:06d}.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(frame.images[name]).save(path, quality=JPEG_QUALITY)
    return CameraImage(name, frame.timestamp_ns, path)
