"""Rotations as matrices, quaternions (w first) and yaw about +z."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial.transform import Rotation

from geometry.arrays import FloatArray, frozen_array

ORTHONORMAL_TOLERANCE = 1e-6


def wrap_angle(angle_rad: ArrayLike) -> FloatArray:
    """Wrap angles to [-π, π)."""
    wrapped = np.mod(np.asarray(angle_rad, dtype=np.float64) + np.pi, 2 * np.pi) - np.pi
    # np.mod of a tiny negative number rounds up to 2π itself, which would come out as +π.
    return np.where(wrapped >= np.pi, -np.pi, wrapped)


def rotation_from_yaw(yaw_rad: float) -> FloatArray:
    """Rotation matrix (3, 3) of a turn by ``yaw_rad`` about +z, counter-clockwise."""
    cos, sin = np.cos(yaw_rad), np.sin(yaw_rad)
    return np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])


def yaw_from_rotation(rotation: FloatArray) -> float:
    """Heading of the rotated x axis in the xy plane, in [-π, π)."""
    return float(wrap_angle(np.arctan2(rotation[1, 0], rotation[0, 0])))


def tilt_from_rotation(rotation: FloatArray) -> float:
    """Angle in radians between the rotated z axis and +z."""
    return float(np.arctan2(np.hypot(rotation[0, 2], rotation[1, 2]), rotation[2, 2]))


def rotation_from_quat_wxyz(quat_wxyz: ArrayLike) -> FloatArray:
    """Rotation matrix (3, 3) of a unit quaternion, w first.

    Raises:
        ValueError: The quaternion is not four finite numbers of length 1 within 1e-3.
    """
    quat = frozen_array("quat_wxyz", quat_wxyz, (4,))
    with np.errstate(over="ignore"):
        length = np.linalg.norm(quat)
    if abs(length - 1.0) > 1e-3:
        raise ValueError(f"quat_wxyz must have length 1, got {length:.6g}")
    return Rotation.from_quat(quat, scalar_first=True).as_matrix()


def quat_wxyz_from_rotation(rotation: FloatArray) -> FloatArray:
    """Unit quaternion (4,), w first and not negative, of a rotation matrix."""
    return Rotation.from_matrix(rotation).as_quat(canonical=True, scalar_first=True)


def share_of_rotation(rotation: FloatArray, fraction: float) -> FloatArray:
    """(3, 3) the rotation about the same axis by that share of the angle, which is at most half a turn.

    Rodrigues' formula on the skew part; scipy's rotation vectors give the same in four times the time, and scenes of
    many cameras ask thousands of times.
    """
    skew = (rotation - rotation.T) / 2.0
    sine = math.sqrt(skew[2, 1] ** 2 + skew[0, 2] ** 2 + skew[1, 0] ** 2)
    cosine = (rotation[0, 0] + rotation[1, 1] + rotation[2, 2] - 1.0) / 2.0
    if cosine < -0.99:  # near half a turn the skew part no longer tells the axis
        return np.asarray(Rotation.from_rotvec(fraction * Rotation.from_matrix(rotation).as_rotvec()).as_matrix())
    if sine < 1e-12:
        return np.asarray(np.eye(3) + fraction * skew)
    angle = fraction * math.atan2(sine, cosine)
    half = math.sin(angle / 2.0) / sine
    return np.asarray(np.eye(3) + math.sin(angle) / sine * skew + 2.0 * half * half * (skew @ skew))


def nearest_rotation(matrix: ArrayLike, tolerance: float) -> FloatArray:
    """The rotation nearest to a nearly orthonormal (3, 3) matrix, such as one written with few digits.

    Raises:
        ValueError: An entry would have to move by more than ``tolerance``, or the matrix mirrors.
    """
    array = frozen_array("rotation", matrix, (3, 3))
    left, _, right = np.linalg.svd(array)
    rotation = left @ right
    moved = float(np.abs(rotation - array).max())
    if np.linalg.det(array) <= 0 or moved > tolerance:
        raise ValueError(f"rotation must be orthonormal within {tolerance:g} and right-handed, is off by {moved:.3g}")
    return np.asarray(rotation)
