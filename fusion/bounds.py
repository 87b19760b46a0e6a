"""Rectangles around many cuboids in one image, fast: by corners where lines stay straight, else by curved edges."""

from __future__ import annotations

import numpy as np

from calibration import NEAR_PLANE_M, CameraModel
from fusion.curves import VisibleParts, draw_parts, rim_bounds, visible_parts
from geometry import CORNER_SIGNS, EDGES
from geometry.arrays import BoolArray, FloatArray, IntArray


def _faces_of_edges() -> IntArray:
    """(12, 2) the two faces that meet at each edge, numbered 2 · axis + (1 at the negative side)."""
    starts, ends = CORNER_SIGNS[EDGES[:, 0]], CORNER_SIGNS[EDGES[:, 1]]
    edge, axis = np.nonzero(starts == ends)
    return np.asarray(2 * axis + (starts[edge, axis] < 0)).reshape(-1, 2)


EDGE_FACES = _faces_of_edges()


def bounds_of_boxes(corners_cam: FloatArray, camera: CameraModel) -> FloatArray:
    """Left, top, right, bottom (B, 4) around what a camera shows of cuboids (B, 8, 3); NaN where it shows nothing."""
    return _curved_bounds(corners_cam, camera) if camera.bends_lines else _straight_bounds(corners_cam, camera)


def bounds_of_parts(
    corners_cam: FloatArray, box: IntArray, uv: FloatArray, counts: IntArray, camera: CameraModel
) -> FloatArray:
    """Rectangles (B, 4) around cuboids by the drawn parts of their edges.

    Args:
        corners_cam: (B, 8, 3) the cuboids.
        box: (P,) whose part it is, rising.
        uv: (S, 2) the parts as ``draw_parts`` gives them.
        counts: (P,) likewise.
        camera: How the camera sees.
    """
    bounds = _around_parts(len(corners_cam), box, uv, counts)
    if camera.bends_lines:
        touched, whole = _how_seen(corners_cam, camera)
        cut = np.flatnonzero(touched & ~whole)
        if camera.max_angle_rad <= np.pi / 2:
            # Such a cone is convex: what has all corners inside does not cross its border.
            _, inside = camera.image_from_camera(corners_cam[cut].reshape(-1, 3))
            cut = cut[~inside.reshape(-1, 8).all(axis=1)]
        rim = rim_bounds(corners_cam[cut], camera)
        bounds[cut, :2] = np.fmin(bounds[cut, :2], rim[:, :2])
        bounds[cut, 2:] = np.fmax(bounds[cut, 2:], rim[:, 2:])
    return bounds


def _straight_bounds(corners_cam: FloatArray, camera: CameraModel) -> FloatArray:
    """(B, 4) around cuboids (B, 8, 3) whose edges stay straight, so that their ends say all."""
    in_front = corners_cam[:, :, 2] >= NEAR_PLANE_M
    bounds = np.full((len(corners_cam), 4), np.nan)
    whole = in_front.all(axis=1)
    bounds[whole] = _hulls(corners_cam[whole], camera)
    cut = in_front.any(axis=1) & ~whole
    bounds[cut] = _hulls(clip_edges(corners_cam[cut]).reshape(-1, 24, 3), camera)
    return bounds


def _curved_bounds(corners_cam: FloatArray, camera: CameraModel) -> FloatArray:
    """(B, 4) around cuboids (B, 8, 3) by the curves of their edges."""
    touched, whole = _how_seen(corners_cam, camera)
    bounds = np.full((len(corners_cam), 4), np.nan)
    bounds[whole] = _outline_bounds(corners_cam[whole], camera)
    cut = touched & ~whole
    parts = visible_parts(corners_cam[cut][:, EDGES].reshape(-1, 2, 3), camera)
    uv, counts = draw_parts(parts, camera)
    bounds[cut] = bounds_of_parts(corners_cam[cut], parts.segment // len(EDGES), uv, counts, camera)
    return bounds


def _outline_bounds(corners_cam: FloatArray, camera: CameraModel) -> FloatArray:
    """(B, 4) around cuboids that are in view as a whole, by the edges between a face seen and a face not seen."""
    axes = corners_cam[:, [0, 0, 4]] - corners_cam[:, [3, 1, 0]]
    along = np.einsum("bai,bi->ba", axes, _centers(corners_cam)) / (axes * axes).sum(axis=2)
    # In units of the size the camera stands at -along from the centre; a face is seen from beyond half.
    seen = np.stack([along < -0.5, along > 0.5], axis=2).reshape(-1, 6)
    box, edge = np.nonzero(seen[:, EDGE_FACES[:, 0]] != seen[:, EDGE_FACES[:, 1]])
    parts = VisibleParts(edge, corners_cam[box, EDGES[edge, 0]], corners_cam[box, EDGES[edge, 1]])
    uv, counts = draw_parts(parts, camera)
    return _around_parts(len(corners_cam), box, uv, counts)


def _around_parts(box_count: int, box: IntArray, uv: FloatArray, counts: IntArray) -> FloatArray:
    bounds = np.full((box_count, 4), np.nan)
    if len(box):
        first_parts = np.flatnonzero(np.diff(box, prepend=-1))
        firsts = (np.cumsum(counts) - counts)[first_parts]
        bounds[box[first_parts], :2] = np.minimum.reduceat(uv, firsts)
        bounds[box[first_parts], 2:] = np.maximum.reduceat(uv, firsts)
    return bounds


def _how_seen(corners_cam: FloatArray, camera: CameraModel) -> tuple[BoolArray, BoolArray]:
    """(B,) whether the sphere around a cuboid (B, 8, 3) reaches into the field of view, and whether it lies in it."""
    center = _centers(corners_cam)
    radius = np.linalg.norm(corners_cam[:, 0] - center, axis=1)
    distance = np.linalg.norm(center, axis=1)
    angle_rad = np.arctan2(np.hypot(center[:, 0], center[:, 1]), center[:, 2])
    around = distance <= radius
    reach_rad = np.arcsin(np.where(around, 1.0, radius / np.maximum(distance, 1e-300)))
    room_m = (distance if camera.max_angle_rad > np.pi / 2 else center[:, 2]) - radius
    # Cuboids without a place, of NaN, are neither.
    touched = around | (angle_rad - reach_rad <= camera.max_angle_rad)
    whole = ~around & (angle_rad + reach_rad <= camera.max_angle_rad) & (room_m >= NEAR_PLANE_M)
    return np.asarray(touched), np.asarray(whole)


def _centers(corners_cam: FloatArray) -> FloatArray:
    """(B, 3) halfway between opposite corners."""
    return np.asarray((corners_cam[:, 0] + corners_cam[:, 6]) / 2.0)


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
