"""The part of the ground that the network looks at, in square cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geometry.arrays import BoolArray, Float32Array, FloatArray

RealArray = FloatArray | Float32Array

CELL_M = 0.2
REACH_M = 51.2
MULTIPLE = 16
"""The network halves its picture four times."""
LARGEST_SIDE = 2048


@dataclass(frozen=True)
class GridSpec:
    """Cells seen from above; rows along x, columns along y.

    Attributes:
        x_min_m: The least x.
        y_min_m: The least y.
        rows: How many cells along x, a multiple of 16.
        columns: How many along y, a multiple of 16.
        cell_m: The side of a cell.
    """

    x_min_m: float = -REACH_M
    y_min_m: float = -REACH_M
    rows: int = 512
    columns: int = 512
    cell_m: float = CELL_M

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on what the network cannot take."""
        for name, side in (("rows", self.rows), ("columns", self.columns)):
            if side % MULTIPLE or not 0 < side <= LARGEST_SIDE:
                raise ValueError(f"{name} must be a multiple of {MULTIPLE} within 1 … {LARGEST_SIDE}, got {side}")
        if not 0.01 <= self.cell_m <= 10.0:
            raise ValueError(f"cell_m must lie within 0.01 … 10, got {self.cell_m}")
        if not np.isfinite([self.x_min_m, self.y_min_m]).all():
            raise ValueError(f"the corner must be finite, got {self.x_min_m}, {self.y_min_m}")

    @classmethod
    def around(cls, reach_m: float, cell_m: float = CELL_M) -> GridSpec:
        """The smallest square around the origin that reaches at least this far, or as far as a grid may."""
        half = min(int(np.ceil(reach_m / cell_m / (MULTIPLE // 2))) * (MULTIPLE // 2), LARGEST_SIDE // 2)
        return cls(-half * cell_m, -half * cell_m, 2 * half, 2 * half, cell_m)

    @property
    def x_max_m(self) -> float:
        """The largest x."""
        return self.x_min_m + self.rows * self.cell_m

    @property
    def y_max_m(self) -> float:
        """The largest y."""
        return self.y_min_m + self.columns * self.cell_m

    def holds(self, x: RealArray, y: RealArray) -> BoolArray:
        """(N,) which places x (N,), y (N,) lie on the grid."""
        inside: BoolArray = (x >= self.x_min_m) & (x < self.x_max_m)
        inside &= (y >= self.y_min_m) & (y < self.y_max_m)
        return inside

    def crop(self, row: int, column: int, side: int) -> GridSpec:
        """A square of cells of this grid from a cell on; it may stand out of the grid."""
        return GridSpec(self.x_min_m + row * self.cell_m, self.y_min_m + column * self.cell_m, side, side, self.cell_m)
