"""Every format keeps what came with a box under its own name."""

from __future__ import annotations

from typing import Any

import pytest

from labels import ImageBox
from quality.checks.given_value import given_number


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"kitti.alpha": -1.5}, -1.5),
        ({"other.alpha": 2}, 2),
        ({"alpha": 0.5}, 0.5),
        ({"kitti.alpha": True}, None),
        ({"kitti.alpha": "1.5"}, None),
        ({"kitti.alpha": float("inf")}, None),
        ({"kitti.alphabet": 1.0}, None),
        ({}, None),
    ],
)
def test_finds_the_number(attributes: Any, expected: float | None) -> None:
    assert given_number(ImageBox("b", 0, "ahead", (0, 0, 1, 1), "given", "t", attributes), "alpha") == expected
