"""Rotations as three angles about x, y and z of the turning frame, as viewers built on three.js keep them.

``rotation = Rx(x) @ Ry(y) @ Rz(z)``: the order ``XYZ`` of three.js' Euler class.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Final

from scipy.spatial.transform import Rotation

from geometry.arrays import FloatArray

ORDER: Final = "XYZ"


def rotation_from_euler(angles_rad: Sequence[float]) -> FloatArray:
    """The (3, 3) rotation of three angles."""
    return Rotation.from_euler(ORDER, list(angles_rad)).as_matrix()


def euler_from_rotation(rotation: FloatArray) -> tuple[float, float, float]:
    """The three angles of a rotation; where y is a right angle, x and z are one, and z is all of it."""
    with warnings.catch_warnings():
        # One of many equal answers is as good as another.
        warnings.filterwarnings("ignore", message="Gimbal lock", category=UserWarning)
        x, y, z = Rotation.from_matrix(rotation).as_euler(ORDER).tolist()
    return x, y, z
