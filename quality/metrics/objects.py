"""Labelled or predicted objects of many frames, as columns."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from geometry import BoxColumns
from geometry.arrays import BoolArray, FloatArray, IntArray

NO_TRACK = -1


@dataclass(frozen=True, eq=False)
class ObjectTable:
    """N objects (or ignore regions), ordered by frame and, within a frame, as their file has them.

    Attributes:
        frame: (N,) index of the frame, never falling. Truth and prediction count frames alike.
        category: (N,) names; KITTI's spelling, in whatever case.
        is_region: (N,) whether it is an ignore region of the image, not an object.
        boxes: N upright boxes, z up, the sensor at the origin; those of objects without ``has_box`` mean nothing.
        has_box: (N,) whether the object has a box in space.
        ltrb_px: (N, 4) left, top, right, bottom in the image.
        has_ltrb: (N,) whether the object has a box in the image.
        alpha_rad: (N,) angle under which the camera sees the object, NaN where unknown.
        truncated: (N,) part of the object outside the image, 0 to 1.
        occluded: (N,) KITTI's 0 (visible) to 3 (unknown).
        score: (N,) how sure the prediction is.
        track: (N,) track within the sequence, ``NO_TRACK`` where it has none.
    """

    frame: IntArray
    category: NDArray[np.str_]
    is_region: BoolArray
    boxes: BoxColumns
    has_box: BoolArray
    ltrb_px: FloatArray
    has_ltrb: BoolArray
    alpha_rad: FloatArray
    truncated: FloatArray
    occluded: FloatArray
    score: FloatArray
    track: IntArray

    def __post_init__(self) -> None:
        """Raise ``ValueError`` where columns differ in length or frames are out of order."""
        lengths = {field.name: len(getattr(self, field.name)) for field in fields(self)}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"columns must be equally long, got {lengths}")
        if (np.diff(self.frame) < 0).any():
            raise ValueError("objects must be ordered by frame")

    def __len__(self) -> int:
        return len(self.frame)

    def of_category(self, name: str | None) -> BoolArray:
        """(N,) which are objects of this category, upper and lower case alike; none of None."""
        if name is None:
            return np.zeros(len(self), dtype=np.bool_)
        return np.asarray((np.strings.lower(self.category) == name.lower()) & ~self.is_region)

    def take(self, chosen: BoolArray) -> ObjectTable:
        """The objects of a mask (N,)."""
        index = np.flatnonzero(chosen)
        columns = {field.name: getattr(self, field.name)[index] for field in fields(self) if field.name != "boxes"}
        return ObjectTable(boxes=self.boxes.take(index), **columns)
