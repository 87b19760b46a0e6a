"""Casting rays at triangles, with Embree through Open3D."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geometry.arrays import BoolArray, Float32Array, IntArray


@dataclass(frozen=True, eq=False)
class Hits:
    """What N rays met first.

    Attributes:
        distance_m: (N,) float32 distance along the (unit) ray, infinite where nothing was met.
        triangle: (N,) int64 triangle met, -1 for none.
        weights: (N, 2) float32 barycentric weights of the triangle's second and third corner.
    """

    distance_m: Float32Array
    triangle: NDArray[np.int64]
    weights: Float32Array

    def put(self, places: IntArray, others: Hits) -> None:
        """Overwrite the hits at (M,) places with M others."""
        self.distance_m[places], self.triangle[places] = others.distance_m, others.triangle
        self.weights[places] = others.weights


class RayScene:
    """Triangles that rays can be cast at."""

    def __init__(self, vertices: Float32Array) -> None:
        """Take (T, 3, 3) corners and build the search tree over them."""
        # Open3D takes a second to import, which only those who cast rays should wait for.
        import open3d as o3d

        self._tensor = o3d.core.Tensor
        self._scene = o3d.t.geometry.RaycastingScene()
        corners = np.ascontiguousarray(vertices.reshape(-1, 3), dtype=np.float32)
        index = np.arange(len(corners), dtype=np.uint32).reshape(-1, 3)
        self._scene.add_triangles(self._tensor.from_numpy(corners), self._tensor.from_numpy(index))

    def cast(self, rays: Float32Array) -> Hits:
        """First hits of (N, 6) rays: origin, unit direction."""
        answer = self._scene.cast_rays(self._tensor.from_numpy(rays))
        # The number for "none" is the largest uint32, which read as int32 is -1.
        triangle = answer["primitive_ids"].numpy().view(np.int32).astype(np.int64)
        return Hits(answer["t_hit"].numpy(), triangle, answer["primitive_uvs"].numpy())

    def blocked(self, rays: Float32Array, reach_m: float = np.inf) -> BoolArray:
        """(N,) whether anything lies on the (N, 6) rays within reach."""
        answer = self._scene.test_occlusions(self._tensor.from_numpy(rays), tnear=0.0, tfar=reach_m)
        return np.asarray(answer.numpy())


def rays_from(origin: Float32Array, directions: Float32Array) -> Float32Array:
    """(N, 6) rays from one (3,) or N (N, 3) origins along (N, 3) directions."""
    rays = np.empty((len(directions), 6), dtype=np.float32)
    rays[:, :3], rays[:, 3:] = origin, directions
    return rays
