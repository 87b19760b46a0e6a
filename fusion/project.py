"""Points and cuboids in images: projection, near-plane clipping, 2D boxes and the best camera.

The viewer has a twin of this file in TypeScript; both give the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from calibration import NEAR_PLANE_M, CameraModel, SensorRig
from geometry import EDGES, SE3, Box
from geometry.arrays import BoolArray, FloatArray, check_shape

Ltrb = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class ProjectedBox:
    """A cuboid in one image.

    Attributes:
        edges_uv: Polylines (K, 2) in pixels, one for each edge of the cuboid that lies, at least in part, in front of
            the near plane; they may leave the image.
        edge_indices: The row of ``geometry.EDGES`` of each polyline.
        proj_ltrb_px: Left, top, right, bottom around all that is in front of the camera, not clipped to the image.
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
    # A pixel reaches half a pixel beyond its centre. Comparing with NaN gives False.
    inside = (uv > -0.5) & (uv < (camera.width_px - 0.5, camera.height_px - 0.5))
    return uv, points_cam[:, 2], np.asarray(visible & inside.all(axis=1))


def project_box(box_cam: Box, camera: CameraModel, *, samples_per_edge: int = 2) -> ProjectedBox | None:
    """Project a cuboid, given in the camera's frame; None where nothing of it is in front of the near plane.

    Every edge is clipped at the near plane before it is divided by depth, so a cuboid half behind the camera is not
    mirrored.

    Args:
        box_cam: The cuboid in the camera's frame.
        camera: How the camera sees.
        samples_per_edge: Points a polyline, ends included; 2 serves cameras that keep lines straight.
    """
    edges_cam = clip_edges(box_cam.corners()[np.newaxis])[0]
    indices = np.flatnonzero(~np.isnan(edges_cam[:, 0, 2]))
    samples_cam = np.linspace(edges_cam[indices, 0], edges_cam[indices, 1], samples_per_edge, axis=1)
    uv, visible = camera.image_from_camera(samples_cam.reshape(-1, 3))
    lines = zip(indices, uv.reshape(samples_cam.shape[:2] + (2,)), visible.reshape(samples_cam.shape[:2]), strict=True)
    edges_uv = {int(index): line[seen] for index, line, seen in lines if seen.sum() >= 2}
    if not edges_uv:
        return None
    corners_uv = np.concatenate(list(edges_uv.values()))
    left, top, right, bottom = (float(side) for side in (*corners_uv.min(axis=0), *corners_uv.max(axis=0)))
    proj_ltrb_px = (left, top, right, bottom)
    trunc_ltrb_px = clip_to_image(proj_ltrb_px, camera)
    truncation = 1.0 if trunc_ltrb_px is None else 1.0 - _area(trunc_ltrb_px) / _area(proj_ltrb_px)
    return ProjectedBox(
        tuple(edges_uv.values()), tuple(edges_uv), proj_ltrb_px, trunc_ltrb_px, min(max(truncation, 0.0), 1.0)
    )


def project_hulls(corners_cam: ArrayLike, camera: CameraModel) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The 2D boxes of many cuboids at once, for cameras that keep lines straight.

    Args:
        corners_cam: (B, 8, 3) corners in the camera's frame, in the order of ``geometry.CORNER_SIGNS``.
        camera: How the camera sees.

    Returns:
        ``proj_ltrb_px`` (B, 4), ``trunc_ltrb_px`` (B, 4), ``truncation`` (B,) as in ``ProjectedBox``; NaN where a
        cuboid is behind the near plane, and ``trunc_ltrb_px`` also where it lies outside the image.
    """
    corners = np.asarray(corners_cam, dtype=np.float64)
    check_shape("corners_cam", corners, (None, 8, 3))
    in_front = corners[:, :, 2] >= NEAR_PLANE_M
    proj = np.full((len(corners), 4), np.nan)
    whole = in_front.all(axis=1)
    proj[whole] = _hulls(corners[whole], camera)
    cut = in_front.any(axis=1) & ~whole
    proj[cut] = _hulls(clip_edges(corners[cut]).reshape(-1, 24, 3), camera)
    trunc = proj.copy()
    np.maximum(trunc[:, :2], 0.0, out=trunc[:, :2])
    np.minimum(trunc[:, 2:], (camera.width_px - 1.0, camera.height_px - 1.0), out=trunc[:, 2:])
    trunc[~(trunc[:, :2] < trunc[:, 2:]).all(axis=1)] = np.nan
    inside = np.nan_to_num(_areas(trunc), nan=0.0)
    return proj, trunc, np.clip(1.0 - inside / np.maximum(_areas(proj), 1e-12), 0.0, 1.0)


def clip_edges(corners_cam: FloatArray) -> FloatArray:
    """The parts of cuboids' edges at depth ≥ ``NEAR_PLANE_M``.

    Args:
        corners_cam: (B, 8, 3) corners in the camera's frame.

    Returns:
        (B, 12, 2, 3) start and end of every edge in the order of ``geometry.EDGES``; NaN for one that lies behind.
    """
    ends: FloatArray = corners_cam[:, EDGES]
    depth_m = ends[..., 2]
    behind = depth_m < NEAR_PLANE_M
    crossing = behind[..., 0] != behind[..., 1]
    span = np.where(crossing, depth_m[..., 1] - depth_m[..., 0], 1.0)
    fraction = (NEAR_PLANE_M - depth_m[..., 0]) / span
    at_plane = ends[..., 0, :] + fraction[..., np.newaxis] * (ends[..., 1, :] - ends[..., 0, :])
    # Exactly on the plane, so that rounding does not put it behind.
    at_plane[..., 2] = NEAR_PLANE_M
    moved = (crossing[..., np.newaxis] & behind)[..., np.newaxis]
    clipped = np.where(moved, at_plane[..., np.newaxis, :], ends)
    clipped[behind.all(axis=-1)] = np.nan
    return clipped


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


def _hulls(points_cam: FloatArray, camera: CameraModel) -> FloatArray:
    """(B, 4) around the points (B, K, 3); NaN points do not count."""
    uv, _ = camera.image_from_camera(points_cam.reshape(-1, 3))
    # Column by column: over a short axis that is many times faster than min(axis=1).
    columns = uv.reshape(points_cam.shape[:2] + (2,)).transpose(1, 0, 2)
    low, high = columns[0].copy(), columns[0].copy()
    for column in columns[1:]:
        np.fmin(low, column, out=low)
        np.fmax(high, column, out=high)
    return np.concatenate([low, high], axis=1)


def _areas(ltrb_px: FloatArray) -> FloatArray:
    return np.asarray((ltrb_px[:, 2] - ltrb_px[:, 0]) * (ltrb_px[:, 3] - ltrb_px[:, 1]))


def _area(ltrb_px: Ltrb) -> float:
    return (ltrb_px[2] - ltrb_px[0]) * (ltrb_px[3] - ltrb_px[1])
