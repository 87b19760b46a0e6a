"""A 3×4 projection matrix taken apart into a pinhole and where it sits, and put together again."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import rq, solve

from calibration.camera import Pinhole
from geometry import SE3
from geometry.arrays import FloatArray, frozen_array

SKEW_TOLERANCE = 1e-4


def pinhole_from_projection(projection: ArrayLike, width_px: int, height_px: int) -> tuple[Pinhole, SE3]:
    """Take ``P = s · K · [R | t]`` apart into the pinhole of K and ``cam_from_base = [R | t]``.

    Where the left 3×3 is upper triangular, as in KITTI's files, R is the identity and K is read off exactly; else an
    RQ decomposition (Hartley and Zisserman, Multiple View Geometry, 6.2.4) finds the K with a positive diagonal.

    Args:
        projection: (3, 4) from homogeneous points in metres to homogeneous pixels, up to scale.
        width_px: Width of the image.
        height_px: Height of the image.

    Raises:
        ValueError: Not a finite (3, 4) matrix, one without an inverse, or one with skewed pixel axes.
    """
    matrix = frozen_array("projection", projection, (3, 4))
    left = matrix[:, :3]
    determinant = float(np.linalg.det(left))
    if abs(determinant) < 1e-12:
        raise ValueError("the projection's left 3×3 has no inverse")
    matrix = matrix * np.sign(determinant)
    intrinsics, rotation = _upper_and_rotation(matrix[:, :3])
    translation = solve(intrinsics, matrix[:, 3])
    intrinsics = intrinsics / intrinsics[2, 2]
    if abs(intrinsics[0, 1]) > SKEW_TOLERANCE * intrinsics[0, 0]:
        raise ValueError(f"the projection's pixel axes are skewed by {intrinsics[0, 1]:.3g}, expected 0")
    pinhole = Pinhole(
        float(intrinsics[0, 0]),
        float(intrinsics[1, 1]),
        float(intrinsics[0, 2]),
        float(intrinsics[1, 2]),
        width_px,
        height_px,
    )
    return pinhole, SE3(rotation, translation)


def projection_from_pinhole(pinhole: Pinhole, cam_from_base: SE3) -> FloatArray:
    """The (3, 4) matrix ``K · [R | t]``; inverse of ``pinhole_from_projection``."""
    intrinsics = np.array(
        [[pinhole.fx_px, 0.0, pinhole.cx_px], [0.0, pinhole.fy_px, pinhole.cy_px], [0.0, 0.0, 1.0]],
    )
    return np.asarray(intrinsics @ cam_from_base.matrix[:3])


def _upper_and_rotation(left: FloatArray) -> tuple[FloatArray, FloatArray]:
    if not np.tril(left, -1).any() and (np.diag(left) > 0).all():
        return left, np.eye(3)
    upper, rotation = rq(left)
    signs = np.diag(np.where(np.diag(upper) < 0, -1.0, 1.0))
    return np.asarray(upper @ signs), np.asarray(signs @ rotation)
