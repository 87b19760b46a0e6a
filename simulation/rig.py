"""The sensors a vehicle carries if nothing else is said, and others to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from calibration import BrownConrady, KannalaBrandt
from geometry.arrays import FloatArray
from geometry.rotation import rotation_from_yaw
from geometry.se3 import SE3
from simulation.camera import SimulatedCamera
from simulation.lidar import EGO_FROM_LIDAR, SimulatedLidar
from simulation.pulses import BEAMS, Raster, Rosette, Spinning

Lens = Literal["pinhole", "brown-conrady", "fisheye"]
LENSES: tuple[Lens, ...] = ("pinhole", "brown-conrady", "fisheye")

CAM_FROM_FORWARD = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [1.0, 0.0, 0.0]])
"""Axes of a camera (right, down, ahead) that looks along x, in axes x ahead, y left, z up."""

CAMERA_PLACES = {
    "image_02": (0.0, -0.4, (1.08, -0.32, 0.72)),
    "image_01": (57.0, -1.2, (0.92, 0.28, 0.70)),
    "image_03": (-58.0, -0.9, (0.90, -0.93, 0.70)),
}
"""Yaw and pitch in degrees, and place in ``ego``."""

BARREL = (-0.25, 0.08, 0.0009, -0.0006, -0.01)
"""Brown–Conrady coefficients of a common wide lens."""
FISHEYE = (-0.02, 0.004, -0.001, 0.0001)
FISHEYE_ANGLE_RAD = float(np.deg2rad(95.0))
FISHEYE_FOCAL_SHARE = 0.31
"""Focal length of the fisheye as a share of the picture's width, which then spans 185°."""

SOLID_STATE = ("raster", "rosette")
LIDAR_KINDS = (*map(str, BEAMS), *SOLID_STATE)
LIDAR_PLACES = {
    "velodyne": EGO_FROM_LIDAR,
    "lidar_front": SE3.from_yaw(0.0, [2.6, -0.32, -0.2]),
    "lidar_left": SE3.from_yaw(np.pi / 2, [0.8, 0.75, 0.1]),
    "lidar_right": SE3.from_yaw(-np.pi / 2, [0.8, -1.4, 0.1]),
    "lidar_rear": SE3.from_yaw(np.pi, [-1.9, -0.32, 0.1]),
}
"""The roof, and the middles of the vehicle's four sides."""

REACH_SHORT_M, REACH_M, REACH_LONG_M = 33.0, 54.0, 76.0


def rig_cameras(image_size_px: tuple[int, int], lens: Lens = "pinhole") -> tuple[SimulatedCamera, ...]:
    """Front, front-left and front-right cameras with KITTI's optics (81° wide), scaled to a picture size.

    Args:
        image_size_px: Width and height.
        lens: ``brown-conrady`` bends the lines of the same view; ``fisheye`` spans 185°.
    """
    across, down = image_size_px[0] / 1242, image_size_px[1] / 375
    cameras = []
    for name, (yaw_deg, pitch_deg, center) in CAMERA_PLACES.items():
        looking = rotation_from_yaw(np.deg2rad(yaw_deg)) @ _pitch(np.deg2rad(pitch_deg))
        ego_from_cam = SE3(looking @ CAM_FROM_FORWARD.T, np.array(center))
        optics = (721.54 * across, 721.54 * down, 609.56 * across, 172.85 * down)
        pinhole = SimulatedCamera(name, *image_size_px, *optics, ego_from_cam.inverse())
        cameras.append(_with_lens(pinhole, lens))
    return tuple(cameras)


def _with_lens(camera: SimulatedCamera, lens: Lens) -> SimulatedCamera:
    middle, size = (camera.cx_px, camera.cy_px), (camera.width_px, camera.height_px)
    if lens == "brown-conrady":
        return replace(camera, lens=BrownConrady(camera.fx_px, camera.fy_px, *middle, *size, BARREL))
    if lens == "fisheye":
        focal_px = FISHEYE_FOCAL_SHARE * camera.width_px
        fisheye = KannalaBrandt(focal_px, focal_px, *middle, *size, FISHEYE, FISHEYE_ANGLE_RAD)
        return replace(camera, fx_px=focal_px, fy_px=focal_px, lens=fisheye)
    return camera


def spinning_lidar(
    beams: int, *, name: str = "velodyne", ego_from_lidar: SE3 = EGO_FROM_LIDAR, azimuths: int = 1800
) -> SimulatedLidar:
    """A spinning lidar with 16, 32, 40, 64 or 128 beams; fewer beams see less far.

    Raises:
        ValueError: Another number of beams.
    """
    if beams not in BEAMS:
        raise ValueError(f"beams must be one of {', '.join(map(str, BEAMS))}, got {beams}")
    half_power_m = {16: REACH_SHORT_M, 32: REACH_SHORT_M, 128: REACH_LONG_M}.get(beams, REACH_M)
    return SimulatedLidar(
        name,
        Spinning(BEAMS[beams], azimuths, staggered=beams == 64),
        ego_from_lidar,
        max_range_m={16: 100.0, 32: 100.0}.get(beams, 200.0 if beams in (40, 128) else 120.0),
        range_noise_m=0.02 if beams < 64 else 0.012,
        half_power_m=half_power_m,
    )


def solid_state_lidar(
    *, name: str = "lidar_front", ego_from_lidar: SE3 = EGO_FROM_LIDAR, repetitive: bool = True
) -> SimulatedLidar:
    """A lidar without turning parts that looks ahead: a raster of 120° × 25°, or a flower of 70° that never repeats."""
    pattern = Raster() if repetitive else Rosette()
    return SimulatedLidar(name, pattern, ego_from_lidar, max_range_m=200.0, half_power_m=REACH_LONG_M)


def rig_lidars(kinds: Sequence[str], azimuths: int = 1800) -> tuple[SimulatedLidar, ...]:
    """Lidars by kind: the first on the roof, the others around the vehicle.

    Args:
        kinds: ``16``, ``32``, ``40``, ``64`` or ``128`` beams that spin; ``raster`` and ``rosette`` look one way.
        azimuths: Pulses of each spinning beam in one turn.

    Raises:
        ValueError: There is no such kind, or there are more lidars than places.
    """
    if unknown := [kind for kind in kinds if kind not in LIDAR_KINDS]:
        raise ValueError(f"lidars must be some of {', '.join(LIDAR_KINDS)}, got {unknown[0]}")
    if len(kinds) > len(LIDAR_PLACES):
        raise ValueError(f"lidars must be at most {len(LIDAR_PLACES)}, got {len(kinds)}")
    return tuple(
        _lidar_of_kind(kind, name, place, azimuths)
        for kind, (name, place) in zip(kinds, LIDAR_PLACES.items(), strict=False)
    )


def _lidar_of_kind(kind: str, name: str, ego_from_lidar: SE3, azimuths: int) -> SimulatedLidar:
    if kind in SOLID_STATE:
        return solid_state_lidar(name=name, ego_from_lidar=ego_from_lidar, repetitive=kind == "raster")
    return spinning_lidar(int(kind), name=name, ego_from_lidar=ego_from_lidar, azimuths=azimuths)


def _pitch(angle: float) -> FloatArray:
    """Rotation that lifts the view by an angle."""
    cos, sin = np.cos(-angle), np.sin(-angle)
    return np.array([[cos, 0.0, sin], [0.0, 1.0, 0.0], [-sin, 0.0, cos]])
