"""Rotated overlap, judged by shapely and by laws."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geometry import Box, iou_3d, iou_bev

SIDES = st.floats(0.05, 12.0)
PLACES = st.floats(-8.0, 8.0)
ANGLES = st.one_of(st.floats(-4.0, 4.0), st.sampled_from([0.0, np.pi / 2, -np.pi / 2, np.pi, -np.pi, np.pi / 4]))


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    center = [draw(PLACES), draw(PLACES), draw(PLACES)]
    return Box.from_yaw(center, [draw(SIDES), draw(SIDES), draw(SIDES)], draw(ANGLES))


def shapely_iou_bev(a: Box, b: Box) -> float:
    footprints = [shapely.Polygon(box.corners()[:4, :2]) for box in (a, b)]
    common = footprints[0].intersection(footprints[1]).area
    return float(common / (footprints[0].area + footprints[1].area - common))


@given(boxes(), boxes())
def test_equals_shapely(a: Box, b: Box) -> None:
    assert iou_bev([a], [b])[0, 0] == pytest.approx(shapely_iou_bev(a, b), abs=1e-9)


@given(boxes(), boxes())
def test_is_symmetric_and_bounded(a: Box, b: Box) -> None:
    there, back = iou_3d([a], [b])[0, 0], iou_3d([b], [a])[0, 0]
    assert there == pytest.approx(back, abs=1e-12)
    assert 0.0 <= there <= 1.0


@given(boxes())
def test_a_box_overlaps_itself_wholly(box: Box) -> None:
    turned = Box.from_yaw(box.center, box.size_lwh_m, box.yaw_rad + np.pi)
    assert iou_3d([box], [box, turned])[0] == pytest.approx(1.0, abs=1e-12)


def test_touching_boxes_do_not_overlap() -> None:
    box = Box.from_yaw([0, 0, 0], [4, 2, 1], np.pi / 2)
    beside = Box.from_yaw([2, 0, 0], [4, 2, 1], -np.pi / 2)
    assert iou_bev([box], [beside])[0, 0] == pytest.approx(0.0, abs=1e-12)


def test_nested_and_stacked_boxes() -> None:
    outer = Box.from_yaw([0, 0, 0], [4, 4, 4], 0.3)
    inner = Box.from_yaw([0, 0, 0], [2, 2, 2], 1.1)
    above = Box.from_yaw([0, 0, 10], [4, 4, 4], 0.3)
    assert iou_3d([outer], [inner])[0, 0] == pytest.approx(8 / 64)
    assert iou_bev([outer], [above])[0, 0] == pytest.approx(1.0)
    assert iou_3d([outer], [above])[0, 0] == 0.0


def test_all_pairs_of_many_boxes_equal_shapely() -> None:
    random = np.random.default_rng(7)
    made = [
        Box.from_yaw(random.uniform(-6, 6, 3), random.uniform(0.2, 6, 3), random.choice([0.7, -2.1, np.pi / 2]))
        for _ in range(60)
    ]
    expected = [[shapely_iou_bev(a, b) for b in made[30:]] for a in made[:30]]
    np.testing.assert_allclose(iou_bev(made[:30], made[30:]), expected, atol=1e-9)


@pytest.mark.parametrize("counts", [(0, 0), (0, 3), (3, 0)])
def test_no_boxes_give_an_empty_table(counts: tuple[int, int]) -> None:
    box = Box.from_yaw([0, 0, 0], [1, 1, 1], 0)
    assert iou_3d([box] * counts[0], [box] * counts[1]).shape == counts
