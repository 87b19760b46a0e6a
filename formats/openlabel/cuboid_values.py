"""A cuboid's 9 or 10 numbers, and which of its axes point ahead and up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from scipy.spatial.transform import Rotation

from formats.checked_values import box_size, finite_numbers
from formats.openlabel.transforms import rotation_from_quat_xyzw
from geometry import SE3
from geometry.arrays import FloatArray

SAME_ROTATION = 1e-9
Axes = Literal["iso8855", "y-forward", "y-down"]
Angles = Literal["radians", "degrees"]

OBJECT_AXES: dict[Axes, FloatArray] = {
    "iso8855": np.eye(3),
    "y-forward": np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]]),
    "y-down": np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]]),
}
"""By convention: the columns are ahead, left and up in the axes that the file's sizes count along.

``iso8855`` is x ahead, y left, z up; ``y-forward`` is y ahead, x right, z up; ``y-down`` is x ahead, y down, as boxes
given in a camera's coordinate system have it.
"""


def decode_cuboid(value: Any, angles: Angles = "radians") -> tuple[SE3, FloatArray]:
    """``(x, y, z, rx, ry, rz, sx, sy, sz)`` or ``(x, y, z, qx, qy, qz, qw, sx, sy, sz)``.

    The three angles turn about z, then y, then x, each axis turned along: ``R = Rz(rz) · Ry(ry) · Rx(rx)``.

    Returns:
        Where the box is in its coordinate system, and its size (3,) along its own x, y and z.

    Raises:
        ValueError: It is something else.
    """
    found = finite_numbers(value) if isinstance(value, list) and len(value) in (9, 10) else None
    if found is None:
        raise ValueError(f"expected a cuboid of 9 or 10 numbers, found {repr(value)[:60]}")
    size = box_size(found[-3:])
    if size is None:
        raise ValueError(f"expected sizes above zero, found {', '.join(f'{side:g}' for side in found[-3:])}")
    turn = found[3:-3]
    rotation = rotation_from_quat_xyzw(turn) if len(turn) == 4 else _from_angles(turn, angles)
    return SE3(rotation, np.array(found[:3])), np.array(size)


def encode_cuboid(frame_from_object: SE3, size_lwh_m: FloatArray) -> list[float]:
    """The ten numbers of a box whose x points ahead and whose z points up."""
    # A zero has no sign, so that what was read is written the same.
    w, x, y, z = (frame_from_object.quat_wxyz + 0.0).tolist()
    return [*(frame_from_object.translation + 0.0).tolist(), x, y, z, w, *size_lwh_m.tolist()]


def exact_rotation(frame_from_object: SE3) -> list[float] | None:
    """The rotation row by row, where the quaternion's digits only give its last bit wrong; else None."""
    x, y, z, w = encode_cuboid(frame_from_object, np.ones(3))[3:7]
    if np.array_equal(rotation_from_quat_xyzw([x, y, z, w]), frame_from_object.rotation):
        return None
    return list((frame_from_object.rotation + 0.0).ravel().tolist())


def with_exact_rotation(frame_from_object: SE3, value: Any) -> SE3:
    """The same box with the rotation that ``exact_rotation`` gave, unless its numbers were changed since."""
    numbers = finite_numbers(value) if isinstance(value, list) and len(value) == 9 else None
    if numbers is None:
        return frame_from_object
    rotation = np.array(numbers).reshape(3, 3)
    if np.abs(rotation - frame_from_object.rotation).max() > SAME_ROTATION:
        return frame_from_object
    return SE3(rotation, frame_from_object.translation)


def turn_axes(frame_from_object: SE3, size_m: FloatArray, axes: Axes) -> tuple[SE3, FloatArray]:
    """A box of a file's convention as one with x ahead, y left and z up."""
    turn = OBJECT_AXES[axes]
    turned = SE3(frame_from_object.rotation @ turn, frame_from_object.translation)
    return turned, np.abs(turn).T @ size_m


def _from_angles(turn: Sequence[float], angles: Angles) -> FloatArray:
    rx, ry, rz = turn
    degrees = angles == "degrees"
    return np.asarray(Rotation.from_euler("ZYX", [rz, ry, rx], degrees=degrees).as_matrix())
