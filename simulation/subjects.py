"""An object as it stands in a scene."""

from __future__ import annotations

from dataclasses import dataclass

from geometry.box import Box
from geometry.se3 import SE3
from simulation.models import Shape


@dataclass(frozen=True, eq=False)
class Subject:
    """Somebody within sight.

    Attributes:
        track: The number.
        shape: What it looks like at the moment.
        world_from_base: Where it is.
        box_world: Its true extents.
    """

    track: int
    shape: Shape
    world_from_base: SE3
    box_world: Box
