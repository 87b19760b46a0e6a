"""Where points lie around a box seen from above: x, y, yaw, length, width."""

from __future__ import annotations

import numpy as np

from geometry.arrays import BoolArray, FloatArray


def within(points_xy: FloatArray, footprint: FloatArray, margin_m: float) -> BoolArray:
    """(N,) which points lie over the footprint, or within the margin around it; a negative one leaves out its rim."""
    along, across = _from_middle(points_xy, footprint)
    return np.asarray((along < footprint[3] / 2.0 + margin_m) & (across < footprint[4] / 2.0 + margin_m))


def outside_m(points_xy: FloatArray, footprint: FloatArray) -> FloatArray:
    """(N,) how far points lie outside the footprint; 0 over it."""
    along, across = _from_middle(points_xy, footprint)
    beyond_end, beyond_side = along - footprint[3] / 2.0, across - footprint[4] / 2.0
    return np.asarray(np.hypot(np.maximum(beyond_end, 0.0), np.maximum(beyond_side, 0.0)))


def _from_middle(points_xy: FloatArray, footprint: FloatArray) -> tuple[FloatArray, FloatArray]:
    cos, sin = np.cos(footprint[2]), np.sin(footprint[2])
    x, y = points_xy[:, 0] - footprint[0], points_xy[:, 1] - footprint[1]
    return np.abs(cos * x + sin * y), np.abs(cos * y - sin * x)
