"""Whether things on the ground keep clear of each other."""

from __future__ import annotations

import numpy as np

from geometry.arrays import BoolArray, FloatArray


def footprint(center_xy: FloatArray, yaw_rad: FloatArray, size_lw_m: FloatArray, margin_m: float = 0.0) -> FloatArray:
    """(..., 4, 2) corners of oriented rectangles, grown by a margin on every side."""
    half = np.asarray(size_lw_m) / 2 + margin_m
    corners = np.array([[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]]) * half
    cos, sin = np.cos(yaw_rad)[..., None], np.sin(yaw_rad)[..., None]
    turned = np.stack([corners[:, 0] * cos - corners[:, 1] * sin, corners[:, 0] * sin + corners[:, 1] * cos], axis=-1)
    return np.asarray(center_xy)[..., None, :] + turned


def overlap(first: FloatArray, second: FloatArray) -> BoolArray:
    """(...) whether rectangles (..., 4, 2) overlap.

    Two convex shapes are apart just when a line along one of their edges' normals tells them apart.
    """
    apart = np.zeros(np.broadcast_shapes(first.shape[:-2], second.shape[:-2]), dtype=bool)
    for shape in (first, second):
        for corner in (0, 1):
            edge = shape[..., corner + 1, :] - shape[..., corner, :]
            axis = np.stack([-edge[..., 1], edge[..., 0]], axis=-1)
            one = np.einsum("...ij,...j->...i", first, axis)
            other = np.einsum("...ij,...j->...i", second, axis)
            apart |= (one.max(axis=-1) < other.min(axis=-1)) | (other.max(axis=-1) < one.min(axis=-1))
    return ~apart
