"""All sweeps of a frame as one cloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from fusion.color import color_from_images
from fusion.errors import ImageFileError
from fusion.images import read_image
from fusion.motion import deskew
from fusion.scene import CameraImage, Frame, Problem, Scene, Sweep
from fusion.views import camera_view
from geometry import SE3
from geometry.arrays import BoolArray, ByteArray
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

    A sweep whose ``deskew`` is ``on`` has each point moved by its own time. A file that cannot be read costs its own
    points or colours only and is named in ``problems``.

    Raises:
        ValueError: The scene has no such frame.
    """
    frame = scene.frame(frame_index)
    problems: list[Problem] = []
    clouds: dict[str, PointCloud] = {}
    dropped_count = 0
    for sweep in frame.sweeps:
        placed = place_sweep(scene, sweep, frame.timestamp_ns)
        problems += placed.problems
        dropped_count += placed.dropped_count
        if placed.cloud is not None:
            clouds[sweep.sensor] = placed.cloud
    if not frame.sweeps:
        problems.append(Problem(".", f"frame {frame_index} has no cloud"))
    fused = PointCloud.concatenate(list(clouds.values())) if clouds else PointCloud.empty("ego")
    if color and len(fused):
        fused, image_problems = color_cloud(scene, frame_index, fused)
        problems += image_problems
    counts = {name: len(cloud) for name, cloud in clouds.items()}
    return FusedFrame(fused, counts, dropped_count, tuple(problems))


@dataclass(frozen=True)
class PlacedSweep:
    """A sweep's points where they belong.

    Attributes:
        cloud: In ``ego`` at the time asked for; None where the file cannot be read.
        dropped_count: Points left out because a coordinate was no number or absurdly far.
        problems: What could not be used, one clear line each.
    """

    cloud: PointCloud | None
    dropped_count: int = 0
    problems: tuple[Problem, ...] = ()


def place_sweep(scene: Scene, sweep: Sweep, at_ns: int) -> PlacedSweep:
    """Read a sweep and bring its points into ``ego`` at a time, deskewed where it asks for that."""
    try:
        cloud = sweep.cloud()
    except PointFileError as error:
        return PlacedSweep(None, problems=(Problem.of(error, scene.path),))
    kept = _without_far_points(cloud)
    dropped_count = cloud.dropped_count + len(cloud) - len(kept)
    lack = _lack_for_deskew(scene, sweep, kept)
    if sweep.deskew == "on" and lack is None and scene.trajectory is not None:
        ego_from_lidar = scene.rig.ego_from_sensor[sweep.sensor]
        return PlacedSweep(deskew(kept, sweep.timestamp_ns, scene.trajectory, ego_from_lidar, at_ns), dropped_count)
    problems = () if lack is None else (Problem.at(sweep.path, scene.path, f"cannot be deskewed: {lack}"),)
    return PlacedSweep(kept.transform(_ego_from_sweep(scene, sweep, at_ns), "ego"), dropped_count, problems)


def color_cloud(
    scene: Scene, frame_index: int, cloud: PointCloud, images: Mapping[str, ByteArray] | None = None
) -> tuple[PointCloud, list[Problem]]:
    """A cloud in ``ego`` at a frame's time, in the colours of the frame's images; and what could not be read.

    Args:
        scene: The scene.
        frame_index: The frame.
        cloud: The points.
        images: Pixels (H, W, 3) by camera where they have been read already.
    """
    frame = scene.frame(frame_index)
    problems: list[Problem] = []
    if images is None:
        images, problems = read_images(scene, frame)
    masks, mask_problems = _read_masks(scene, frame)
    views = {name: camera_view(scene, frame_index, name) for name in images}
    rgb = color_from_images(cloud.positions_m, images, scene.rig, views=views, masks=masks)
    return replace(cloud, rgb=rgb), [*problems, *mask_problems]


def read_images(scene: Scene, frame: Frame) -> tuple[dict[str, ByteArray], list[Problem]]:
    """Pixels (H, W, 3) of a frame's images by camera, and what could not be read."""
    return _read_pictures({image.camera: image for image in frame.images}, scene)


def _read_masks(scene: Scene, frame: Frame) -> tuple[dict[str, BoolArray], list[Problem]]:
    """Where a frame's images show the own vehicle."""
    paths = {image.camera: scene.masks[image.camera] for image in frame.images if image.camera in scene.masks}
    pictures, problems = _read_pictures(paths, scene)
    return {camera: np.asarray(pixels.any(axis=2)) for camera, pixels in pictures.items()}, problems


def _read_pictures(
    sources: Mapping[str, CameraImage | Path], scene: Scene
) -> tuple[dict[str, ByteArray], list[Problem]]:
    pictures: dict[str, ByteArray] = {}
    problems: list[Problem] = []
    for camera, source in sources.items():
        try:
            pictures[camera] = read_image(source)
        except ImageFileError as error:
            problems.append(Problem.of(error, scene.path))
    return pictures, problems


def _without_far_points(cloud: PointCloud) -> PointCloud:
    if np.abs(cloud.xyz).max(initial=0.0) < MAX_RANGE_M:
        return cloud
    return cloud.select(np.asarray((np.abs(cloud.xyz) < MAX_RANGE_M).all(axis=1)))


def _lack_for_deskew(scene: Scene, sweep: Sweep, cloud: PointCloud) -> str | None:
    """What a sweep that is to be deskewed needs and has not."""
    if sweep.deskew != "on":
        return None
    if scene.trajectory is None:
        return "the scene has no trajectory"
    return "its points have no times of their own" if cloud.time_offset_ns is None else None


def _ego_from_sweep(scene: Scene, sweep: Sweep, at_ns: int) -> SE3:
    """From the sensor at the sweep's time to ``ego`` at another."""
    ego_from_lidar = scene.rig.ego_from_sensor[sweep.sensor]
    if scene.trajectory is None or sweep.timestamp_ns == at_ns:
        return ego_from_lidar
    world_from_ego_then = scene.trajectory.world_from_ego(sweep.timestamp_ns)
    return scene.trajectory.world_from_ego(at_ns).inverse() @ world_from_ego_then @ ego_from_lidar
