"""Nothing of a picture covers anything else, and nothing leaves it."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration import Pinhole, SensorRig
from geometry import SE3
from viewer.layout import Area, camera_rows, make_layout

EGO_FROM_AHEAD = np.array([[0.0, 0, 1], [-1, 0, 0], [0, -1, 0]])
CAMERA = Pinhole(100.0, 100.0, 99.5, 49.5, 200, 100)


def rig(**cameras: tuple[float, float]) -> SensorRig:
    """Cameras by the direction they look in (degrees to the left) and how far left they sit."""
    places = {
        name: SE3(SE3.from_yaw(np.deg2rad(angle), [0, 0, 0]).rotation @ EGO_FROM_AHEAD, np.array([0.0, left, 0.0]))
        for name, (angle, left) in cameras.items()
    }
    return SensorRig(places, dict.fromkeys(cameras, CAMERA), ())


def overlap(a: Area, b: Area) -> bool:
    beside = a.left + a.width <= b.left or b.left + b.width <= a.left
    return not (beside or a.top + a.height <= b.top or b.top + b.height <= a.top)


@given(
    st.lists(st.floats(0.4, 4.0), min_size=1, max_size=9),
    st.integers(320, 4000),
    st.integers(200, 3000),
    st.integers(1, 9),
)
def test_parts_lie_inside_beside_each_other_and_keep_their_shape(
    aspects: list[float], width: int, height: int, row_length: int
) -> None:
    named = {f"camera{i}": aspect for i, aspect in enumerate(aspects)}
    names = list(named)
    rows = [names[start : start + row_length] for start in range(0, len(names), row_length)]
    inside, gap = Area(8, 40, width, height), 6
    layout = make_layout(inside, rows, named, gap)
    areas = [layout.space, *layout.images.values()]
    assert set(layout.images) == set(named)
    assert not any(overlap(a, b) for a, b in combinations(areas, 2))
    for area in areas:
        assert area.left >= inside.left
        assert area.top >= inside.top
        assert area.left + area.width <= inside.left + inside.width + 1
        assert area.top + area.height <= inside.top + inside.height + 1
    assert layout.space.width * layout.space.height >= 0.44 * width * height
    for name, area in layout.images.items():
        assert abs(area.width - named[name] * area.height) <= 1 + named[name]


def test_without_cameras_all_is_space() -> None:
    inside = Area(8, 40, 600, 400)
    assert make_layout(inside, [], {}, 6).space == inside


def test_six_cameras_stand_ahead_and_behind_from_left_to_right() -> None:
    around = rig(back=(180, 0), right=(-55, 0), left=(55, 0), back_left=(110, 0), ahead=(0, 0), back_right=(-110, 0))
    assert camera_rows(around, around.cameras) == [["left", "ahead", "right"], ["back_left", "back", "back_right"]]


def test_the_left_eye_of_a_pair_stands_left() -> None:
    pair = rig(b=(0, -0.3), a=(0, 0.3))
    assert camera_rows(pair, pair.cameras) == [["a", "b"]]


@pytest.mark.parametrize(("count", "rows"), [(0, []), (1, [1]), (3, [3]), (4, [2, 2]), (5, [3, 2])])
def test_four_or_more_cameras_stand_in_two_rows(count: int, rows: list[int]) -> None:
    some = rig(**{f"c{i}": (20.0 * i, 0.0) for i in range(count)})
    assert [len(row) for row in camera_rows(some, some.cameras)] == rows
