from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from formats.count_points import count_in_boxes
from geometry import SE3, Box


@given(seed=st.integers(0, 2**32 - 1))
def test_points_are_counted_as_one_by_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.uniform(-20, 20, (400, 3))
    boxes = [
        Box(SE3.from_quat_wxyz(quat / np.linalg.norm(quat), center), size)
        for quat, center, size in zip(
            rng.normal(size=(6, 4)), rng.uniform(-20, 20, (6, 3)), rng.uniform(0.1, 30, (6, 3)), strict=True
        )
    ]
    assert count_in_boxes(points, boxes).tolist() == [int(box.contains(points).sum()) for box in boxes]
