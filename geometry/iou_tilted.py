"""How much boxes overlap whatever their rotation: the exact volume common to two of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geometry.arrays import FloatArray
from geometry.box import CORNER_SIGNS, Box
from geometry.polygon_clip import clip_polygons

FACES = np.array([[0, 3, 7, 4], [2, 1, 5, 6], [3, 2, 6, 7], [1, 0, 4, 5], [4, 7, 6, 5], [0, 1, 2, 3]])
"""(6, 4) indices into ``CORNER_SIGNS``, against the clock seen from outside: front, rear, left, right, top, bottom."""
PAIRS_AT_ONCE = 1024


def iou_3d_tilted(boxes_a: Sequence[Box], boxes_b: Sequence[Box]) -> FloatArray:
    """(N, M) intersection over union of the volumes, with the full rotation of the boxes."""
    iou = np.zeros((len(boxes_a), len(boxes_b)))
    a, b = _solids(boxes_a), _solids(boxes_b)
    reach = np.linalg.norm(a[2], axis=1)[:, None] + np.linalg.norm(b[2], axis=1)
    near = np.linalg.norm(a[1][:, None] - b[1], axis=2) <= reach
    row, column = np.nonzero(near)
    iou[row, column] = _iou([part[row] for part in a], [part[column] for part in b])
    return iou


def iou_3d_tilted_aligned(boxes_a: Sequence[Box], boxes_b: Sequence[Box]) -> FloatArray:
    """(N,) the same of the first with the first, the second with the second, ...

    Raises:
        ValueError: The numbers of boxes differ.
    """
    if len(boxes_a) != len(boxes_b):
        raise ValueError(f"aligned boxes must be equally many, got {len(boxes_a)} and {len(boxes_b)}")
    return _iou(_solids(boxes_a), _solids(boxes_b))


def _solids(boxes: Sequence[Box]) -> list[FloatArray]:
    """Rotations (N, 3, 3), centres (N, 3), half sizes (N, 3)."""
    rotation = np.array([box.frame_from_object.rotation for box in boxes]).reshape(-1, 3, 3)
    center = np.array([box.center for box in boxes]).reshape(-1, 3)
    return [rotation, center, np.array([box.size_lwh_m for box in boxes]).reshape(-1, 3) / 2.0]


def _iou(a: list[FloatArray], b: list[FloatArray]) -> FloatArray:
    volume_a, volume_b = 8.0 * a[2].prod(axis=1), 8.0 * b[2].prod(axis=1)
    shared = np.zeros(len(volume_a))
    for start in range(0, len(shared), PAIRS_AT_ONCE):
        block = slice(start, start + PAIRS_AT_ONCE)
        shared[block] = _shared_volume([part[block] for part in a], [part[block] for part in b])
    shared = np.clip(shared, 0.0, np.minimum(volume_a, volume_b))
    return np.asarray(shared / (volume_a + volume_b - shared))


def _shared_volume(a: list[FloatArray], b: list[FloatArray]) -> FloatArray:
    """(N,) by the divergence theorem, from the faces of ``b`` as ``a`` sees them.

    With ``a`` as [-l, l] × [-w, w] × [-h, h], the volume is Σ over the faces of ``b`` of ∫∫ clamp(z, -h, h) dx dy, over
    the part of the face in [-l, l] × [-w, w]; a face that looks down counts negative. As in two dimensions, no face of
    ``a`` is asked on which side it lies, so boxes that touch or share faces need no care.
    """
    (rotation_a, center_a, half_a), (rotation_b, center_b, half_b) = a, b
    corners_b = CORNER_SIGNS * half_b[:, None]
    offset = (center_b - center_a)[:, None] @ rotation_a
    corners = corners_b @ (rotation_a.swapaxes(1, 2) @ rotation_b).swapaxes(1, 2) + offset
    faces = corners[:, FACES].reshape(-1, 4, 3)
    length, width, height = np.repeat(half_a, len(FACES), axis=0).T
    for axis, limit in ((0, length), (1, width)):
        faces = clip_polygons(clip_polygons(faces, axis, limit), axis, -limit, keep_above=True)
    (_, integral), (above, too_high), (below, too_low) = (
        _moments(corners)
        for corners in (faces, clip_polygons(faces, 2, height, keep_above=True), clip_polygons(faces, 2, -height))
    )
    # What sticks out is taken off; so a face that lies at ±h exactly is not counted twice.
    integral = integral - (too_high - height * above) - (too_low + height * below)
    return np.asarray(integral.reshape(-1, len(FACES)).sum(axis=1))


def _moments(corners: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Of flat polygons (N, K, 3): the signed area (N,) seen from above, and ∫∫ z dx dy (N,)."""
    first, from_first = corners[:, :1], corners - corners[:, :1]
    x, y = from_first[:, 1:, 0], from_first[:, 1:, 1]
    area = (x[:, :-1] * y[:, 1:] - x[:, 1:] * y[:, :-1]) / 2.0
    middle_z = (first[:, :, 2] + corners[:, 1:-1, 2] + corners[:, 2:, 2]) / 3.0
    return area.sum(axis=1), (area * middle_z).sum(axis=1)
