"""2D boxes and outlines in COCO's pixels: zero is the image's corner, where ours is its first pixel's centre."""

from __future__ import annotations

import numpy as np
import shapely

from calibration import CameraModel
from fusion import ProjectedBox
from geometry.arrays import FloatArray

Ltrb = tuple[float, float, float, float]
HALF_PIXEL = 0.5
DECIMALS = 3


def xywh_from_ltrb(ltrb_px: Ltrb) -> list[float]:
    """COCO's ``[x, y, width, height]`` of a rectangle of ours: half a pixel further right and down."""
    left, top, right, bottom = ltrb_px
    return [left + HALF_PIXEL, top + HALF_PIXEL, right - left, bottom - top]


def clip_to_picture(ltrb_px: Ltrb, camera: CameraModel) -> Ltrb | None:
    """A rectangle of ours, clipped to the image's whole area: to its outermost pixels' outer sides.

    ``fusion.clip_to_image`` clips to the centres of those pixels, as KITTI does; in COCO a box that leaves the image
    reaches from 0 to its width.
    """
    left, top, right, bottom = ltrb_px
    width, height = camera.width_px - HALF_PIXEL, camera.height_px - HALF_PIXEL
    clipped = (max(left, -HALF_PIXEL), max(top, -HALF_PIXEL), min(right, width), min(bottom, height))
    return clipped if clipped[0] < clipped[2] and clipped[1] < clipped[3] else None


def outline(projected: ProjectedBox, camera: CameraModel) -> list[list[float]]:
    """The hull of a cuboid's edges within the image, as one polygon ``[x1, y1, x2, y2, …]``; empty without area."""
    if not projected.edges_uv:
        return []
    points = np.concatenate(projected.edges_uv) + HALF_PIXEL
    hull = shapely.convex_hull(shapely.multipoints(points[np.isfinite(points).all(axis=1)]))
    inside = shapely.intersection(hull, shapely.box(0.0, 0.0, camera.width_px, camera.height_px))
    if inside.geom_type != "Polygon" or inside.area <= 0:
        return []
    ring: FloatArray = shapely.get_coordinates(inside)[:-1]
    return [np.round(ring, DECIMALS).ravel().tolist()]


def polygon_area(polygon: list[float]) -> float:
    """The area of ``[x1, y1, …]`` by the shoelace formula."""
    x, y = np.array(polygon[0::2]), np.array(polygon[1::2])
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2.0)


def crowd_mask(ltrb_px: Ltrb, camera: CameraModel) -> dict[str, list[int]]:
    """A rectangle as COCO's uncompressed run lengths: column by column, first of what is outside."""
    width, height = camera.width_px, camera.height_px
    columns = (np.arange(width) >= round(ltrb_px[0])) & (np.arange(width) <= round(ltrb_px[2]))
    rows = (np.arange(height) >= round(ltrb_px[1])) & (np.arange(height) <= round(ltrb_px[3]))
    flat = np.outer(columns, rows).ravel()
    changes = np.flatnonzero(np.diff(flat.astype(np.int8), prepend=0, append=2))
    counts = np.diff(changes, prepend=0)
    return {"counts": counts.tolist(), "size": [height, width]}
