"""A frame's cloud in the frame of its first lidar at the frame's time, as a PCD file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from formats.format import SensorFile
from formats.place_files import cloud_file
from formats.scene_extras import main_lidar
from fusion import Frame, Scene, Sweep
from fusion.fuse import place_sweep
from pointcloud import PointFileError, read_pcd, write_pcd


def lidar_cloud_file(scene: Scene, frame: Frame, target: str) -> Iterator[SensorFile]:
    """The file of the first lidar's cloud, where the frame has one: its own where it is a PCD of the frame's time."""
    lidar, _ = main_lidar(scene)
    for sweep in frame.sweeps:
        if sweep.sensor != lidar:
            continue
        if sweep.timestamp_ns == frame.timestamp_ns and sweep.deskew != "on":
            yield cloud_file(target, sweep, read_pcd, write_pcd)
        else:
            yield SensorFile(target, partial(_write_placed, scene=scene, sweep=sweep, at_ns=frame.timestamp_ns))


def _write_placed(target: Path, scene: Scene, sweep: Sweep, at_ns: int) -> None:
    """A cloud of another time, or one to be deskewed, as it was at the frame's time."""
    placed = place_sweep(scene, sweep, at_ns)
    if placed.cloud is None:
        raise PointFileError(sweep.path, placed.problems[0].message)
    write_pcd(target, placed.cloud.transform(scene.rig.ego_from_sensor[sweep.sensor].inverse(), sweep.sensor))
