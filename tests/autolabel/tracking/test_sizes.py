from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autolabel.tracking.sizes import anchored, weighted_median
from geometry import CORNER_SIGNS, SE3

SIDES = st.floats(0.3, 12.0)


def corners(row):
    return SE3.from_yaw(row[6], row[:3]).apply(CORNER_SIGNS * row[3:6] / 2.0)


@given(
    st.floats(-3, 3),
    st.floats(20, 60),
    st.floats(-3, 3),
    st.tuples(SIDES, SIDES, SIDES),
    st.tuples(SIDES, SIDES, SIDES),
)
def test_the_nearest_corner_stays_where_the_lidar_is_beyond_both_sides(yaw, far, way, size, other):
    row = np.array([far * np.cos(way), far * np.sin(way), 1.0, *size, yaw])
    lidar = np.zeros(2)
    here = SE3.from_yaw(yaw, row[:3]).inverse().apply(np.array([[0.0, 0.0, 1.0]]))[0]
    new = anchored(row[None], np.array(other), lidar[None])[0]

    np.testing.assert_allclose(new[2] - new[5] / 2.0, row[2] - row[5] / 2.0, atol=1e-9)
    if (np.abs(here[:2]) >= row[3:5] / 2.0).all():
        before, after = corners(row), corners(new)
        near = np.hypot(*before[:, :2].T).argmin()
        np.testing.assert_allclose(after[near, :2], before[near, :2], atol=1e-6)


def test_the_same_size_changes_nothing():
    rows = np.array([[5.0, 3.0, 1.0, 4.0, 2.0, 1.5, 0.4]])
    np.testing.assert_allclose(anchored(rows, rows[0, 3:6], np.zeros((1, 2))), rows)


@given(hnp.arrays(float, st.integers(1, 20), elements=st.floats(-1e3, 1e3)), st.randoms())
def test_the_median_lies_within_and_does_not_depend_on_order(values, random):
    weight = np.linspace(0.5, 2.0, len(values))
    median = weighted_median(values, weight)
    order = list(range(len(values)))
    random.shuffle(order)

    assert values.min() <= median <= values.max()
    assert abs(weighted_median(values[order], weight[order]) - median) < 1e-6


def test_half_of_the_weight_lies_on_either_side():
    assert weighted_median(np.array([1.0, 2.0, 9.0]), np.array([1.0, 1.0, 1.0])) == 2.0
    assert weighted_median(np.array([1.0, 2.0, 9.0]), np.array([0.01, 0.01, 5.0])) > 8.5
