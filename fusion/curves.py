"""The visible parts of cuboids' edges in one camera: cut exactly, and sampled as curves where the lens bends lines.

A camera shows what lies inside a cone about its optical axis (``CameraModel.max_angle_rad``) and not too near. Along an
edge, the cone's border and the near plane are crossed where a quadratic and a linear equation say, so nothing is
searched for. The viewer has a twin of this file in TypeScript.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calibration import NEAR_PLANE_M, CameraModel
from geometry.arrays import BoolArray, FloatArray, IntArray

STEP_RAD = 0.03
"""The angle between neighbouring samples of a curve: with a focal length of 1 000 px, chords stay within 0.1 px."""

RIM_COUNT = 72


@dataclass(frozen=True, eq=False)
class VisibleParts:
    """The parts of segments that a camera shows; a segment may have several, one or none.

    Attributes:
        segment: (P,) the segment of each part, rising.
        starts_cam: (P, 3) where it begins.
        ends_cam: (P, 3) where it ends.
    """

    segment: IntArray
    starts_cam: FloatArray
    ends_cam: FloatArray


def visible_parts(segments_cam: FloatArray, camera: CameraModel) -> VisibleParts:
    """Cut segments (E, 2, 3), in the camera's frame, to what the camera shows."""
    starts, spans = segments_cam[:, 0], segments_cam[:, 1] - segments_cam[:, 0]
    roots = [_near_crossings(starts, spans, camera)]
    if camera.max_angle_rad != np.pi / 2:
        roots.append(_cone_crossings(starts, spans, camera.max_angle_rad))
    borders = np.concatenate([np.zeros((len(starts), 1)), *roots, np.ones((len(starts), 1))], axis=1)
    # What is not crossed counts as crossed at the end, where it cuts nothing.
    borders = np.sort(np.nan_to_num(borders, nan=1.0).clip(0.0, 1.0), axis=1)
    low, high = borders[:, :-1], borders[:, 1:]
    middles = starts[:, np.newaxis] + ((low + high) / 2)[..., np.newaxis] * spans[:, np.newaxis]
    _, visible = camera.image_from_camera(middles.reshape(-1, 3))
    segment, part = np.nonzero((high - low > 1e-12) & visible.reshape(low.shape))
    at = starts[segment], spans[segment]
    return VisibleParts(
        segment,
        at[0] + low[segment, part, np.newaxis] * at[1],
        at[0] + high[segment, part, np.newaxis] * at[1],
    )


def draw_parts(parts: VisibleParts, camera: CameraModel) -> tuple[FloatArray, IntArray]:
    """The parts as polylines, one after the other.

    Returns:
        ``uv`` (S, 2) pixels; ``counts`` (P,) how many of them each part has: 2, or more where the lens bends lines.
    """
    if not camera.bends_lines:
        points = np.stack([parts.starts_cam, parts.ends_cam], axis=1).reshape(-1, 3)
        return camera.image_from_rays(points), np.full(len(parts.segment), 2)
    starts, ends = _unit(parts.starts_cam), _unit(parts.ends_cam)
    angle_rad = np.arctan2(np.linalg.norm(np.cross(starts, ends), axis=1), (starts * ends).sum(axis=1))
    counts = np.maximum(np.ceil(angle_rad / STEP_RAD), 1).astype(np.int64) + 1
    part = np.repeat(np.arange(len(counts)), counts)
    firsts = np.cumsum(counts) - counts
    share = (np.arange(len(part)) - firsts[part]) / (counts[part] - 1)
    # Even steps in angle (slerp): a pixel hangs on the direction alone, and even steps along a near edge would not do.
    sine = np.maximum(np.sin(angle_rad[part]), 1e-300)
    narrow = angle_rad[part] < 1e-9
    before = np.where(narrow, 1.0 - share, np.sin((1.0 - share) * angle_rad[part]) / sine)
    after = np.where(narrow, share, np.sin(share * angle_rad[part]) / sine)
    rays = before[:, np.newaxis] * starts[part] + after[:, np.newaxis] * ends[part]
    return camera.image_from_rays(rays), counts


def rim_bounds(corners_cam: FloatArray, camera: CameraModel) -> FloatArray:
    """Left, top, right, bottom (B, 4) of where cuboids (B, 8, 3) cross the border of the cone; NaN where they do not.

    A cuboid that reaches out of the cone is bounded there by the border, not by its edges.
    """
    azimuths = np.arange(RIM_COUNT) * (2 * np.pi / RIM_COUNT)
    across, along = np.sin(camera.max_angle_rad), np.cos(camera.max_angle_rad)
    rays = np.stack([across * np.cos(azimuths), across * np.sin(azimuths), np.full(RIM_COUNT, along)], axis=1)
    nearest = NEAR_PLANE_M if camera.max_angle_rad > np.pi / 2 else NEAR_PLANE_M / along
    uv = camera.image_from_rays(rays)
    hit = _rays_meet_boxes(rays, corners_cam, nearest)
    low = [np.where(hit, uv[:, axis], np.inf).min(axis=1) for axis in (0, 1)]
    high = [np.where(hit, uv[:, axis], -np.inf).max(axis=1) for axis in (0, 1)]
    bounds = np.stack(low + high, axis=1)
    bounds[~hit.any(axis=1)] = np.nan
    return bounds


def _rays_meet_boxes(rays: FloatArray, corners: FloatArray, nearest: float) -> BoolArray:
    """(B, R) whether rays (R, 3) from the origin meet boxes (B, 8, 3) at ``nearest`` or beyond; the slab method."""
    enters = np.full((len(corners), len(rays)), nearest)
    leaves = np.full_like(enters, np.inf)
    for neighbour in (1, 3, 6):
        axis = corners[:, neighbour] - corners[:, 2]
        axis /= (axis * axis).sum(axis=1, keepdims=True)
        start = -(axis * corners[:, 2]).sum(axis=1)[:, np.newaxis]
        speed = axis @ rays.T
        speed[np.abs(speed) < 1e-300] = 1e-300
        one, other = -start / speed, (1.0 - start) / speed
        np.maximum(enters, np.minimum(one, other), out=enters)
        np.minimum(leaves, np.maximum(one, other), out=leaves)
    return np.asarray(leaves >= enters)


def _near_crossings(starts: FloatArray, spans: FloatArray, camera: CameraModel) -> FloatArray:
    """(E, 1 or 2) where segments cross the near plane, or the near sphere of a camera that sees beyond 90°."""
    if camera.max_angle_rad > np.pi / 2:
        return _quadratic_roots(
            (spans * spans).sum(axis=1), (starts * spans).sum(axis=1), (starts * starts).sum(axis=1) - NEAR_PLANE_M**2
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        return ((NEAR_PLANE_M - starts[:, 2]) / spans[:, 2])[:, np.newaxis]


def _cone_crossings(starts: FloatArray, spans: FloatArray, angle_rad: float) -> FloatArray:
    """(E, 2) where segments cross the cone of all directions at this angle from the axis."""
    weights = np.array([np.cos(angle_rad), np.cos(angle_rad), np.sin(angle_rad)]) ** 2 * (1.0, 1.0, -1.0)
    roots = _quadratic_roots((spans * spans) @ weights, (starts * spans) @ weights, (starts * starts) @ weights)
    # The equation also holds on the cone's mirror image.
    depth_m = starts[:, 2:] + roots * spans[:, 2:]
    return np.where(depth_m * np.cos(angle_rad) >= 0, roots, np.nan)


def _quadratic_roots(a: FloatArray, half_b: FloatArray, c: FloatArray) -> FloatArray:
    """(E, 2) the real roots of ``a t² + 2 half_b t + c``, NaN where there are none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        # The form without cancellation.
        q = -(half_b + np.copysign(np.sqrt(half_b * half_b - a * c), half_b))
        return np.stack([q / a, c / q], axis=1)


def _unit(vectors: FloatArray) -> FloatArray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
