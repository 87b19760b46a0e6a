"""The ground as meshes: road, kerbs, sidewalks, gardens and the land around."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from geometry.arrays import FloatArray
from simulation.meshes.mesh import Mesh, Tint, join, sheet
from simulation.street import KERB_HEIGHT_M, KERB_M, SIDEWALK_EDGE_M, Street
from simulation.textures.ground import CROSSING_LENGTH_M, GRASS_TILE_M, ROAD_TILE_M, SIDEWALK_TILE_M

YARD_EDGE_M = 27.0
PAVED_EDGE_M = SIDEWALK_EDGE_M + 0.3
LAND_CELL_M = 8.0
STEP_M = 2.0
LAND_MARGIN_M = 160.0
# The land lies lower than the street's own ground, so that the two never fight for a pixel.
LAND_BELOW_M = 0.25
LAWN: Tint = (0.8, 0.82, 0.75)


def street_mesh(street: Street, crossings_m: Sequence[float]) -> Mesh:
    """The road with its crossings, kerbs, sidewalks and the ground in front of and between the houses."""
    stations = np.arange(street.start_m, street.end_m + 0.5 * STEP_M, STEP_M)
    parts = []
    edges = [street.start_m]
    for middle in crossings_m:
        edges += [middle - CROSSING_LENGTH_M / 2, middle + CROSSING_LENGTH_M / 2]
    edges.append(street.end_m)
    for index, (start, end) in enumerate(pairwise(edges)):
        inner = stations[(stations > start + 0.01) & (stations < end - 0.01)]
        cuts = np.concatenate([[start], inner, [end]])
        name, period, origin = (
            ("ground.crossing", CROSSING_LENGTH_M, start) if index % 2 else ("ground.road", ROAD_TILE_M, 0.0)
        )
        parts.append(_road(street, cuts, name, period, origin))
    for sign in (-1.0, 1.0):
        parts.append(_kerb(street, stations, sign))
        walk = np.linspace(KERB_M, PAVED_EDGE_M, 4) * sign
        parts.append(_strip(street, stations, walk, "ground.sidewalk", SIDEWALK_TILE_M))
        yard = np.array([PAVED_EDGE_M, 14.0, 20.0, YARD_EDGE_M]) * sign
        parts.append(_strip(street, stations, yard, "ground.grass", GRASS_TILE_M))
    return join(parts)


def land_mesh(street: Street) -> Mesh:
    """The land around, a coarse grid below the street's own ground."""
    line = street.xy(np.linspace(street.start_m, street.end_m, 64), 0.0)
    low, high = line.min(axis=0) - LAND_MARGIN_M, line.max(axis=0) + LAND_MARGIN_M
    x, y = np.meshgrid(np.arange(low[0], high[0], LAND_CELL_M), np.arange(low[1], high[1], LAND_CELL_M), indexing="ij")
    xy = np.stack([x, y], axis=-1)
    points = np.concatenate([xy, street.rolling_z(xy)[..., None] - LAND_BELOW_M], axis=-1)
    return sheet(points, _grid_normals(points), "ground.grass", LAWN, xy / GRASS_TILE_M)


def _road(street: Street, stations: FloatArray, texture: str, period_m: float, origin_m: float) -> Mesh:
    # A hair inside the kerb line the ground is still road.
    offsets = np.array([KERB_M - 1e-6, 4.8, 2.4, 0.0, -2.4, -4.8, -KERB_M + 1e-6])[::-1]
    places = np.stack(
        np.meshgrid((stations - origin_m) / period_m, offsets / (2 * KERB_M) + 0.5, indexing="ij"), axis=-1
    )
    # Just inside its edges, so that the last texel does not wrap to the other side.
    places[..., 1] = np.clip(places[..., 1], 0.0006, 0.9994)
    if texture == "ground.crossing":
        places[..., 0] = np.clip(places[..., 0], 0.003, 0.997)
    points = street.points(stations[:, None], offsets[None])
    return sheet(points, _grid_normals(points), texture, uv=places)


def _strip(street: Street, stations: FloatArray, offsets: FloatArray, texture: str, tile_m: float) -> Mesh:
    offsets = np.sort(offsets)
    places = np.stack(np.meshgrid(stations / tile_m, offsets / tile_m, indexing="ij"), axis=-1)
    points = street.points(stations[:, None], offsets[None])
    return sheet(points, _grid_normals(points), texture, uv=places)


def _kerb(street: Street, stations: FloatArray, sign: float) -> Mesh:
    high = street.points(stations, sign * KERB_M)
    low = high - np.array([0.0, 0.0, KERB_HEIGHT_M])
    points = np.stack([low, high], axis=1)
    heading = street.heading(stations)
    normal = -sign * np.stack([-np.sin(heading), np.cos(heading), np.full_like(heading, -0.4 * sign)], axis=1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    places = np.stack(np.meshgrid(stations / 4.0, [0.05, 0.95], indexing="ij"), axis=-1)
    return sheet(points, np.repeat(normal[:, None], 2, axis=1), "ground.kerb", uv=places)


def _grid_normals(points: FloatArray) -> FloatArray:
    """Upward unit normals of a grid of points (M, N, 3)."""
    normals = np.cross(np.gradient(points, axis=0), np.gradient(points, axis=1))
    normals *= np.sign(normals[..., 2:])
    return np.asarray(normals / np.linalg.norm(normals, axis=-1, keepdims=True))
