"""Something beside the points that saw an object's outline, such as a rectangle that a person drew in an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from geometry.arrays import FloatArray
from geometry.box import CORNER_SIGNS

TRUSTED = 3.0
"""From so many standard deviations on, what is off counts in proportion, not squared: outlines may be wrong."""
TOP = 1
SIDES = [0, 2, 3]
HEIGHTS = np.linspace(0.6, 1.5, 31)


class Witness(Protocol):
    """Who saw where an object begins and ends."""

    def deviations(self, corners: FloatArray) -> FloatArray:
        """How far boxes reach beyond what was seen, in standard deviations; less than 0 where they fall short.

        Args:
            corners: (C, 8, 3) in ``ego``, in the order of ``geometry.CORNER_SIGNS``.

        Returns:
            (C, 4) at the left, the top, the right and the bottom.
        """
        ...


@dataclass(frozen=True, eq=False)
class Outline:
    """What a witness says of boxes seen from above.

    Attributes:
        witness: Who.
        center_xy: (2,) the place that plan coordinates count from, in ``ego``.
        ground_z: The height of the ground there.
        slope: (2,) rise of the ground a metre.
        height_m: How high boxes are taken to be.
    """

    witness: Witness
    center_xy: FloatArray
    ground_z: float
    slope: FloatArray
    height_m: float

    def surprise(self, boxes: FloatArray) -> FloatArray:
        """(C,) squared standard deviations of boxes (C, 5); their tops, whose heights are not known yet, left out."""
        heights = np.full(len(boxes), self.height_m)
        return np.asarray(_squared(self.witness.deviations(self._corners(boxes, heights))[:, SIDES]).sum(axis=1))

    def height(self, box: FloatArray, height_m: float, sigma_m: float) -> float:
        """The height of a box (5,) that agrees best with its seen top and with what else is known of it."""
        heights = height_m * HEIGHTS
        tops = self.witness.deviations(self._corners(np.repeat(box[None], len(heights), axis=0), heights))[:, TOP]
        return float(heights[np.argmin(_squared(tops) + ((heights - height_m) / sigma_m) ** 2)])

    def _corners(self, boxes: FloatArray, heights_m: FloatArray) -> FloatArray:
        """(C, 8, 3) corners in ``ego`` of boxes (C, 5) that stand on the ground."""
        half = np.column_stack([boxes[:, 3:5], heights_m])[:, None] / 2.0
        local = CORNER_SIGNS * half
        cos, sin = np.cos(boxes[:, 2])[:, None], np.sin(boxes[:, 2])[:, None]
        corners = np.empty_like(local)
        corners[..., 0] = boxes[:, 0, None] + cos * local[..., 0] - sin * local[..., 1] + self.center_xy[0]
        corners[..., 1] = boxes[:, 1, None] + sin * local[..., 0] + cos * local[..., 1] + self.center_xy[1]
        bottoms = self.ground_z + boxes[:, :2] @ self.slope
        corners[..., 2] = local[..., 2] + (bottoms + heights_m / 2.0)[:, None]
        return corners


def _squared(deviations: FloatArray) -> FloatArray:
    """The squares as far as they are trusted, then straight on."""
    away = np.abs(deviations)
    return np.where(away < TRUSTED, away * away, TRUSTED * (2.0 * away - TRUSTED))
