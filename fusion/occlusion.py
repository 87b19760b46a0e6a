"""How much of a cuboid is hidden: behind nearer cuboids in an image, and behind points in a lidar's sweep.

Both give a visible share, 0 … 1. The measure by cover follows what KITTI's own levels were found to agree with: a grid
over the cuboid's 2D box, each cell hidden when the 2D box of a nearer cuboid covers it. The measure by points also
knows of walls, poles and bushes, which have no cuboid: of the points within a cuboid's outline it compares those on the
object with those in front of it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial import ConvexHull, QhullError

from geometry import Box
from geometry.arrays import BoolArray, FloatArray, check_shape

GRID = 24
LEVEL_THRESHOLDS = (0.9, 0.5)
"""At least this much visible: level 0 (visible), level 1 (partly occluded); else level 2 (largely occluded)."""
NEARER_M = 0.3
"""Points this much nearer than the cuboid's nearest corner are in front of it."""
GROUND_M = 0.25
"""Points lower than this above a cuboid's bottom are the ground's, and hide nothing."""
BOX_MARGIN_M = 0.15
MIN_POINTS = 3


def occlusion_level(visible_share: float) -> int:
    """KITTI's 0, 1 or 2 of a visible share."""
    return sum(visible_share < threshold for threshold in LEVEL_THRESHOLDS)


def visible_shares(ltrb_px: ArrayLike, distance_m: ArrayLike, grid: int = GRID) -> FloatArray:
    """The share of each 2D box that no 2D box of a nearer cuboid covers.

    Args:
        ltrb_px: (N, 4) left, top, right, bottom of the cuboids of one image, clipped to it; NaN for one that is not in
            it, which hides nothing.
        distance_m: (N,) how far each cuboid is.
        grid: Cells along each side of a box that are looked at, at their centres.

    Returns:
        (N,) shares 0 … 1; NaN for a cuboid that is not in the image.
    """
    boxes, distance = np.asarray(ltrb_px, dtype=np.float64), np.asarray(distance_m, dtype=np.float64)
    check_shape("ltrb_px", boxes, (None, 4))
    check_shape("distance_m", distance, (len(boxes),))
    steps = (np.arange(grid) + 0.5) / grid
    # (N, 1, grid): each box's columns and rows of cells, beside every other box's sides.
    columns = boxes[:, None, 0, None] + steps * (boxes[:, 2] - boxes[:, 0])[:, None, None]
    rows = boxes[:, None, 1, None] + steps * (boxes[:, 3] - boxes[:, 1])[:, None, None]
    nearer = distance[None, :] < distance[:, None]
    covers_column = (columns >= boxes[:, 0, None]) & (columns <= boxes[:, 2, None]) & nearer[..., None]
    covers_row = (rows >= boxes[:, 1, None]) & (rows <= boxes[:, 3, None])
    covered = np.einsum("nmi,nmj->nij", covers_row.astype(np.float32), covers_column.astype(np.float32)) > 0
    shares = 1.0 - covered.mean(axis=(1, 2))
    shares[np.isnan(boxes).any(axis=1)] = np.nan
    return np.asarray(shares)


def lidar_visible_share(points_lidar: ArrayLike, box_lidar: Box) -> float | None:
    """The share of a lidar's points within a cuboid's outline that are on the object and not in front of it.

    Points behind the object and on the ground say nothing and do not count.

    Args:
        points_lidar: (N, 3) points of one sweep in the frame of the lidar, which sees from its origin.
        box_lidar: The cuboid in the same frame.

    Returns:
        A share 0 … 1; None where fewer than three points tell, or the cuboid reaches around the lidar.
    """
    points = np.asarray(points_lidar, dtype=np.float64)
    check_shape("points_lidar", points, (None, 3))
    corners = box_lidar.corners()
    axes = _looking_at(box_lidar.center)
    seen = corners @ axes.T
    if seen[:, 2].min() <= NEARER_M:
        return None
    inside_outline = points[_within_outline(points @ axes.T, seen)]
    points_object = box_lidar.frame_from_object.inverse().apply(inside_outline)
    half = box_lidar.size_lwh_m / 2.0
    above_ground = points_object[:, 2] > GROUND_M - half[2]
    on_object = (np.abs(points_object) <= half + BOX_MARGIN_M).all(axis=1)
    nearest_m = np.linalg.norm(corners, axis=1).min() - NEARER_M
    in_front = ~on_object & (np.linalg.norm(inside_outline, axis=1) < nearest_m)
    on_count, front_count = int((on_object & above_ground).sum()), int((in_front & above_ground).sum())
    if on_count + front_count < MIN_POINTS:
        return None
    return on_count / (on_count + front_count)


def _looking_at(center: FloatArray) -> FloatArray:
    """(3, 3) rows: right, down and ahead of an eye at the origin that looks at a point."""
    ahead = center / max(float(np.linalg.norm(center)), 1e-9)
    side = np.cross(ahead, [0.0, 0.0, 1.0])
    length = float(np.linalg.norm(side))
    right = side / length if length > 1e-6 else np.array([1.0, 0.0, 0.0])
    return np.stack([right, np.cross(ahead, right), ahead])


def _within_outline(points: FloatArray, corners: FloatArray) -> BoolArray:
    """(N,) which points, of an eye that looks along z, lie within the outline of corners (8, 3) in front of it."""
    outline = corners[:, :2] / corners[:, 2:]
    low, high = outline.min(axis=0), outline.max(axis=0)
    within = points[:, 2] > 1e-3
    candidates = np.flatnonzero(within)
    uv = points[candidates, :2] / points[candidates, 2:]
    near = ((uv >= low) & (uv <= high)).all(axis=1)
    candidates, uv = candidates[near], uv[near]
    found = np.zeros(len(points), dtype=bool)
    try:
        sides = ConvexHull(outline).equations
    except QhullError:  # seen as a line: nothing lies within
        return found
    found[candidates[(uv @ sides[:, :2].T + sides[:, 2] <= 1e-12).all(axis=1)]] = True
    return found
