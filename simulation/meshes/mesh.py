"""Triangles that know their texture, tint and smooth normals, and the primitives all shapes are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import trimesh
from numpy.typing import ArrayLike, NDArray

from geometry.arrays import Float32Array, FloatArray
from geometry.se3 import SE3
from simulation.textures import texture_id

Tint = tuple[float, float, float]
WHITE: Tint = (1.0, 1.0, 1.0)
NEXT, AFTER = np.array([1, 2, 0]), np.array([2, 0, 1])


@dataclass(frozen=True, eq=False)
class Mesh:
    """T triangles with their own corners (no shared vertices), so that meshes join by concatenation.

    Attributes:
        vertices: (T, 3, 3) float32 corners in metres.
        normals: (T, 3, 3) float32 unit normals at the corners.
        uv: (T, 3, 2) float32 texture places at the corners.
        texture: (T,) int32 texture numbers.
        tint: (T, 3) float32 linear colour that tinted texels are multiplied by.
    """

    vertices: Float32Array
    normals: Float32Array
    uv: Float32Array
    texture: NDArray[np.int32]
    tint: Float32Array

    def __len__(self) -> int:
        """Number of triangles."""
        return len(self.texture)

    @property
    def bounds(self) -> FloatArray:
        """(2, 3) lowest and highest corner."""
        corners = self.vertices.reshape(-1, 3).astype(np.float64)
        return np.stack([corners.min(axis=0), corners.max(axis=0)])

    def transform(self, dst_from_src: SE3) -> Mesh:
        """The mesh in another frame of reference."""
        rotation = dst_from_src.rotation.T.astype(np.float32)
        vertices = self.vertices @ rotation + dst_from_src.translation.astype(np.float32)
        return replace(self, vertices=vertices, normals=self.normals @ rotation)

    def moved(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Mesh:
        """The mesh shifted."""
        return replace(self, vertices=self.vertices + np.array([x, y, z], dtype=np.float32))

    def scaled(self, factor: float) -> Mesh:
        """The mesh scaled evenly about the origin."""
        return replace(self, vertices=self.vertices * np.float32(factor))

    def stretched(self, factors: ArrayLike) -> Mesh:
        """The mesh scaled about the origin by a factor for each axis."""
        along = np.asarray(factors, dtype=np.float32)
        normals = self.normals / along
        normals /= np.maximum(np.linalg.norm(normals, axis=2, keepdims=True), np.float32(1e-6))
        return replace(self, vertices=self.vertices * along, normals=normals)

    def tinted(self, tint: Tint) -> Mesh:
        """The mesh with every triangle that is white so far given the tint."""
        white = (self.tint == 1.0).all(axis=1, keepdims=True)
        return replace(self, tint=np.where(white, np.asarray(tint, np.float32), self.tint))

    def take(self, index: NDArray[np.bool_] | NDArray[np.int64]) -> Mesh:
        """Some of the triangles."""
        return Mesh(self.vertices[index], self.normals[index], self.uv[index], self.texture[index], self.tint[index])


def join(meshes: Sequence[Mesh]) -> Mesh:
    """All meshes as one, in order."""
    names = ("vertices", "normals", "uv", "texture", "tint")
    return Mesh(*(np.concatenate([getattr(mesh, name) for mesh in meshes]) for name in names))


def linear(red: int, green: int, blue: int) -> Tint:
    """Tint of a display colour 0 … 255 (display gamma 2)."""
    return (red / 255.0) ** 2, (green / 255.0) ** 2, (blue / 255.0) ** 2


def triangles(
    vertices: ArrayLike,
    normals: ArrayLike,
    texture: str,
    tint: Tint = WHITE,
    uv: ArrayLike | None = None,
) -> Mesh:
    """A mesh of (T, 3, 3) corners and normals with one texture; ``uv`` (T, 3, 2) defaults to the texture's middle."""
    corners = np.asarray(vertices, dtype=np.float32)
    count = len(corners)
    places = np.full((count, 3, 2), 0.5) if uv is None else uv
    return Mesh(
        corners,
        np.asarray(normals, dtype=np.float32),
        np.asarray(places, dtype=np.float32),
        np.full(count, texture_id(texture), dtype=np.int32),
        np.tile(np.asarray(tint, dtype=np.float32), (count, 1)),
    )


def solid(shape: trimesh.Trimesh, texture: str, tint: Tint = WHITE, *, smooth_rad: float | None = None) -> Mesh:
    """A trimesh shape in one plain texture, with edges below ``smooth_rad`` shaded smooth (none by default)."""
    if smooth_rad is None:
        return triangles(shape.triangles, np.repeat(shape.face_normals[:, None], 3, axis=1), texture, tint)
    smooth = trimesh.graph.smooth_shade(shape, angle=smooth_rad)
    return triangles(smooth.triangles, smooth.vertex_normals[smooth.faces], texture, tint)


def _cross(first: FloatArray, second: FloatArray) -> FloatArray:
    """Cross products of (..., 3); several times faster than NumPy's on few vectors."""
    return first[..., NEXT] * second[..., AFTER] - first[..., AFTER] * second[..., NEXT]


def quad(
    corners: ArrayLike, texture: str, tint: Tint = WHITE, *, uv: ArrayLike = ((0, 0), (1, 0), (1, 1), (0, 1))
) -> Mesh:
    """A flat four-sided face; (4, 3) corners counter-clockwise seen from its front, from its lower left."""
    points, places = np.asarray(corners, dtype=np.float64), np.asarray(uv, dtype=np.float64)
    normal = _cross(points[2] - points[0], points[3] - points[1])
    normal /= np.linalg.norm(normal)
    order = np.array([[0, 1, 2], [0, 2, 3]])
    return triangles(points[order], np.tile(normal, (2, 3, 1)), texture, tint, places[order])


def block(
    low: ArrayLike, high: ArrayLike, texture: str, tint: Tint = WHITE, faces: dict[str, str] | None = None
) -> Mesh:
    """A box between two corners; ``faces`` gives some of front (+x), rear, left (+y), right, top their own texture."""
    (x0, y0, z0), (x1, y1, z1) = np.asarray(low, float), np.asarray(high, float)
    sides = {
        "front": [(x1, y0, z0), (x1, y1, z0), (x1, y1, z1), (x1, y0, z1)],
        "rear": [(x0, y1, z0), (x0, y0, z0), (x0, y0, z1), (x0, y1, z1)],
        "left": [(x1, y1, z0), (x0, y1, z0), (x0, y1, z1), (x1, y1, z1)],
        "right": [(x0, y0, z0), (x1, y0, z0), (x1, y0, z1), (x0, y0, z1)],
        "top": [(x0, y0, z1), (x1, y0, z1), (x1, y1, z1), (x0, y1, z1)],
        "bottom": [(x0, y1, z0), (x1, y1, z0), (x1, y0, z0), (x0, y0, z0)],
    }
    own = faces or {}
    return join([quad(corners, own.get(side, texture), tint) for side, corners in sides.items()])


def sheet(
    points: FloatArray, normals: FloatArray, texture: str, tint: Tint = WHITE, uv: FloatArray | None = None
) -> Mesh:
    """A surface over a grid of (M, N, 3) points with normals, and places (M, N, 2)."""
    corners = _grid_triangles(points)
    places = None if uv is None else _grid_triangles(uv)
    kept = np.linalg.norm(_cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1) > 1e-9
    return triangles(
        corners[kept], _grid_triangles(normals)[kept], texture, tint, None if places is None else places[kept]
    )


def _grid_triangles(grid: FloatArray) -> FloatArray:
    """(T, 3, C) corners of the two triangles of every cell of a grid (M, N, C)."""
    a, b, c, d = grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]
    cells = np.stack([np.stack([a, b, c], axis=2), np.stack([a, c, d], axis=2)], axis=2)
    return cells.reshape(-1, 3, grid.shape[-1])


def tube(
    path: ArrayLike,
    radii: ArrayLike,
    texture: str,
    tint: Tint = WHITE,
    *,
    side: ArrayLike = (0.0, 1.0, 0.0),
    segments: int = 8,
) -> Mesh:
    """A closed tube of elliptic rings along a path.

    Args:
        path: (M, 3) centres of the rings.
        radii: One, (M,) or (M, 2) radii of the rings, across and along ``side``.
        texture: Name of a plain texture.
        tint: Its colour.
        side: Direction of the second radius, not parallel to the path.
        segments: Corners of a ring.
    """
    centers = np.asarray(path, dtype=np.float64)
    radius = np.asarray(radii, dtype=np.float64)
    radius = np.broadcast_to(radius if radius.ndim == 2 else radius.reshape(-1, 1), (len(centers), 2))
    along = np.gradient(centers, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    first = _cross(np.asarray(side, dtype=np.float64), along)
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    second = _cross(along, first)
    turn = np.linspace(2 * np.pi, 0.0, segments + 1)
    cos, sin = np.cos(turn)[None, :, None], np.sin(turn)[None, :, None]
    wide, deep = radius[:, None, :1], radius[:, None, 1:]
    spokes = cos * wide * first[:, None] + sin * deep * second[:, None]
    normals = cos * deep * first[:, None] + sin * wide * second[:, None]
    normals /= np.linalg.norm(normals, axis=2, keepdims=True)
    # Each end is closed by a lid that faces along the path: a ring of its own and one of no width.
    points = np.concatenate([0 * spokes[:1], spokes[:1], spokes, spokes[-1:], 0 * spokes[-1:]])
    points += np.concatenate([centers[[0, 0]], centers, centers[[-1, -1]]])[:, None]
    lids = [np.broadcast_to(facing, (2, segments + 1, 3)) for facing in (-along[0], along[-1])]
    return sheet(points, np.concatenate([lids[0], normals, lids[1]]), texture, tint)


def disc(
    center: ArrayLike, radius: float, facing: ArrayLike, texture: str, tint: Tint = WHITE, segments: int = 24
) -> Mesh:
    """An upright disc that faces the level direction ``facing`` and wears the whole texture."""
    normal = np.asarray(facing, dtype=np.float64)
    right = _cross(np.array([0.0, 0.0, 1.0]), normal)
    turn = np.linspace(0.0, 2 * np.pi, segments + 1)
    rim = np.cos(turn)[:, None] * right + np.sin(turn)[:, None] * np.array([0.0, 0.0, 1.0])
    places = 0.5 + 0.499 * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    middle = np.zeros((segments, 3)), np.full((segments, 2), 0.5)
    corners = np.asarray(center, float) + radius * np.stack([middle[0], rim[:-1], rim[1:]], axis=1)
    uv = np.stack([middle[1], places[:-1], places[1:]], axis=1)
    return triangles(corners, np.tile(normal, (segments, 3, 1)), texture, tint, uv)
