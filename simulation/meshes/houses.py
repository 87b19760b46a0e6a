"""Houses along the street: walls with windows, cornices, roofs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geometry.arrays import FloatArray
from simulation.meshes.mesh import Mesh, Tint, join, linear, quad, triangles
from simulation.textures.facades import BAY_M, BAYS, FLOOR_M, FLOORS, ROOF_TILE_M

STONE = linear(204, 200, 190)
GUTTER = linear(96, 98, 100)


@dataclass(frozen=True)
class House:
    """One house.

    Attributes:
        floors: Number of floors, the ground floor included.
        windows: Name of its window style.
        wall: Tint of its walls.
        roof: Tint of its roof tiles.
        pitched: Whether it has a saddle roof rather than a flat one.
    """

    floors: int
    windows: str
    wall: Tint
    roof: Tint
    pitched: bool


def house_mesh(house: House, outline: FloatArray, ground_z: float) -> Mesh:
    """A house on four corners.

    Args:
        house: What it looks like.
        outline: (4, 2) corners: street front from its left to its right as seen from the street, then the back.
        ground_z: Height of the lowest ground beside it.
    """
    top = ground_z + house.floors * FLOOR_M + 0.25
    walls = []
    for side in range(4):
        start, end = outline[side], outline[(side + 1) % 4]
        walls.append(
            _front(house, start, end, ground_z, top) if side in (0, 2) else _gable(house, start, end, ground_z, top)
        )
    cornice = _ring(outline, top - 0.18, top + 0.12, 0.22, STONE)
    roof = _saddle_roof(house, outline, top + 0.10) if house.pitched else _flat_roof(outline, top + 0.10)
    return join([*walls, cornice, roof])


def _wall(
    start: FloatArray, end: FloatArray, low: float, high: float, texture: str, tint: Tint, tiles: tuple[float, float]
) -> Mesh:
    corners = [(*start, low), (*end, low), (*end, high), (*start, high)]
    across, up = tiles
    return quad(corners, texture, tint, uv=[(0, 0), (across, 0), (across, up), (0, up)])


def _front(house: House, start: FloatArray, end: FloatArray, low: float, top: float) -> Mesh:
    """A wall with a whole number of bays: shops and door below, windows above."""
    bays = max(1, round(float(np.linalg.norm(end - start)) / BAY_M))
    sill = low + FLOOR_M
    ground = _wall(start, end, low, sill, "facade.ground_floor", house.wall, (bays / BAYS, 1.0))
    upper = _wall(
        start, end, sill, top, f"facade.{house.windows}", house.wall, (bays / BAYS, (house.floors - 1) / FLOORS)
    )
    outward = _outward(start, end)
    band = _ledge(start, end, outward, sill - 0.08, sill + 0.10, 0.10, STONE)
    return join([ground, upper, band])


def _gable(house: House, start: FloatArray, end: FloatArray, low: float, top: float) -> Mesh:
    bays = max(1, round(float(np.linalg.norm(end - start)) / BAY_M))
    return _wall(start, end, low, top, f"side_wall.{house.windows}", house.wall, (bays / BAYS, house.floors / FLOORS))


def _outward(start: FloatArray, end: FloatArray) -> FloatArray:
    along = (end - start) / np.linalg.norm(end - start)
    return np.array([along[1], -along[0]])


def _ledge(
    start: FloatArray, end: FloatArray, outward: FloatArray, low: float, high: float, depth: float, tint: Tint
) -> Mesh:
    """A band that stands out from a wall: its front, its top and its underside."""
    a, b = start + outward * depth, end + outward * depth
    front = quad([(*a, low), (*b, low), (*b, high), (*a, high)], "plain.matte", tint)
    above = quad([(*a, high), (*b, high), (*end, high), (*start, high)], "plain.matte", tint)
    below = quad([(*start, low), (*end, low), (*b, low), (*a, low)], "plain.matte", tint)
    return join([front, above, below])


def _ring(outline: FloatArray, low: float, high: float, depth: float, tint: Tint) -> Mesh:
    sides = [(outline[side], outline[(side + 1) % 4]) for side in range(4)]
    return join([_ledge(start, end, _outward(start, end), low, high, depth, tint) for start, end in sides])


def _flat_roof(outline: FloatArray, z: float) -> Mesh:
    return quad([(*corner, z) for corner in outline], "plain.matte", linear(120, 118, 114))


def _saddle_roof(house: House, outline: FloatArray, z: float) -> Mesh:
    """Two slopes along the street that meet at a ridge, with gable triangles and a gutter's overhang."""
    left_mid, right_mid = (outline[0] + outline[3]) / 2, (outline[1] + outline[2]) / 2
    depth = float(np.linalg.norm(outline[3] - outline[0]))
    ridge = z + 0.42 * depth
    slope = float(np.hypot(depth / 2, ridge - z)) / ROOF_TILE_M
    run = float(np.linalg.norm(right_mid - left_mid)) / ROOF_TILE_M
    uv = [(0, 0), (run, 0), (run, slope), (0, slope)]
    overhang = 0.35
    parts = []
    for start, end, top_start, top_end in (
        (outline[0], outline[1], left_mid, right_mid),
        (outline[2], outline[3], right_mid, left_mid),
    ):
        outward = _outward(start, end) * overhang
        drop = overhang * (ridge - z) / (depth / 2)
        corners = [(*(start + outward), z - drop), (*(end + outward), z - drop), (*top_end, ridge), (*top_start, ridge)]
        parts.append(quad(corners, "roof", house.roof, uv=uv))
        parts.append(
            _ledge(start, end, _outward(start, end), z - drop - 0.10, z - drop - 0.02, overhang + 0.06, GUTTER)
        )
    for a, b, peak in ((outline[1], outline[2], right_mid), (outline[3], outline[0], left_mid)):
        normal = np.append(_outward(a, b), 0.0)
        parts.append(
            triangles([[(*a, z), (*b, z), (*peak, ridge)]], np.tile(normal, (1, 3, 1)), "plain.matte", house.wall)
        )
    return join(parts)
