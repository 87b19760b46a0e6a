"""Transforms as OpenLABEL writes them: a matrix, a quaternion (x, y, z, w) or Euler angles, each with a translation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from formats.checked_values import finite_numbers
from geometry import SE3
from geometry.arrays import FloatArray

DEFAULT_SEQUENCE = "ZYX"
WHOLE_ROTATION = 1e-12
ROUNDED_ROTATION = 1e-3
QUATERNION_TOLERANCE = 1e-2


def decode_transform(value: Any) -> SE3:
    """A ``transform_data`` object: ``X_dst = M · X_src``, or the pose of a child in its parent.

    Euler angles are of turns about the axes that turn along, in the order of ``sequence`` (``ZYX`` where it is not
    there): ``R = R0(a0) · R1(a1) · R2(a2)``, as the standard's own reference program computes it.

    Raises:
        ValueError: It is none of the three, or its numbers make no rigid transform.
    """
    if not isinstance(value, Mapping):
        raise ValueError("expected a transform, found none")
    if "matrix4x4" in value:
        return _from_matrix(numbers(value["matrix4x4"], 16, "matrix4x4"))
    translation = numbers(value.get("translation"), 3, "translation")
    if "quaternion" in value:
        return SE3(rotation_from_quat_xyzw(numbers(value["quaternion"], 4, "quaternion")), np.array(translation))
    if "euler_angles" in value:
        angles = numbers(value["euler_angles"], 3, "euler_angles")
        return SE3(_from_euler(angles, value.get("sequence", DEFAULT_SEQUENCE)), np.array(translation))
    raise ValueError("expected matrix4x4, quaternion or euler_angles, found none of them")


def encode_transform(dst_from_src: SE3) -> dict[str, list[float]]:
    """A transform as ``matrix4x4``, row by row; a zero has no sign, so that what was read is written the same."""
    return {"matrix4x4": (dst_from_src.matrix + 0.0).ravel().tolist()}


def rotation_from_quat_xyzw(quat_xyzw: Sequence[float]) -> FloatArray:
    """The rotation matrix (3, 3) of a quaternion with its real part last; a length slightly off 1 is made 1.

    Raises:
        ValueError: The length is off by more than 1 %.
    """
    length = float(np.linalg.norm(quat_xyzw))
    if abs(length - 1.0) > QUATERNION_TOLERANCE:
        raise ValueError(f"expected a quaternion of length 1, found one of length {length:.6g}")
    return np.asarray(Rotation.from_quat(quat_xyzw, scalar_first=False).as_matrix())


def numbers(value: Any, count: int, name: str) -> tuple[float, ...]:
    """A list of that many finite numbers.

    Raises:
        ValueError: It is something else.
    """
    found = finite_numbers(value) if isinstance(value, list) and len(value) == count else None
    if found is None:
        raise ValueError(f"expected {count} numbers in {name}, found {_short(value)}")
    return found


def _from_matrix(flat: tuple[float, ...]) -> SE3:
    matrix = np.array(flat).reshape(4, 4)
    if np.abs(matrix[3] - (0.0, 0.0, 0.0, 1.0)).max() > ROUNDED_ROTATION:
        raise ValueError(f"expected 0 0 0 1 as the last row of matrix4x4, found {matrix[3].tolist()}")
    rotation = matrix[:3, :3]
    if np.abs(rotation @ rotation.T - np.eye(3)).max() < WHOLE_ROTATION and np.linalg.det(rotation) > 0:
        return SE3(rotation, matrix[:3, 3])
    return SE3.from_matrix(matrix, ROUNDED_ROTATION)


def _from_euler(angles_rad: tuple[float, ...], sequence: Any) -> FloatArray:
    if not isinstance(sequence, str) or len(sequence) != 3 or set(sequence.upper()) - set("XYZ"):
        raise ValueError(f"expected a sequence such as ZYX, found {_short(sequence)}")
    try:
        # Capital letters: about the axes that turn along.
        return np.asarray(Rotation.from_euler(sequence.upper(), angles_rad).as_matrix())
    except ValueError as error:
        raise ValueError(f"expected a sequence of axes that differ from their neighbours, found {sequence}") from error


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
