"""Overlap of boxes with any rotation, judged by half-spaces and hulls, and by laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.spatial import ConvexHull, HalfspaceIntersection
from scipy.spatial.transform import Rotation

from geometry import SE3, Box, iou_3d, iou_3d_tilted, iou_3d_tilted_aligned
from geometry.arrays import FloatArray

ANGLES = st.one_of(st.floats(-4.0, 4.0), st.sampled_from([0.0, np.pi / 2, -np.pi / 2, np.pi, 1e-17, 1e-9]))


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    rotation = Rotation.from_euler("zyx", [draw(ANGLES) for _ in range(3)]).as_matrix()
    center = [draw(st.floats(-3.0, 3.0)) for _ in range(3)]
    return Box(SE3(rotation, np.array(center)), np.array([draw(st.floats(0.1, 5.0)) for _ in range(3)]))


def random_boxes(count: int, seed: int) -> list[Box]:
    random = np.random.default_rng(seed)
    rotations = Rotation.random(count, rng=random).as_matrix()
    return [Box(SE3(turn, random.uniform(-1.5, 1.5, 3)), random.uniform(0.3, 3, 3)) for turn in rotations]


def half_spaces(box: Box) -> FloatArray:
    normals = np.vstack([box.frame_from_object.rotation.T, -box.frame_from_object.rotation.T])
    return np.column_stack([normals, -normals @ box.center - np.tile(box.size_lwh_m / 2, 2)])


def hull_iou(a: Box, b: Box) -> float:
    """The hull of the corners where the half-spaces meet."""
    spaces = np.vstack([half_spaces(a), half_spaces(b)])
    widest = linprog([0, 0, 0, -1], np.column_stack([spaces[:, :3], np.ones(12)]), -spaces[:, 3], bounds=(None, None))
    if widest.x is None or widest.x[3] < 1e-6:
        return 0.0
    shared = float(ConvexHull(HalfspaceIntersection(spaces, widest.x[:3]).intersections).volume)
    return shared / (a.volume_m3 + b.volume_m3 - shared)


def test_equals_the_hull_of_half_spaces() -> None:
    a, b = random_boxes(400, 1), random_boxes(400, 2)
    expected = [hull_iou(*pair) for pair in zip(a, b, strict=True)]
    assert np.count_nonzero(expected) > 200
    np.testing.assert_allclose(iou_3d_tilted_aligned(a, b), expected, atol=1e-9)


def test_all_pairs_are_the_aligned_pairs() -> None:
    a, b = random_boxes(40, 3), random_boxes(50, 4)
    aligned = iou_3d_tilted_aligned([box for box in a for _ in b], b * len(a))
    np.testing.assert_allclose(iou_3d_tilted(a, b).ravel(), aligned, atol=1e-15)


@given(boxes(), boxes())
def test_is_symmetric_and_bounded(a: Box, b: Box) -> None:
    there, back = iou_3d_tilted([a], [b])[0, 0], iou_3d_tilted([b], [a])[0, 0]
    assert there == pytest.approx(back, abs=1e-9)
    assert 0.0 <= there <= 1.0


@given(boxes(), boxes(), boxes())
def test_does_not_depend_on_the_frame(a: Box, b: Box, elsewhere: Box) -> None:
    moved = [box.transform(elsewhere.frame_from_object) for box in (a, b)]
    assert iou_3d_tilted(moved[:1], moved[1:])[0, 0] == pytest.approx(iou_3d_tilted([a], [b])[0, 0], abs=1e-9)


@given(boxes())
def test_a_box_overlaps_itself_and_its_relabelled_self(box: Box) -> None:
    quarter = SE3(np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]), np.zeros(3))
    renamed = Box(box.frame_from_object @ quarter, box.size_lwh_m[[1, 0, 2]])
    np.testing.assert_allclose(iou_3d_tilted([box], [box, renamed]), 1.0, atol=1e-9)


@given(boxes(), boxes())
def test_upright_boxes_agree_with_the_upright_overlap(a: Box, b: Box) -> None:
    upright = [Box.from_yaw(box.center, box.size_lwh_m, box.yaw_rad) for box in (a, b)]
    expected = iou_3d(upright[:1], upright[1:])
    np.testing.assert_allclose(iou_3d_tilted(upright[:1], upright[1:]), expected, atol=1e-9)


def test_touching_nested_and_quarter_turned_boxes() -> None:
    cube = Box.from_yaw([0, 0, 0], [2, 2, 2], 0.0)
    beside = Box.from_yaw([2, 0, 0], [2, 2, 2], 0.0)
    halfway = Box.from_yaw([0, 1, 0], [2, 2, 2], 0.0)
    inside = Box(SE3(Rotation.from_euler("xyz", [0.4, 0.3, 0.2]).as_matrix(), np.zeros(3)), np.array([1.0, 1.0, 1.0]))
    rolled = Box(SE3(Rotation.from_euler("x", 90, degrees=True).as_matrix(), np.zeros(3)), np.array([2.0, 2.0, 4.0]))
    on_edge = Box(SE3(Rotation.from_euler("x", 45, degrees=True).as_matrix(), np.zeros(3)), np.array([2.0, 2.0, 2.0]))
    # Of two squares turned by 45 degrees, side 2, the eight-sided middle has the area 8 (sqrt 2 - 1).
    middle = 16 * (np.sqrt(2) - 1)
    expected = [0.0, 1 / 3, 1 / 8, 0.5, middle / (16 - middle)]
    np.testing.assert_allclose(
        iou_3d_tilted([cube], [beside, halfway, inside, rolled, on_edge])[0], expected, atol=1e-12
    )


@pytest.mark.parametrize("counts", [(0, 0), (0, 2), (2, 0)])
def test_no_boxes_give_an_empty_table(counts: tuple[int, int]) -> None:
    assert iou_3d_tilted(random_boxes(counts[0], 1), random_boxes(counts[1], 2)).shape == counts


def test_aligned_boxes_must_be_equally_many() -> None:
    with pytest.raises(ValueError, match="got 1 and 2"):
        iou_3d_tilted_aligned(random_boxes(1, 1), random_boxes(2, 1))
