from __future__ import annotations

from typing import Any

import pytest

from formats.openlabel.transforms import decode_transform
from geometry import SE3


def test_the_three_ways_to_write_a_transform_are_one() -> None:
    wanted = SE3.from_yaw(0.3, [1, 2, 3])
    w, x, y, z = wanted.quat_wxyz.tolist()
    for value in (
        {"matrix4x4": wanted.matrix.ravel().tolist()},
        {"quaternion": [x, y, z, w], "translation": [1, 2, 3]},
        {"euler_angles": [0.3, 0, 0], "translation": [1, 2, 3]},
        {"euler_angles": [0, 0, 0.3], "sequence": "XYZ", "translation": [1, 2, 3]},
    ):
        assert decode_transform(value).is_close(wanted)


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"matrix4x4": [0.0] * 16},
        {"matrix4x4": [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 5, 1]},
        {"matrix4x4": [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]},
        {"quaternion": [0, 0, 0, 1]},
        {"euler_angles": [0, 0, 0], "sequence": "ZZX", "translation": [0, 0, 0]},
        {"euler_angles": [0, 0, 0], "sequence": 7, "translation": [0, 0, 0]},
    ],
)
def test_what_is_no_transform_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"expected|must"):
        decode_transform(value)
