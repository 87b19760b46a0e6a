"""Points and cuboids in images: projection, edges as lines or curves, 2D boxes and the best camera.

The viewer has a twin of this file in TypeScript; both give the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from calibration import CameraModel, SensorRig
from fusion.bounds import bounds_of_boxes, bounds_of_parts
from fusion.curves import VisibleParts, draw_parts, visible_parts
from geometry import EDGES, SE3, Box
from geometry.arrays import BoolArray, FloatArray, IntArray, check_shape

Ltrb = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class ProjectedBox:
    """A cuboid in one image.

    Attributes:
        edges_uv: Polylines (K, 2) in pixels, one for each part of an edge that the camera's field of view shows: two
            points, or a curve's many where the lens bends lines; they may leave the image.
        edge_indices: The row of ``geometry.EDGES`` of each polyline; it repeats where the middle of an edge is hidden.
        proj_ltrb_px: Left, top, right, bottom around all that the field of view shows, not clipped to the image.
        trunc_ltrb_px: The same clipped to [0, W - 1] × [0, H - 1], or None where it lies outside.
        truncation: The share of the area outside the image, 0 … 1: 1 - area(clipped) / area(not clipped).
    """

    edges_uv: tuple[FloatArray, ...]
    edge_indices: tuple[int, ...]
    proj_ltrb_px: Ltrb
    trunc_ltrb_px: Ltrb | None
    truncation: float


def project_points(
    points_ego: ArrayLike, cam_from_ego: SE3, camera: CameraModel
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Project points (N, 3) of ``ego`` into an image.

    Returns:
        ``uv`` (N, 2) pixels, NaN where not visible; ``depth_m`` (N,) along the optical axis; ``visible`` (N,): in
        front of the camera and inside the image.
    """
    points_cam = cam_from_ego.apply(points_ego)
    uv, visible = camera.image_from_camera(points_cam)
    return uv, points_cam[:, 2], np.asarray(visible & inside_image(uv, camera))


def inside_image(uv: FloatArray, camera: CameraModel) -> BoolArray:
    """(N,) which pixels (N, 2) the image has; NaN it has not."""
    # A pixel reaches half a pixel beyond its centre.
    inside = (uv > -0.5) & (uv < (camera.width_px - 0.5, camera.height_px - 0.5))
    return np.asarray(inside.all(axis=1))


def project_box(box_cam: Box, camera: CameraModel) -> ProjectedBox | None:
    """Project a cuboid, given in the camera's frame; None where the field of view shows nothing of it.

    Every edge is cut at the near plane and at the border of the cone in which the camera model holds, so a cuboid half
    behind the camera is not mirrored and none folds back into the image.
    """
    corners_cam = box_cam.corners()
    parts = visible_parts(corners_cam[EDGES], camera)
    uv, counts = draw_parts(parts, camera)
    return projected_box(corners_cam, parts, uv, counts, camera)


def projected_box(
    corners_cam: FloatArray, parts: VisibleParts, uv: FloatArray, counts: IntArray, camera: CameraModel
) -> ProjectedBox | None:
    """A cuboid by its corners (8, 3), the visible parts of its edges, and where they are drawn; None without any.

    Args:
        corners_cam: In the camera's frame.
        parts: Of its twelve edges.
        uv: (S, 2) the parts as polylines, one after the other.
        counts: (P,) how many pixels each part has.
        camera: How the camera sees.
    """
    bounds = bounds_of_parts(corners_cam[np.newaxis], np.zeros_like(parts.segment), uv, counts, camera)[0]
    if np.isnan(bounds[0]):
        return None
    left, top, right, bottom = (float(side) for side in bounds)
    proj_ltrb_px = (left, top, right, bottom)
    trunc_ltrb_px = clip_to_image(proj_ltrb_px, camera)
    truncation = 1.0 if trunc_ltrb_px is None else 1.0 - _area(trunc_ltrb_px) / _area(proj_ltrb_px)
    return ProjectedBox(
        tuple(np.split(uv, np.cumsum(counts)[:-1])) if len(counts) else (),
        tuple(int(index) for index in parts.segment),
        proj_ltrb_px,
        trunc_ltrb_px,
        min(max(truncation, 0.0), 1.0),
    )


def project_hulls(corners_cam: ArrayLike, camera: CameraModel) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The 2D boxes of many cuboids at once.

    Args:
        corners_cam: (B, 8, 3) corners in the camera's frame, in the order of ``geometry.CORNER_SIGNS``.
        camera: How the camera sees.

    Returns:
        ``proj_ltrb_px`` (B, 4), ``trunc_ltrb_px`` (B, 4), ``truncation`` (B,) as in ``ProjectedBox``; NaN where a
        cuboid is out of the field of view, and ``trunc_ltrb_px`` also where it lies outside the image.
    """
    corners = np.asarray(corners_cam, dtype=np.float64)
    check_shape("corners_cam", corners, (None, 8, 3))
    proj = bounds_of_boxes(corners, camera)
    trunc = proj.copy()
    np.maximum(trunc[:, :2], 0.0, out=trunc[:, :2])
    np.minimum(trunc[:, 2:], (camera.width_px - 1.0, camera.height_px - 1.0), out=trunc[:, 2:])
    trunc[~(trunc[:, :2] < trunc[:, 2:]).all(axis=1)] = np.nan
    inside = np.nan_to_num(_areas(trunc), nan=0.0)
    return proj, trunc, np.clip(1.0 - inside / np.maximum(_areas(proj), 1e-12), 0.0, 1.0)


def clip_to_image(ltrb_px: Ltrb, camera: CameraModel) -> Ltrb | None:
    """A rectangle clipped to [0, W - 1] × [0, H - 1], or None where nothing is left."""
    left, top, right, bottom = ltrb_px
    width, height = camera.width_px - 1.0, camera.height_px - 1.0
    clipped = (max(left, 0.0), max(top, 0.0), min(right, width), min(bottom, height))
    return clipped if clipped[0] < clipped[2] and clipped[1] < clipped[3] else None


def best_camera(box_ego: Box, rig: SensorRig) -> str | None:
    """The camera that shows a cuboid of ``ego`` largest and least cut off, or None where none shows it.

    Cameras are ranked by the area in the image times the share of the cuboid that is in it.
    """
    scores: dict[str, float] = {}
    for name, camera in rig.cameras.items():
        projected = project_box(box_ego.transform(rig.cam_from_ego(name)), camera)
        if projected is not None and projected.trunc_ltrb_px is not None:
            scores[name] = _area(projected.trunc_ltrb_px) * (1.0 - projected.truncation)
    return max(scores, key=lambda name: scores[name], default=None)


def _areas(ltrb_px: FloatArray) -> FloatArray:
    return np.asarray((ltrb_px[:, 2] - ltrb_px[:, 0]) * (ltrb_px[:, 3] - ltrb_px[:, 1]))


def _area(ltrb_px: Ltrb) -> float:
    return (ltrb_px[2] - ltrb_px[0]) * (ltrb_px[3] - ltrb_px[1])
