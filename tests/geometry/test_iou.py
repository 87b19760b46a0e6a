"""Rotated overlap, judged by shapely and by laws; a million pairs of it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geometry import (
    Box,
    BoxColumns,
    iou_3d,
    iou_3d_aligned,
    iou_bev,
    iou_bev_aligned,
    iou_bev_and_3d,
    iou_bev_and_3d_aligned,
)
from geometry.arrays import FloatArray, IntArray

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


@pytest.mark.parametrize("counts", [(40, 700), (700, 40), (1, 20_000)])
def test_tables_of_many_blocks_equal_pair_by_pair(counts: tuple[int, int]) -> None:
    random = np.random.default_rng(3)
    a, b = (strewn(random, count, half_side_m=12.0) for count in counts)
    bev, space = iou_bev_and_3d(a, b)
    row, column = np.indices(counts).reshape(2, -1)
    aligned = iou_bev_and_3d_aligned(a.take(row), b.take(column))
    assert (bev > 0).any()
    np.testing.assert_array_equal(bev.ravel(), aligned[0])
    np.testing.assert_array_equal(space.ravel(), aligned[1])


def test_columns_and_boxes_give_the_same() -> None:
    random = np.random.default_rng(5)
    made = [Box.from_yaw(random.uniform(-3, 3, 3), random.uniform(0.2, 4, 3), random.uniform(-4, 4)) for _ in range(30)]
    columns = BoxColumns.from_arrays(
        [box.center for box in made], [box.size_lwh_m for box in made], [box.yaw_rad for box in made]
    )
    for function in (iou_bev, iou_3d):
        np.testing.assert_allclose(function(columns, made), function(made, columns), atol=1e-12)
    for function in (iou_bev_aligned, iou_3d_aligned):
        np.testing.assert_allclose(function(columns, made), 1.0, atol=1e-12)


def test_aligned_boxes_must_be_equally_many() -> None:
    box = Box.from_yaw([0, 0, 0], [1, 1, 1], 0)
    with pytest.raises(ValueError, match="got 1 and 2"):
        iou_3d_aligned([box], [box, box])
    assert iou_bev_aligned([], []).shape == (0,)


@pytest.mark.parametrize("yaw", [0.0, 1e-310, 1e-160, 1e-17, np.pi / 2, np.pi, -np.pi / 2])
@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e4])
def test_hardly_turned_boxes_keep_every_digit(yaw: float, scale: float) -> None:
    box = Box.from_yaw([0, 0, 0], [4 * scale, 2 * scale, scale], 0.0)
    shifted = Box.from_yaw([scale, 0, 0], [4 * scale, 2 * scale, scale], yaw)
    shared = 6.0 if abs(np.cos(yaw)) > 0.5 else 4.0
    assert iou_bev([box], [shifted])[0, 0] == pytest.approx(shared / (16 - shared), abs=1e-14)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kind", ["random", "right angles", "identical", "touching", "nested", "slivers", "far away"])
def test_a_million_pairs_equal_shapely(kind: str) -> None:
    """Shapely loses digits far from the origin, so it is given places from which the offset has been taken."""
    random = np.random.default_rng(11)
    count = 150_000
    a, b = pairs_of_kind(kind, random, count)
    offset = np.array([5e5, -5e5, 100.0]) if kind == "far away" else np.zeros(3)
    footprints = shapely.polygons(outline(a, offset)), shapely.polygons(outline(b, offset))
    shared = shapely.area(shapely.intersection(*footprints))
    union = shapely.area(footprints[0]) + shapely.area(footprints[1]) - shared
    if kind == "identical":  # shapely finds nothing in common in one of ten thousand of these
        shared = np.where(shared == 0, shapely.area(footprints[0]), shared)
        union = np.where(union > 1.5 * shared, shared, union)
    bev, space = iou_bev_and_3d_aligned(a, b)
    np.testing.assert_allclose(bev, shared / union, rtol=0, atol=1e-9)
    assert ((space >= 0) & (space <= 1)).all()


def strewn(random: np.random.Generator, count: int, half_side_m: float = 3.0) -> BoxColumns:
    center = random.uniform(-half_side_m, half_side_m, (count, 3))
    return BoxColumns.from_arrays(center, random.uniform(0.2, 6.0, (count, 3)), random.uniform(-4, 4, count))


def right_angles(random: np.random.Generator, count: int) -> FloatArray:
    return np.asarray(random.choice([0.0, np.pi / 2, np.pi, -np.pi / 2, -np.pi], count))


def pairs_of_kind(kind: str, random: np.random.Generator, count: int) -> tuple[BoxColumns, BoxColumns]:
    """Pairs of one kind; those of right angles have many corners and edges in common."""
    a, b = strewn(random, count), strewn(random, count)
    yaw = np.arctan2(a.sin_yaw, a.cos_yaw)
    match kind:
        case "right angles":
            grid = random.integers(-3, 4, (2, count, 3)) / 2.0
            sizes = random.integers(1, 6, (2, count, 3)) * 1.0
            turn = random.choice([0.0, 0.3], count)
            return tuple(  # type: ignore[return-value]
                BoxColumns.from_arrays(grid[i], sizes[i], turn + right_angles(random, count)) for i in range(2)
            )
        case "identical":
            flip = random.choice([0.0, np.pi, 1e-15, -1e-12], count)
            return a, BoxColumns.from_arrays(a.center, 2 * a.half_lwh, yaw + flip)
        case "touching":
            ahead = np.stack([a.cos_yaw, a.sin_yaw, 0 * yaw], axis=1)
            reach = a.half_lwh[:, :1] + b.half_lwh[:, :1]
            return a, BoxColumns.from_arrays(a.center + reach * ahead, 2 * b.half_lwh, yaw)
        case "nested":
            return a, BoxColumns.from_arrays(a.center, a.half_lwh * random.uniform(0.01, 2, (count, 1)), yaw)
        case "slivers":
            return a, BoxColumns.from_arrays(b.center, [[200.0, 0.05, 1.0]] * np.ones((count, 1)), 7 * yaw)
        case "far away":
            offset = np.array([5e5, -5e5, 100.0])
            return tuple(BoxColumns(x.center + offset, x.half_lwh, x.cos_yaw, x.sin_yaw) for x in (a, b))  # type: ignore[return-value]
    return a, b


def outline(boxes: BoxColumns, offset: FloatArray) -> FloatArray:
    """(N, 4, 2) corners seen from above."""
    signs: IntArray = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])
    along, across = (signs * boxes.half_lwh[:, None, :2]).transpose(2, 0, 1)
    cos, sin = boxes.cos_yaw[:, None], boxes.sin_yaw[:, None]
    turned = np.stack([cos * along - sin * across, sin * along + cos * across], axis=2)
    return np.asarray(turned + (boxes.center - offset)[:, None, :2])
