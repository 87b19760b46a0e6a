"""Which points hang together, seen from above."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from geometry.arrays import FloatArray, IntArray

TALL_SHARE = 0.3
TALL_BAND_M = 1.35


def connected(points_xy: FloatArray, above_m: FloatArray, cell_m: float, limit_m: float) -> IntArray:
    """(N,) the number of each point's group, from 1: points whose square cells touch are one group.

    Points are in no group, 0, where many reach too high, such as in a tree or a wall.

    Args:
        points_xy: (N, 2) at least one point.
        above_m: (N,) how far above the ground.
        cell_m: The side of a cell.
        limit_m: How high the objects looked for are at most.
    """
    cells = np.floor(points_xy / cell_m).astype(np.int64)
    cells -= cells.min(axis=0)
    shape = tuple((cells.max(axis=0) + 1).tolist())
    flat = cells[:, 0] * shape[1] + cells[:, 1]
    is_own = above_m < limit_m
    own = np.bincount(flat[is_own], minlength=shape[0] * shape[1])
    tall = np.bincount(flat[~is_own & (above_m < limit_m + TALL_BAND_M)], minlength=shape[0] * shape[1])
    is_object = (own > 0) & (tall <= TALL_SHARE * own)
    groups, _ = ndimage.label(is_object.reshape(shape), np.ones((3, 3)))
    return np.asarray(groups.ravel()[flat], dtype=np.int64)
