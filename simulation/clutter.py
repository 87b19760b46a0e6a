"""Where the things stand that are neither road users nor buildings, and that a detector may take for one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from geometry.arrays import FloatArray
from simulation.clearance import footprint, overlap
from simulation.meshes import clutter as things
from simulation.meshes.mesh import Mesh
from simulation.street import KERB_M, PARKING_CENTER_M, SIDEWALK_EDGE_M, Street

SPACING_M = 9.0
TRIES = 4
END_M = 6.0
MARGIN_M = 0.15

Zone = tuple[float, float]
KERBSIDE: Zone = (KERB_M + 0.45, KERB_M + 0.95)
WALLSIDE: Zone = (SIDEWALK_EDGE_M - 0.9, SIDEWALK_EDGE_M - 0.5)
BAY: Zone = (PARKING_CENTER_M - 0.1, PARKING_CENTER_M + 0.1)
YARD: Zone = (SIDEWALK_EDGE_M + 2.0, SIDEWALK_EDGE_M + 13.0)


@dataclass(frozen=True)
class _Kind:
    """A kind of thing, how often it turns up, and where: distances from the street's middle."""

    make: Callable[[np.random.Generator], Mesh]
    weight: float
    zones: tuple[Zone, ...]


KINDS = (
    _Kind(things.wheelie_bins, 3.0, (WALLSIDE, YARD)),
    _Kind(things.boxes, 2.0, (WALLSIDE, YARD)),
    _Kind(things.planter, 3.0, (KERBSIDE, WALLSIDE, YARD)),
    _Kind(things.cabinet, 2.0, (WALLSIDE, KERBSIDE)),
    _Kind(things.rack, 2.5, (BAY, YARD)),
    _Kind(things.posts, 2.0, (KERBSIDE,)),
    _Kind(things.board, 2.0, (KERBSIDE, WALLSIDE)),
    _Kind(things.hydrant, 1.0, (KERBSIDE, WALLSIDE)),
    _Kind(things.pillar, 0.7, (KERBSIDE, YARD)),
    _Kind(things.cones, 1.0, (BAY, KERBSIDE)),
    _Kind(things.barrier, 1.0, (BAY, KERBSIDE)),
    _Kind(things.dumpster, 1.0, (BAY, YARD)),
    _Kind(things.skip, 0.8, (BAY, YARD)),
    _Kind(things.shelter, 0.4, (YARD,)),
)


def place_clutter(
    street: Street,
    rng: np.random.Generator,
    density: float,
    is_free: Callable[[FloatArray], bool],
    taken: list[FloatArray],
) -> list[Mesh]:
    """Stand things on the sidewalks, in free parking bays and in the gardens.

    Args:
        street: Where.
        rng: Decides what and where.
        density: 1 for one about every nine metres on each side; 0 for none.
        is_free: Whether no road user ever comes near (4, 2) corners.
        taken: (4, 2) outlines of what stands already; those of the things are added.

    Returns:
        The things, in the world.
    """
    meshes: list[Mesh] = []
    if density <= 0:
        return meshes
    chances = np.array([kind.weight for kind in KINDS])
    for side in (-1.0, 1.0):
        place = street.start_m + END_M
        while place < street.end_m - END_M:
            kind = KINDS[int(rng.choice(len(KINDS), p=chances / chances.sum()))]
            mesh = kind.make(rng)
            for _ in range(TRIES):
                station = place + float(rng.uniform(-3.0, 3.0))
                low, high = kind.zones[int(rng.integers(len(kind.zones)))]
                standing = _stand(street, mesh, station, side * float(rng.uniform(low, high)), side)
                if _keeps_clear(standing[1], is_free, taken):
                    meshes.append(standing[0])
                    taken.append(standing[1])
                    break
            place += SPACING_M / density * float(rng.uniform(0.4, 1.6))
    return meshes


def _stand(street: Street, mesh: Mesh, station_m: float, offset_m: float, side: float) -> tuple[Mesh, FloatArray]:
    """The thing along the street, its +y towards the road; and its (4, 2) outline."""
    world_from_thing = street.standing(station_m, offset_m, np.pi if side > 0 else 0.0)
    low, high = mesh.bounds[:, :2]
    middle = world_from_thing.apply([*((low + high) / 2), 0.0])[:2]
    outline = footprint(middle, np.array(world_from_thing.yaw_rad), high - low, MARGIN_M)
    return mesh.transform(world_from_thing), outline


def _keeps_clear(outline: FloatArray, is_free: Callable[[FloatArray], bool], taken: list[FloatArray]) -> bool:
    if taken and overlap(np.broadcast_to(outline, (len(taken), 4, 2)), np.array(taken)).any():
        return False
    return is_free(outline)
