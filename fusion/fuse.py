"""All sweeps of a frame as one cloud."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fusion.color import color_from_images
from fusion.errors import ImageFileError
from fusion.images import read_image
from fusion.scene import Frame, Problem, Scene, Sweep
from geometry import SE3
from geometry.arrays import ByteArray
from pointcloud import PointCloud, PointFileError

MAX_RANGE_M = 20_000.0
"""Beyond this a coordinate is an error of the file, not a place."""


@dataclass(frozen=True)
class FusedFrame:
    """One cloud of a frame.

    Attributes:
        cloud: The points in ``ego`` at the frame's time, lidar after lidar; empty where the frame has none.
        point_counts: Points of each lidar, in their order in the cloud.
        dropped_count: Points left out because a coordinate was no number or absurdly far.
        problems: What could not be used, one clear line each.
    """

    cloud: PointCloud
    point_counts: dict[str, int]
    dropped_count: int
    problems: tuple[Problem, ...]


def fuse_frame(scene: Scene, frame_index: int, *, color: bool = False) -> FusedFrame:
    """Bring every sweep of a frame into ``ego`` at the frame's time, and colour it from the images when asked.

    A file that cannot be read costs its own points or colours only and is named in ``problems``.

    Raises:
        ValueError: The scene has no such frame.
    """
    frame = scene.frame(frame_index)
    problems: list[Problem] = []
    clouds: dict[str, PointCloud] = {}
    dropped_count = 0
    for sweep in frame.sweeps:
        try:
            cloud = sweep.cloud()
        except PointFileError as error:
            problems.append(Problem.of(error, scene.path))
            continue
        kept = _without_far_points(cloud)
        dropped_count += cloud.dropped_count + len(cloud) - len(kept)
        clouds[sweep.sensor] = kept.transform(_ego_from_sweep(scene, frame, sweep), "ego")
    if not frame.sweeps:
        problems.append(Problem(".", f"frame {frame_index} has no cloud"))
    fused = PointCloud.concatenate(list(clouds.values())) if clouds else PointCloud.empty("ego")
    if color and len(fused):
        images, image_problems = _read_images(scene, frame)
        problems += image_problems
        fused = replace(fused, rgb=color_from_images(fused.positions_m, images, scene.rig))
    counts = {name: len(cloud) for name, cloud in clouds.items()}
    return FusedFrame(fused, counts, dropped_count, tuple(problems))


def _without_far_points(cloud: PointCloud) -> PointCloud:
    if np.abs(cloud.xyz).max(initial=0.0) < MAX_RANGE_M:
        return cloud
    return cloud.select(np.asarray((np.abs(cloud.xyz) < MAX_RANGE_M).all(axis=1)))


def _ego_from_sweep(scene: Scene, frame: Frame, sweep: Sweep) -> SE3:
    """From the sensor at the sweep's time to ``ego`` at the frame's time."""
    ego_from_lidar = scene.rig.ego_from_sensor[sweep.sensor]
    if scene.trajectory is None or sweep.timestamp_ns == frame.timestamp_ns:
        return ego_from_lidar
    world_from_ego_then = scene.trajectory.world_from_ego(sweep.timestamp_ns)
    ego_from_world = scene.trajectory.world_from_ego(frame.timestamp_ns).inverse()
    return ego_from_world @ world_from_ego_then @ ego_from_lidar


def _read_images(scene: Scene, frame: Frame) -> tuple[dict[str, ByteArray], list[Problem]]:
    images: dict[str, ByteArray] = {}
    problems: list[Problem] = []
    for reference in frame.images:
        try:
            images[reference.camera] = read_image(reference.path)
        except ImageFileError as error:
            problems.append(Problem.of(error, scene.path))
    return images, problems
