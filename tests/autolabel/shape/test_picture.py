"""What the network is told of a look."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autolabel.shape.look import AROUND, Look
from autolabel.shape.picture import ACROSS, ALONG, CHANNELS, DENSE, FACTS, FARTHEST, UP, facts, picture
from tests.autolabel.shape.made_looks import CAR, LOOKS, any_look

REACH = 0.5 + AROUND


def in_cells(seed: int, count: int) -> Look:
    """Points in the middle of cells."""
    rng = np.random.default_rng(seed)
    cells = np.column_stack([rng.integers(0, cells, count) for cells in (ALONG, ACROSS, UP)])
    shares = (cells + 0.5) / np.array([ALONG, ACROSS, UP]) * 2.0 * REACH - REACH
    return Look(shares.astype(np.float32), CAR, rng.normal(0.0, 20.0, 2))


@given(LOOKS)
def test_every_point_is_in_both_pictures(look: Look) -> None:
    shown = picture(look)
    assert shown.shape == (CHANNELS, ALONG, ACROSS)
    assert shown.dtype == np.float32
    np.testing.assert_allclose(np.expm1(shown[:2] * DENSE).sum(axis=(1, 2)), len(look.points), rtol=1e-4)
    if len(look.points):
        assert shown[2].max() == shown[3].max() == pytest.approx(look.points[:, 2].max() + REACH, abs=1e-6)


@given(LOOKS, st.randoms(use_true_random=False))
def test_the_order_of_points_does_not_matter(look: Look, random) -> None:
    order = list(range(len(look.points)))
    random.shuffle(order)
    shuffled = replace(look, points=look.points[np.array(order, np.int64)])
    np.testing.assert_array_equal(picture(shuffled), picture(look))
    np.testing.assert_array_equal(facts(shuffled), facts(look))


@given(st.integers(0, 2**32 - 1), st.integers(0, 50))
def test_a_turned_look_gives_mirrored_pictures(seed: int, count: int) -> None:
    look = in_cells(seed, count)
    side, above, height, rows = picture(look)
    turned = picture(look.turned())
    np.testing.assert_array_equal(turned[0], side[::-1])
    np.testing.assert_array_equal(turned[1:3], np.stack([above, height])[:, ::-1, ::-1])
    np.testing.assert_array_equal(turned[3], rows[::-1])


def test_a_bonnet_is_seen_from_the_side() -> None:
    points = np.array([[-0.4, 0.0, 0.5], [0.4, 0.0, -0.1]], np.float32)
    _, _, _, rows = picture(Look(points, CAR, np.zeros(2)))
    assert rows[: ALONG // 2].max() == pytest.approx(0.5 + REACH)
    assert rows[ALONG // 2 :].max() == pytest.approx(-0.1 + REACH)
    assert (rows == rows[:, :1]).all()


def test_points_that_a_wrong_box_leaves_far_outside_are_at_the_border() -> None:
    shown = picture(Look(np.array([[9.0, -9.0, 0.0], [-9.0, 9.0, 0.0]], np.float32), CAR, np.zeros(2)))
    assert shown[1, -1, 0] > 0.0
    assert shown[1, 0, -1] > 0.0
    assert np.count_nonzero(shown[1]) == 2


def test_no_points_give_an_empty_picture() -> None:
    assert not picture(any_look(0, 0)).any()


@given(LOOKS)
def test_facts_are_finite_and_small(look: Look) -> None:
    told = facts(look)
    assert told.shape == (FACTS,)
    assert told.dtype == np.float32
    assert np.abs(told).max() < 5.0
    np.testing.assert_allclose(np.exp(told[:3]), look.size_lwh_m, rtol=1e-5)
    assert np.hypot(told[3], told[4]) == pytest.approx(1.0, abs=1e-5)
    assert 0.0 <= told[5] <= FARTHEST


def test_who_stands_on_the_sensor_is_seen_from_nowhere() -> None:
    told = facts(Look(np.zeros((5, 3), np.float32), CAR, np.zeros(2)))
    assert told[3:6].tolist() == [0.0, 0.0, pytest.approx(0.0, abs=1e-4)]
