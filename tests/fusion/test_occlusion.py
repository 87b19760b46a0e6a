from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fusion import lidar_visible_share, occlusion_level, visible_shares
from geometry import Box
from geometry.arrays import FloatArray

CAR = (4.0, 1.8, 1.5)


def wall(distance_m: float, y: tuple[float, float], z: tuple[float, float] = (-1.0, 1.0)) -> FloatArray:
    """Points of an upright wall across the view of a lidar that looks along x."""
    grid = np.meshgrid(np.arange(*y, 0.1), np.arange(*z, 0.1))
    across, up = (axis.ravel() for axis in grid)
    return np.column_stack([np.full(across.shape, distance_m), across, up])


def surface(box: Box) -> FloatArray:
    """Points of the faces that a lidar at the origin sees of a box ahead."""
    length, width, height = box.size_lwh_m
    across, up = np.meshgrid(np.linspace(-width / 2, width / 2, 20), np.linspace(-height / 2, height / 2, 20))
    points = np.column_stack([np.full(400, -length / 2), across.ravel(), up.ravel()])
    return box.frame_from_object.apply(points)


@pytest.mark.parametrize(("share", "level"), [(1.0, 0), (0.9, 0), (0.89, 1), (0.5, 1), (0.49, 2), (0.0, 2)])
def test_levels(share: float, level: int) -> None:
    assert occlusion_level(share) == level


def test_a_nearer_box_hides_the_part_that_it_covers() -> None:
    boxes = [(0.0, 0.0, 100.0, 50.0), (50.0, 0.0, 200.0, 50.0), (0.0, 25.0, 100.0, 100.0)]
    np.testing.assert_allclose(visible_shares(boxes, [10.0, 5.0, 20.0]), [0.5, 1.0, 1.0 - 1 / 3], atol=0.02)
    np.testing.assert_allclose(visible_shares(boxes, [1.0, 2.0, 3.0])[0], 1.0)


def test_what_two_boxes_cover_counts_once() -> None:
    boxes = [(0.0, 0.0, 100.0, 100.0), (0.0, 0.0, 60.0, 100.0), (40.0, 0.0, 80.0, 100.0)]
    assert visible_shares(boxes, [9.0, 1.0, 2.0])[0] == pytest.approx(0.2, abs=0.03)


def test_a_box_outside_the_image_hides_nothing_and_has_no_share() -> None:
    shares = visible_shares([(0.0, 0.0, 9.0, 9.0), (np.nan,) * 4], [9.0, 1.0])
    assert shares[0] == 1.0
    assert np.isnan(shares[1])
    assert visible_shares(np.zeros((0, 4)), np.zeros(0)).shape == (0,)


@given(st.lists(st.tuples(*[st.floats(0, 100)] * 5), min_size=1, max_size=8))
def test_shares_lie_in_range_and_the_nearest_is_whole(rows: list[tuple[float, ...]]) -> None:
    boxes = np.array([(x, y, x + w + 1, y + h + 1) for x, y, w, h, _ in rows])
    distances = np.array([row[4] for row in rows])
    shares = visible_shares(boxes, distances)
    assert ((shares >= 0) & (shares <= 1)).all()
    assert shares[np.argmin(distances)] == 1.0


def test_bad_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="ltrb_px must have shape"):
        visible_shares(np.zeros((2, 3)), np.zeros(2))
    with pytest.raises(ValueError, match="distance_m must have shape"):
        visible_shares(np.zeros((2, 4)), np.zeros(3))


def test_points_on_the_object_alone_show_it_whole() -> None:
    box = Box.from_yaw([20.0, 0.0, 0.0], CAR, 0.0)
    assert lidar_visible_share(surface(box), box) == 1.0
    behind = np.vstack([surface(box), wall(40.0, (-20, 20))])
    assert lidar_visible_share(behind, box) == 1.0


@pytest.mark.parametrize("yaw_rad", [0.0, 1.0, 2.5, -2.0])
def test_a_wall_without_a_cuboid_hides(yaw_rad: float) -> None:
    turn = Box.from_yaw([0.0, 0.0, 0.0], CAR, yaw_rad).frame_from_object
    box = Box.from_yaw([20.0, 0.0, 0.0], CAR, 0.0)
    hidden = turn.apply(wall(10.0, (-10, 10)))
    half = turn.apply(np.vstack([wall(10.0, (0, 10)), surface(box)[surface(box)[:, 1] < 0]]))
    turned = box.transform(turn)
    assert lidar_visible_share(hidden, turned) == 0.0
    share = lidar_visible_share(half, turned)
    assert share is not None
    assert 0.2 < share < 0.8


def test_the_ground_before_a_car_hides_nothing() -> None:
    box = Box.from_yaw([20.0, 0.0, 0.0], CAR, 0.0)
    ground = np.array([[x, y, -0.7] for x in np.arange(15, 17.5, 0.1) for y in np.arange(-1, 1, 0.1)])
    assert lidar_visible_share(np.vstack([surface(box), ground]), box) == 1.0


def test_too_few_points_tell_nothing() -> None:
    box = Box.from_yaw([20.0, 0.0, 0.0], CAR, 0.0)
    assert lidar_visible_share(np.zeros((0, 3)), box) is None
    assert lidar_visible_share(surface(box)[:2], box) is None


def test_a_box_around_the_lidar_tells_nothing() -> None:
    assert lidar_visible_share(wall(1.0, (-1, 1)), Box.from_yaw([0.0, 0.0, 0.0], CAR, 0.3)) is None
