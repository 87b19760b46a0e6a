"""What a detector said, believed only where it can be true."""

from __future__ import annotations

import numpy as np

from autolabel.detections import Detections
from autolabel.external.errors import DetectorError
from autolabel.recording import FAR_M
from geometry.arrays import BoolArray, FloatArray, IntArray
from geometry.rotation import wrap_angle

MOST_BOXES = 5000
SHORTEST_M, LONGEST_M = 0.01, 100.0
MOST_YAW_RAD = 2.0 * np.pi + 1e-3
"""A turn either way; more is an angle in degrees."""
ROUNDING = 1e-4
"""Scores computed in float32 or less may pass 1 by so much."""
HEADING = 0.9
"""A yaw says which end is the front, but not how sure that is."""


def believed(where: str, boxes_ego: FloatArray, classes: IntArray, scores: FloatArray) -> Detections:
    """Boxes of one frame, the surest first.

    Args:
        where: Which detector said so.
        boxes_ego: (N, 7) centre x, y, z, length, width, height, yaw in ``ego``.
        classes: (N,) numbers of classes there are.
        scores: (N,).

    Raises:
        DetectorError: A number cannot be true: not finite, too far away, too large, too small.
    """
    if len(boxes_ego) > MOST_BOXES:
        raise DetectorError(where, "boxes", f"at most {MOST_BOXES}", len(boxes_ego))
    center, size, yaw = boxes_ego[:, :3], boxes_ego[:, 3:6], boxes_ego[:, 6]
    # Comparisons that a NaN fails.
    _check(where, "center", center, np.abs(center) < FAR_M, f"finite metres within ±{FAR_M:.0f}")
    lengths = f"lengths within {SHORTEST_M} … {LONGEST_M:.0f} m"
    _check(where, "size_lwh", size, (size >= SHORTEST_M) & (size <= LONGEST_M), lengths)
    _check(where, "yaw", yaw, np.abs(yaw) <= MOST_YAW_RAD, "radians within ±2π")
    _check(where, "score", scores, np.abs(scores - 0.5) <= 0.5 + ROUNDING, "a number within 0 … 1")
    order = np.argsort(-scores, kind="stable")
    rows = np.column_stack([center, size, wrap_angle(yaw)])[order]
    return Detections(rows, classes[order], np.clip(scores[order], 0.0, 1.0), np.full(len(order), HEADING))


def _check(where: str, name: str, values: FloatArray, is_good: BoolArray, expected: str) -> None:
    """Raise with the first box whose values are not good."""
    good = is_good if is_good.ndim == 1 else is_good.all(axis=1)
    if not good.all():
        first = int(np.argmin(good))
        found = ", ".join(f"{value:g}" for value in np.atleast_1d(values[first]))
        raise DetectorError(where, f"boxes[{first}].{name}", expected, found)
