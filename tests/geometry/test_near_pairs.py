"""No pair that could overlap is lost, however far from the origin."""

from __future__ import annotations

import numpy as np
import pytest

from geometry import BoxColumns
from geometry.near_pairs import near_pairs


@pytest.mark.parametrize("offset_m", [0.0, 1e3, 1e7])
def test_finds_every_pair_whose_circles_meet(offset_m: float) -> None:
    random = np.random.default_rng(4)
    a, b = (
        BoxColumns.from_arrays(
            random.uniform(-60, 60, (count, 3)) + offset_m, random.uniform(0.5, 5, (count, 3)), np.zeros(count)
        )
        for count in (300, 200)
    )
    row, column = np.concatenate([np.stack(batch) for batch in near_pairs(a.table(), b.table())], axis=1)
    distance = np.linalg.norm((b.center[None] - a.center[:, None])[..., :2], axis=2)
    reach = np.hypot(*a.half_lwh[:, :2].T)[:, None] + np.hypot(*b.half_lwh[:, :2].T)
    assert set(zip(*np.nonzero(distance <= reach), strict=True)) <= set(zip(row, column, strict=True))
    assert len(row) == len(set(zip(row, column, strict=True))) <= 1.05 * (distance <= reach).sum() + 5
