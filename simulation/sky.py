"""The light of the day: sun, sky, clouds, haze and what glossy things mirror."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from geometry.arrays import Float32Array
from simulation.textures import texture_atlas, texture_id

ZENITH = np.array([0.10, 0.24, 0.56], dtype=np.float32)
HORIZON = np.array([0.56, 0.69, 0.82], dtype=np.float32)
CLOUD = np.array([0.92, 0.93, 0.95], dtype=np.float32)
HILLS = np.array([0.27, 0.36, 0.40], dtype=np.float32)
STREET_MIRROR = np.array([0.13, 0.13, 0.13], dtype=np.float32)
HOUSES_MIRROR = np.array([0.20, 0.19, 0.18], dtype=np.float32)
SUNLIGHT = np.array([1.30, 1.19, 1.00], dtype=np.float32)
SKYLIGHT = np.array([0.45, 0.50, 0.58], dtype=np.float32)
GROUNDLIGHT = np.array([0.27, 0.255, 0.235], dtype=np.float32)

HAZE_REACH_M = 420.0
CLOUD_SCALE = 0.11
MIRROR_STEPS = 512


@dataclass(frozen=True, eq=False)
class Sky:
    """One day's sky.

    Attributes:
        sun: (3,) float32 unit direction to the sun, in the world.
        drift: (2,) where in the cloud texture the zenith is.
    """

    sun: Float32Array
    drift: Float32Array

    @classmethod
    def of_day(cls, rng: np.random.Generator) -> Sky:
        """A clear morning or afternoon with the sun 34 … 48° high, never straight ahead of the start."""
        azimuth = rng.choice([-1.0, 1.0]) * np.deg2rad(rng.uniform(65, 140))
        height = np.deg2rad(rng.uniform(34, 48))
        sun = [np.cos(height) * np.cos(azimuth), np.cos(height) * np.sin(azimuth), np.sin(height)]
        return cls(np.array(sun, dtype=np.float32), rng.random(2).astype(np.float32))

    def color(self, directions: Float32Array) -> Float32Array:
        """(N, 3) linear colour of the sky along unit directions (N, 3), far hills at the horizon included."""
        up = directions[:, 2]
        rise = np.sqrt(np.clip(up, 0.0, 1.0))[:, None]
        color = HORIZON + (ZENITH - HORIZON) * np.minimum(rise * 1.25, 1.0)
        cover = self._clouds(directions)[:, None]
        color += (CLOUD - color) * cover
        glow = np.clip(directions @ self.sun, 0.0, 1.0)[:, None]
        color += np.float32(0.35) * np.square(np.square(glow)) ** 3 * SUNLIGHT
        return np.where((up < self._hills(directions))[:, None], HILLS + (HORIZON - HILLS) * np.float32(0.45), color)

    def _clouds(self, directions: Float32Array) -> Float32Array:
        up = np.maximum(directions[:, 2], np.float32(0.02))
        places = np.asarray(directions[:, :2] / up[:, None] * CLOUD_SCALE + self.drift, dtype=np.float32)
        texture = np.full(len(up), texture_id("clouds"), dtype=np.int32)
        _, cover, _ = texture_atlas().sample(texture, places, np.asarray(0.002 / up, dtype=np.float32))
        return np.asarray(cover * np.clip((up - 0.04) / 0.15, 0.0, 0.92), dtype=np.float32)

    def _hills(self, directions: Float32Array) -> Float32Array:
        """Sine of the height of the skyline along each direction."""
        azimuth = np.arctan2(directions[:, 1], directions[:, 0])
        wave = np.sin(azimuth * 7 + 1) + 0.6 * np.sin(azimuth * 17 + 2) + 0.25 * np.sin(azimuth * 61)
        return np.asarray(0.032 + 0.011 * wave, dtype=np.float32)

    def mirrored(self, directions: Float32Array) -> Float32Array:
        """(N, 3) what a glossy surface shows along reflected directions (N, 3): street, houses, sky, the sun."""
        return self._mirror.take(
            ((directions[:, 2] + 1) * np.float32(MIRROR_STEPS / 2)).astype(np.int32), axis=0, mode="clip"
        )

    @cached_property
    def _mirror(self) -> Float32Array:
        """Mirrored colours by the height of the direction, as a table over -1 … 1."""
        up = np.linspace(-1.0, 1.0, MIRROR_STEPS + 2, dtype=np.float32)[:, None]
        sky = HORIZON + (ZENITH - HORIZON) * np.sqrt(np.clip(up, 0.0, 1.0))
        houses = np.clip((up + 0.06) / 0.12, 0.0, 1.0)
        above = np.clip((up - 0.22) / 0.12, 0.0, 1.0)
        color = STREET_MIRROR + (HOUSES_MIRROR - STREET_MIRROR) * houses
        color += (sky * np.float32(1.25) - color) * above
        return np.asarray(color, dtype=np.float32)

    def haze(self, color: Float32Array, distance_m: Float32Array) -> Float32Array:
        """The colour (N, 3), changed in place, as seen from a distance (N,)."""
        share = 1.0 - np.exp(distance_m * np.float32(-1 / HAZE_REACH_M))
        color *= (1 - share)[:, None]
        color += share[:, None] @ (HORIZON * np.float32(0.92))[None]
        return color
