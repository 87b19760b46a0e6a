"""A lidar: what it meets, what comes back, how bright."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from geometry.arrays import BoolArray, Float32Array
from geometry.se3 import SE3
from simulation.materials import optics_column
from simulation.pulses import BEAMS, Pulses, ScanPattern, Spinning
from simulation.rays import Hits, rays_from
from simulation.scene import Scene

EGO_FROM_LIDAR = SE3.from_yaw(np.deg2rad(-0.6), [0.81, -0.32, 0.80])
"""The lidar sits ahead of and above the IMU, as in KITTI's cars."""

FLICKER = 0.06
GRAZING_ECHO = 0.3
"""Part of the echo that a surface sends back however steeply it is met: no ground is quite smooth."""
DARK = 0.06
"""What the receiver takes off the brightness, so that dark things read 0."""
WEAK = 1.3
"""What it takes off besides when the echo is just strong enough for every other pulse."""
BEAM_GAINS = np.clip(np.random.default_rng(64).normal(1.0, 0.17, 256), 0.45, 1.5).astype(np.float32)
"""How differently the lasers of one lidar report the same surface."""

REFLECTIVITY = optics_column("reflectivity")
OPACITY = optics_column("opacity")
ROUGHNESS_M = optics_column("roughness_m")


@dataclass(frozen=True)
class SimulatedLidar:
    """One lidar on the vehicle.

    Attributes:
        name: Its name; its points are in a frame of that name.
        pattern: Where it looks.
        ego_from_lidar: Where it sits; x forward, y left, z up.
        min_range_m: Nothing nearer answers.
        max_range_m: Nothing farther answers.
        range_noise_m: Standard deviation of a range.
        beam_width_rad: Divergence of a pulse.
        half_power_m: Range at which every other pulse on a surface of reflectivity 0.1, met head-on, is lost.
    """

    name: str = "velodyne"
    pattern: ScanPattern = field(default_factory=lambda: Spinning(BEAMS[64]))
    ego_from_lidar: SE3 = EGO_FROM_LIDAR
    min_range_m: float = 1.5
    max_range_m: float = 120.0
    range_noise_m: float = 0.012
    beam_width_rad: float = 0.002
    half_power_m: float = 54.0

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on ranges no lidar has."""
        if not 0 <= self.min_range_m < self.max_range_m:
            raise ValueError(f"min_range_m must be below max_range_m, got {self.min_range_m} and {self.max_range_m}")
        for name in ("range_noise_m", "beam_width_rad", "half_power_m"):
            if not 0 <= getattr(self, name) < np.inf:
                raise ValueError(f"{name} must be finite and not negative, got {getattr(self, name)}")


@dataclass(frozen=True, eq=False)
class SimulatedSweep:
    """What one lidar recorded at one moment.

    Attributes:
        points_lidar: (N, 4) float32 x, y, z in metres and intensity 0 … 1, in the order of firing of each beam; each
            point is in the lidar's frame as it was when the pulse was fired.
        track: (N,) int32 track each point lies on, -1 for none.
        beam: (N,) uint16 laser or row, from the top.
        time_offset_ns: (N,) int32 after the frame's timestamp, before it where negative; 0 where the sweep is
            instantaneous.
    """

    points_lidar: Float32Array
    track: NDArray[np.int32]
    beam: NDArray[np.uint16]
    time_offset_ns: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Met:
    """What N pulses met.

    Attributes:
        directions_world: (N, 3) float32 the pulses' directions.
        hits: First hits; triangles are those of the scene's mesh.
        time_offset_ns: (N,) int32 when they were fired.
    """

    directions_world: Float32Array
    hits: Hits
    time_offset_ns: NDArray[np.int32]


def meet_at_once(scene: Scene, world_from_lidar: SE3, pulses: Pulses) -> Met:
    """All pulses fired at one moment from one place."""
    rotation = world_from_lidar.rotation.T.astype(np.float32)
    rays = rays_from(world_from_lidar.translation.astype(np.float32), pulses.directions_lidar @ rotation)
    return Met(rays[:, 3:], scene.rays.cast(rays), np.zeros(len(pulses), dtype=np.int32))


def record_sweep(
    scene: Scene, lidar: SimulatedLidar, pulses: Pulses, met: Met, rng: np.random.Generator
) -> SimulatedSweep:
    """What comes back of the pulses: some are lost, the rest carry noise."""
    hits = met.hits
    near = np.flatnonzero((hits.distance_m > lidar.min_range_m) & (hits.distance_m < lidar.max_range_m))
    triangle, weights, distance = hits.triangle[near], hits.weights[near], hits.distance_m[near]
    color, surface = scene.surface_of(triangle, weights, distance * np.float32(lidar.beam_width_rad))
    cosine = np.abs(np.einsum("ij,ij->i", scene.normals_of(triangle, weights), met.directions_world[near]))
    reflectivity = _reflectivity(color, surface)
    slanted = GRAZING_ECHO + (1.0 - GRAZING_ECHO) * cosine
    echo = reflectivity / 0.1 * slanted * np.square(np.float32(lidar.half_power_m) / distance)
    returned = _returned(echo, OPACITY[surface], rng)
    noise = rng.normal(0.0, lidar.range_noise_m, len(near)).astype(np.float32)
    noise += np.abs(rng.normal(0.0, 1.0, len(near)).astype(np.float32)) * ROUGHNESS_M[surface]
    intensity = _intensity(reflectivity * BEAM_GAINS[pulses.beam[near] % 256], cosine, echo, rng)
    points = pulses.directions_lidar[near] * (distance + noise)[:, None]
    answered = np.concatenate([points, intensity[:, None]], axis=1)[returned].astype(np.float32)
    kept = near[returned]
    return SimulatedSweep(answered, scene.tracks_of(hits)[kept], pulses.beam[kept], met.time_offset_ns[kept])


def _reflectivity(color: Float32Array, surface: NDArray[np.uint8]) -> Float32Array:
    """Near-infrared reflectivity: follows the brightness seen, but dark things are less dark there."""
    brightness = color @ np.array([0.4, 0.4, 0.2], dtype=np.float32)
    return np.asarray(REFLECTIVITY[surface] * (0.12 + 0.88 * np.sqrt(brightness)))


def _returned(echo: Float32Array, opacity: Float32Array, rng: np.random.Generator) -> BoolArray:
    """Which pulses come back: the weaker the echo (reflectivity · slant / range²), the likelier it is lost."""
    strength = np.square(echo)
    return np.asarray(rng.random(len(echo)) < opacity * 0.995 * strength / (1.0 + strength))


def _intensity(
    reflectivity: Float32Array, cosine: Float32Array, echo: Float32Array, rng: np.random.Generator
) -> Float32Array:
    """The reported brightness 0 … 1: made up for range, until the echo becomes weak."""
    flicker = rng.normal(1.0, FLICKER, len(echo)).astype(np.float32)
    bright = (
        reflectivity * (0.7 + 0.3 * np.sqrt(cosine)) * flicker
        - DARK
        - WEAK / np.square(np.maximum(echo, np.float32(0.1)))
    )
    return np.asarray(np.clip(bright, 0.0, 1.0), dtype=np.float32)
