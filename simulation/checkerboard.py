"""Half the pixels of a picture are asked for, and of the others only those whose neighbours disagree."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from geometry.arrays import BoolArray, IntArray

Value = TypeVar("Value", bound=np.generic)


@dataclass(frozen=True, eq=False)
class Checkerboard:
    """The pixels of a picture as the fields of a checkerboard; pixels are named by their place row after row.

    Attributes:
        width_px: Width of the picture.
        asked: (A,) black fields, and all fields of the picture's edge.
        between: (B,) the white fields, each with four black neighbours.
        is_asked: (height · width,) whether a pixel is among ``asked``.
    """

    width_px: int
    asked: IntArray
    between: IntArray
    is_asked: BoolArray

    def agreeing(self, values: NDArray[Value]) -> BoolArray:
        """(B,) whether the four neighbours of ``between`` have one value in (height · width,) values."""
        table = values.reshape(-1, self.width_px)
        agree = np.zeros(table.shape, dtype=bool)
        level = table[1:-1, :-2] == table[1:-1, 2:]
        level &= table[:-2, 1:-1] == table[2:, 1:-1]
        level &= table[1:-1, :-2] == table[:-2, 1:-1]
        agree[1:-1, 1:-1] = level
        return np.asarray(agree.reshape(-1).take(self.between))


@cache
def checkerboard(width_px: int, height_px: int) -> Checkerboard:
    """The board of a picture's size."""
    rows, columns = np.indices((height_px, width_px))
    asked = (rows + columns) % 2 == 0
    asked[[0, -1]] = True
    asked[:, [0, -1]] = True
    flat = asked.reshape(-1)
    return Checkerboard(width_px, np.flatnonzero(flat), np.flatnonzero(~flat), flat)
