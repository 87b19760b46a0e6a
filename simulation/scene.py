"""The triangles of one moment, and whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geometry.arrays import ByteArray, Float32Array
from simulation.meshes.mesh import Mesh, join
from simulation.rays import Hits, RayScene
from simulation.textures import texture_atlas

NOBODY = -1


class Scene:
    """Everything that rays can meet at one moment, in the world frame."""

    def __init__(self, scenery: Mesh, objects: Sequence[tuple[int, Mesh]]) -> None:
        """Join the scenery, which belongs to nobody, and the meshes of the tracks."""
        self.mesh = join([scenery, *(mesh for _, mesh in objects)])
        counts = [len(scenery), *(len(mesh) for _, mesh in objects)]
        self.first_triangle = np.cumsum([0, *counts])[1:-1]
        """(objects,) where each object's triangles begin."""
        owners = np.array([NOBODY, *(track for track, _ in objects)], dtype=np.int32)
        # The last entry answers for rays that meet nothing, whose triangle is -1.
        self.owner = np.append(np.repeat(owners, counts), np.int32(NOBODY)).astype(np.int32)

    @cached_property
    def rays(self) -> RayScene:
        """The search tree over the triangles."""
        return RayScene(self.mesh.vertices)

    def rays_before_last(self, count: int) -> RayScene:
        """A search tree over all but the last ``count`` objects, its triangles numbered as in ``mesh``."""
        end = int(self.first_triangle[-count]) if count else len(self.mesh)
        return RayScene(self.mesh.vertices[:end])

    def tracks_of(self, hits: Hits) -> NDArray[np.int32]:
        """(N,) track that each ray met, -1 for scenery or nothing."""
        return self.owner.take(hits.triangle, mode="wrap")

    def surface_of(
        self, triangle: NDArray[np.int64], weights: Float32Array, footprint_m: Float32Array
    ) -> tuple[Float32Array, ByteArray]:
        """(N, 3) linear colour and (N,) ``Surface`` where triangles were met."""
        uv = _blend(self.mesh.uv, triangle, weights)
        color, tinted, surface = texture_atlas().sample(self.mesh.texture.take(triangle), uv, footprint_m)
        tint = self.mesh.tint.take(triangle, axis=0)
        tint -= 1.0
        tint *= tinted[:, None]
        tint += 1.0
        color *= tint
        return color, surface

    def normals_of(self, triangle: NDArray[np.int64], weights: Float32Array) -> Float32Array:
        """(N, 3) smooth unit normals where triangles were met."""
        normals = _blend(self.mesh.normals, triangle, weights)
        normals /= np.maximum(np.sqrt(np.einsum("ij,ij->i", normals, normals)), np.float32(1e-6))[:, None]
        return normals


def _blend(corners: Float32Array, triangle: NDArray[np.int64], weights: Float32Array) -> Float32Array:
    """Interpolate a corner attribute (T, 3, C) over the triangles."""
    shares = np.empty((len(triangle), 3), dtype=np.float32)
    shares[:, 1:] = weights
    shares[:, 0] = 1.0 - weights[:, 0] - weights[:, 1]
    blended: Float32Array = np.einsum("nij,ni->nj", np.take(corners, triangle, axis=0), shares)
    return blended
