"""Where the things stand that are neither road users nor buildings, and that a detector may take for one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from geometry.arrays import FloatArray
from simulation.clearance import footprint, overlap
from simulation.meshes import clutter as things
from simulation.meshes import lookalikes
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
FIELD: Zone = (SIDEWALK_EDGE_M + 8.0, SIDEWALK_EDGE_M + 30.0)


@dataclass(frozen=True)
class Kind:
    """A kind of thing, how often it turns up, and where: distances from the street's middle."""

    make: Callable[[np.random.Generator], Mesh]
    weight: float
    zones: tuple[Zone, ...]


KINDS = (
    Kind(things.wheelie_bins, 3.0, (WALLSIDE, YARD)),
    Kind(things.boxes, 2.0, (WALLSIDE, YARD)),
    Kind(things.planter, 3.0, (KERBSIDE, WALLSIDE, YARD)),
    Kind(things.cabinet, 2.0, (WALLSIDE, KERBSIDE)),
    Kind(things.rack, 2.5, (BAY, YARD)),
    Kind(things.posts, 2.0, (KERBSIDE,)),
    Kind(things.board, 2.0, (KERBSIDE, WALLSIDE)),
    Kind(things.hydrant, 1.0, (KERBSIDE, WALLSIDE)),
    Kind(things.pillar, 0.7, (KERBSIDE, YARD)),
    Kind(things.cones, 1.0, (BAY, KERBSIDE)),
    Kind(things.barrier, 1.0, (BAY, KERBSIDE)),
    Kind(things.dumpster, 1.0, (BAY, YARD)),
    Kind(things.skip, 0.8, (BAY, YARD)),
    Kind(things.shelter, 0.4, (YARD,)),
)
LOOKALIKES = (
    Kind(lookalikes.trunk, 4.0, (KERBSIDE, WALLSIDE, YARD, FIELD)),
    Kind(lookalikes.pole, 3.0, (KERBSIDE, WALLSIDE, FIELD)),
    Kind(lookalikes.narrow_bush, 4.0, (WALLSIDE, YARD, FIELD)),
    Kind(lookalikes.grass_tuft, 2.0, (YARD, FIELD)),
    Kind(lookalikes.meter, 2.0, (KERBSIDE, WALLSIDE)),
    Kind(lookalikes.low_sign, 2.0, (KERBSIDE, WALLSIDE, YARD)),
    Kind(lookalikes.block_stone, 1.5, (WALLSIDE, YARD, FIELD)),
    Kind(lookalikes.gatepost, 1.5, (WALLSIDE, YARD)),
    Kind(lookalikes.fence, 1.5, (YARD, FIELD)),
    Kind(lookalikes.wall_piece, 1.0, (YARD, FIELD)),
    Kind(lookalikes.broad_bush, 2.0, (YARD, FIELD)),
)
"""What passes for people, and far out for vehicles."""


def place_clutter(
    street: Street,
    rng: np.random.Generator,
    density: float,
    is_free: Callable[[FloatArray], bool],
    taken: list[FloatArray],
    kinds: Sequence[Kind] = (),
) -> list[Mesh]:
    """Stand things on the sidewalks, in free parking bays and in the gardens.

    Args:
        street: Where.
        rng: Decides what and where.
        density: 1 for one about every nine metres on each side; 0 for none.
        is_free: Whether no road user ever comes near (4, 2) corners.
        taken: (4, 2) outlines of what stands already; those of the things are added.
        kinds: Which; ``KINDS`` if none are named.

    Returns:
        The things, in the world.
    """
    meshes: list[Mesh] = []
    if density <= 0:
        return meshes
    kinds = kinds or KINDS
    chances = np.array([kind.weight for kind in kinds])
    for side in (-1.0, 1.0):
        place = street.start_m + END_M
        while place < street.end_m - END_M:
            kind = kinds[int(rng.choice(len(kinds), p=chances / chances.sum()))]
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
