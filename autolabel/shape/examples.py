"""What there is to learn of shapes in a labelled frame: its objects, and places that might be taken for some."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from autolabel.network.sweeps import HEIGHT, X, Y
from autolabel.shape.look import Look, look_at
from autolabel.training.examples import Example
from autolabel.upright import COLUMNS, overlap_bev
from geometry.arrays import BoolArray, Float32Array, FloatArray
from geometry.rotation import wrap_angle

ANYWHERE = 12
"""So many boxes a frame are laid around any point that stands on the ground."""
STANDS_M = 0.4
SAME, OTHER = 0.5, 0.05
"""A claim that overlaps an object so much is that object; one that overlaps none by so much is none."""
ON_AXIS = 0.9
"""Cosine of twice the angle between two axes that are the same."""


@dataclass(frozen=True, eq=False)
class ShapeExample:
    """A look, and what is true of it.

    Attributes:
        look: The points.
        is_object: Whether it is one.
    """

    look: Look
    is_object: bool


def shape_examples(example: Example, claimed: FloatArray, rng: Generator) -> list[ShapeExample]:
    """The looks of a labelled frame.

    Args:
        example: The frame.
        claimed: (N, 7) where something claims objects to be, z above the ground; those that are none are the most worth
            knowing.
        rng: For boxes laid anywhere.
    """
    points = standing_points(example)
    overlap = overlap_bev(claimed, example.boxes)
    most = overlap.max(axis=1, initial=0.0)
    right, wrong = np.flatnonzero(most >= SAME), claimed[most <= OTHER]
    known = [*example.boxes, *_faced(claimed[right], example.boxes, overlap[right])]
    none = np.concatenate([wrong, _anywhere(points, example.boxes, rng)])
    none = none[_is_known(none, example)]
    rows = [(row, True) for row in known] + [(row, False) for row in none]
    looks = [(look_at(points, row, example.sensor_xy), is_object) for row, is_object in rows]
    return [ShapeExample(look, is_object) for look, is_object in looks if look.is_seen]


def standing_points(example: Example) -> Float32Array:
    """(N, 3) x, y and height above the ground of a frame's own points."""
    return np.ascontiguousarray(example.current.columns()[[X, Y, HEIGHT]].T)


def _faced(claimed: FloatArray, boxes: FloatArray, overlap: FloatArray) -> FloatArray:
    """Right claims with their front where the object's is; without those that lie across it."""
    if not len(claimed):
        return claimed
    off = wrap_angle(boxes[overlap.argmax(axis=1), 6] - claimed[:, 6])
    faced = claimed.copy()
    faced[:, 6] = wrap_angle(claimed[:, 6] + np.pi * (np.cos(off) < 0.0))
    return np.asarray(faced[np.cos(2.0 * off) >= ON_AXIS])


def _anywhere(points: Float32Array, boxes: FloatArray, rng: Generator) -> FloatArray:
    """Boxes as large as the frame's objects, at any points that stand on the ground and are no object's."""
    standing = points[points[:, 2] > STANDS_M]
    if not len(standing) or not len(boxes):
        return np.zeros((0, COLUMNS))
    rows = boxes[rng.integers(len(boxes), size=ANYWHERE)].copy()
    rows[:, :2] = standing[rng.integers(len(standing), size=ANYWHERE), :2]
    rows[:, 6] = rng.uniform(-np.pi, np.pi, ANYWHERE)
    return np.asarray(rows[overlap_bev(rows, boxes).max(axis=1) <= OTHER])


def _is_known(rows: FloatArray, example: Example) -> BoolArray:
    """(N,) which rows lie on nothing of which nothing is known."""
    return np.asarray(overlap_bev(rows, example.ignored).max(axis=1, initial=0.0) <= 0.0)
