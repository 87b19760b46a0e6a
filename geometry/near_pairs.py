"""Which boxes of two sets are near enough to overlap."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geometry.arrays import FloatArray, IntArray

PAIRS_AT_ONCE = 8192
CELLS_AT_ONCE = 32_768
"""Pairs and cells of the table that are worked on together: their numbers fit the processor's cache."""
ROUNDING = 1e-12
"""More than the rounding of the gap between two circles, as a part of the squared extent of all."""


def near_pairs(table_a: FloatArray, table_b: FloatArray) -> Iterator[tuple[IntArray, IntArray]]:
    """Rows of ``a`` and columns of ``b`` whose circumscribed circles meet, seen from above.

    Batches hold ``PAIRS_AT_ONCE`` pairs or somewhat more, but for the last. The tables are those of
    ``BoxColumns.table``.
    The gap of the squares, |a - b|² - (r_a + r_b)², is one product of matrices:
    (|a|² - r_a²) + (|b|² - r_b²) - 2 (a·b + r_a r_b).
    """
    width = table_b.shape[1]
    middle = table_b[:2].mean(axis=1, keepdims=True)
    left, right = _circles(table_a, middle), _circles(table_b, middle)
    limit = ROUNDING * (np.abs(left).max() + np.abs(right).max())
    left = np.vstack([-2.0 * left[:3], left[3], np.ones(left.shape[1])]).T
    right = np.vstack([right[:3], np.ones(width), right[3]])
    rows = max(1, CELLS_AT_ONCE // width)
    found: list[IntArray] = []
    for first in range(0, len(left), rows):
        found.append(np.flatnonzero(left[first : first + rows] @ right <= limit) + first * width)
        if sum(map(len, found)) >= PAIRS_AT_ONCE or first + rows >= len(left):
            place = np.concatenate(found)
            row = place // width
            yield row, place - row * width
            found = []


def _circles(table: FloatArray, middle: FloatArray) -> FloatArray:
    """(4, N) x and y from the middle, radius, and the squared distance less the squared radius."""
    x, y = table[:2] - middle
    radius = np.hypot(table[5], table[6])
    return np.vstack([x, y, radius, x * x + y * y - radius * radius])
