"""A spinning lidar with 64 beams: what it meets, what comes back, how bright."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geometry.arrays import BoolArray, Float32Array, FloatArray
from geometry.se3 import SE3
from simulation.materials import optics_column
from simulation.rays import rays_from
from simulation.scene import Scene

RANGE_NOISE_M = 0.012
MIN_RANGE_M, MAX_RANGE_M = 1.5, 120.0
BEAM_WIDTH_RAD = 0.002
HALF_POWER_M = 42.0
"""Range at which every other pulse on a surface of reflectivity 0.1, met head-on, is lost."""

REFLECTIVITY = optics_column("reflectivity")
OPACITY = optics_column("opacity")
ROUGHNESS_M = optics_column("roughness_m")


@dataclass(frozen=True, eq=False)
class Sweep:
    """One turn of the lidar.

    Attributes:
        points_lidar: (N, 4) float32 x, y, z in metres and intensity 0 … 1, beam after beam from the top.
        track: (N,) int32 track each point lies on, -1 for none.
    """

    points_lidar: Float32Array
    track: NDArray[np.int32]


def beam_elevations() -> FloatArray:
    """(64,) elevations in radians, top first: like the HDL-64E's, upper beams 1/3° apart and lower ones 1/2°."""
    upper, lower = 2.0 - np.arange(32) / 3.0, -8.83 - np.arange(32) / 2.0
    return np.asarray(np.deg2rad(np.concatenate([upper, lower])))


def beam_directions(azimuths: int) -> Float32Array:
    """(64 · azimuths, 3) unit directions in the lidar's frame, beam after beam, clockwise from behind."""
    elevation = beam_elevations()[:, None]
    azimuth = np.pi - np.arange(azimuths)[None] * 2 * np.pi / azimuths
    # Beams of one block fire from staggered heads, so their azimuths differ a little.
    azimuth = azimuth + np.where(np.arange(64) % 2 == 0, 0.0, np.pi / azimuths)[:, None]
    directions = [
        np.cos(elevation) * np.cos(azimuth),
        np.cos(elevation) * np.sin(azimuth),
        np.sin(elevation) + 0 * azimuth,
    ]
    return np.stack(directions, axis=-1).reshape(-1, 3).astype(np.float32)


def take_sweep(scene: Scene, world_from_lidar: SE3, directions_lidar: Float32Array, rng: np.random.Generator) -> Sweep:
    """Send all pulses of one turn from one place, and keep what comes back."""
    rotation = world_from_lidar.rotation.T.astype(np.float32)
    rays = rays_from(world_from_lidar.translation.astype(np.float32), directions_lidar @ rotation)
    hits = scene.rays.cast(rays)
    met = np.flatnonzero((hits.distance_m > MIN_RANGE_M) & (hits.distance_m < MAX_RANGE_M))
    triangle, weights, distance = hits.triangle[met], hits.weights[met], hits.distance_m[met]
    color, surface = scene.surface_of(triangle, weights, distance * np.float32(BEAM_WIDTH_RAD))
    cosine = np.abs(np.einsum("ij,ij->i", scene.normals_of(triangle, weights), rays[met, 3:]))
    reflectivity = _reflectivity(color, surface)
    returned = _returned(reflectivity, cosine, distance, OPACITY[surface], rng)
    noise = rng.normal(0.0, RANGE_NOISE_M, len(met)).astype(np.float32)
    noise += np.abs(rng.normal(0.0, 1.0, len(met)).astype(np.float32)) * ROUGHNESS_M[surface]
    flicker = rng.normal(1.0, 0.06, len(met)).astype(np.float32)
    intensity = np.clip(reflectivity * (0.25 + 0.75 * np.sqrt(cosine)) * flicker, 0.0, 1.0)
    points = directions_lidar[met] * (distance + noise)[:, None]
    answered = np.concatenate([points, intensity[:, None]], axis=1)[returned].astype(np.float32)
    return Sweep(answered, scene.tracks_of(hits)[met[returned]])


def _reflectivity(color: Float32Array, surface: NDArray[np.uint8]) -> Float32Array:
    """Near-infrared reflectivity: follows the brightness seen, but dark things are less dark there."""
    brightness = color @ np.array([0.4, 0.4, 0.2], dtype=np.float32)
    return np.asarray(REFLECTIVITY[surface] * (0.12 + 0.88 * np.sqrt(brightness)))


def _returned(
    reflectivity: Float32Array,
    cosine: Float32Array,
    distance: Float32Array,
    opacity: Float32Array,
    rng: np.random.Generator,
) -> BoolArray:
    """Which pulses come back: the weaker the echo (reflectivity · cosine / range²), the likelier it is lost."""
    echo = reflectivity / 0.1 * (0.1 + 0.9 * cosine) * np.square(HALF_POWER_M / distance)
    chance = opacity * 0.995 * echo**1.5 / (1.0 + echo**1.5)
    return np.asarray(rng.random(len(chance)) < chance)
