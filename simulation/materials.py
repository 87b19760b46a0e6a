"""What things are made of: how a surface shines in a picture and what it sends back to the lidar."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from geometry.arrays import Float32Array


class Surface(IntEnum):
    """The material of a texel."""

    MATTE = 0
    ASPHALT = 1
    MARKING = 2
    PAINT = 3
    GLASS = 4
    RUBBER = 5
    METAL = 6
    FOLIAGE = 7
    CLOTH = 8
    LAMP = 9
    RETRO = 10


@dataclass(frozen=True)
class Optics:
    """How one surface treats light.

    Attributes:
        gloss: Mirror reflection at normal incidence, 0 … 1; grows to 1 at grazing (Schlick 1994).
        glow: Light given off beside the light reflected, as a share of the albedo.
        reflectivity: Share of the lidar's near-infrared pulse scattered back by a white surface, 0 … 1.
        opacity: Share of the lidar's pulses that come back from the surface at all, rather than pass through it.
        roughness_m: Extra spread of a lidar range, for surfaces that are not a sheet.
    """

    gloss: float
    glow: float
    reflectivity: float
    opacity: float = 1.0
    roughness_m: float = 0.0


OPTICS: dict[Surface, Optics] = {
    Surface.MATTE: Optics(gloss=0.0, glow=0.0, reflectivity=0.70),
    Surface.ASPHALT: Optics(gloss=0.0, glow=0.0, reflectivity=0.84),
    Surface.MARKING: Optics(gloss=0.0, glow=0.0, reflectivity=1.00),
    Surface.PAINT: Optics(gloss=0.06, glow=0.0, reflectivity=0.48),
    Surface.GLASS: Optics(gloss=0.12, glow=0.0, reflectivity=0.25, opacity=0.25),
    Surface.RUBBER: Optics(gloss=0.0, glow=0.0, reflectivity=0.30),
    Surface.METAL: Optics(gloss=0.25, glow=0.0, reflectivity=0.65),
    Surface.FOLIAGE: Optics(gloss=0.0, glow=0.06, reflectivity=0.85, opacity=0.85),
    Surface.CLOTH: Optics(gloss=0.0, glow=0.0, reflectivity=0.75),
    Surface.LAMP: Optics(gloss=0.10, glow=0.25, reflectivity=0.85),
    Surface.RETRO: Optics(gloss=0.0, glow=0.08, reflectivity=1.6),
}


def optics_column(name: str) -> Float32Array:
    """One attribute of ``Optics`` for all surfaces, indexed by ``Surface``."""
    return np.array([getattr(OPTICS[surface], name) for surface in Surface], dtype=np.float32)
