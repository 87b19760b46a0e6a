"""Many convex polygons cut by a plane at once."""

from __future__ import annotations

import numpy as np

from geometry.arrays import FloatArray


def clip_polygons(corners: FloatArray, axis: int, limit: FloatArray, *, keep_above: bool = False) -> FloatArray:
    """Keep what lies at or below a limit along one axis (Sutherland and Hodgman's step, for all polygons together).

    Args:
        corners: (N, K, 3) corners in order; a corner may be repeated, so that polygons with fewer fit in.
        axis: The axis that is limited.
        limit: (N,) the limit of each polygon.
        keep_above: Keep what lies at or above it instead.

    Returns:
        (N, K + 1, 3) corners in the same order; all of them the same point where nothing is left.
    """
    over = corners[:, :, axis] - limit[:, None]
    over = -over if keep_above else over
    following, over_following = np.roll(corners, -1, axis=1), np.roll(over, -1, axis=1)
    crosses = (over > 0) != (over_following > 0)
    share = over / np.where(crosses, over - over_following, 1.0)
    crossing = corners + share[..., None] * (following - corners)
    crossing[..., axis] = limit[:, None]
    # Each edge gives its start, if that is kept, and the point where it crosses.
    count, size = over.shape
    points = np.stack([corners, crossing], axis=2).reshape(count, 2 * size, 3)
    is_kept = np.stack([over <= 0, crosses], axis=2).reshape(count, 2 * size)
    order = np.argsort(~is_kept, axis=1, kind="stable")[:, : size + 1]
    last = np.maximum(is_kept.sum(axis=1), 1) - 1
    order = np.take_along_axis(order, np.minimum(np.arange(size + 1), last[:, None]), axis=1)
    return np.take_along_axis(points, order[..., None], axis=1)
