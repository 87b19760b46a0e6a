from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autolabel.tracking.heading import certainty, continuous_axis, faces_ahead, mean_axis, odds_of, steps_of

ANGLES = st.floats(-3.1, 3.1)


@given(ANGLES, st.lists(st.booleans(), min_size=5, max_size=30))
def test_more_and_surer_votes_win(axis, flips):
    turned = np.array(flips)
    yaws = axis + np.pi * turned
    odds = faces_ahead(np.full(len(yaws), axis), yaws, np.full(len(yaws), 0.8), np.zeros((len(yaws), 2)))

    assert np.sign(odds) == np.sign(len(yaws) - 2 * turned.sum()) or abs(odds) < 1e-9


@given(ANGLES)
def test_motion_outvotes_what_was_seen(axis):
    steps = np.tile([np.cos(axis), np.sin(axis)], (10, 1))
    odds = faces_ahead(np.full(10, axis), np.full(10, axis + np.pi), np.full(10, 0.95), steps)

    assert odds > 0.0
    assert certainty(odds) > 0.99


def test_frames_without_a_detection_do_not_vote():
    assert faces_ahead(np.zeros(3), np.full(3, np.nan), np.full(3, 0.5), np.zeros((3, 2))) == 0.0
    assert certainty(0.0) == 0.5


@given(st.floats(-25.0, 25.0))
def test_odds_are_what_certainty_was_made_from_but_for_their_sign(odds):
    assert odds_of(certainty(odds)) == pytest.approx(abs(odds), abs=1e-3)


@given(st.floats(0.5, 1.0), st.floats(0.5, 1.0))
def test_who_is_surer_has_the_higher_odds(one, other):
    low, high = sorted((one, other))
    assert 0.0 <= odds_of(low) <= odds_of(high) < 31.0
    assert certainty(odds_of(high)) == pytest.approx(high, abs=1e-9)


def test_odds_of_a_coin_are_none_and_of_certainty_finite():
    assert odds_of(0.5) == odds_of(0.3) == 0.0
    assert 25.0 < odds_of(1.0) < 31.0
    assert odds_of(certainty(1e9)) == pytest.approx(odds_of(1.0), abs=0.2)


@given(ANGLES, st.lists(st.booleans(), min_size=3, max_size=20))
def test_the_common_axis_does_not_care_for_flips(axis, flips):
    yaws = axis + np.pi * np.array(flips)
    found = mean_axis(yaws, np.ones(len(flips)))

    assert abs(np.sin(found - axis)) < 1e-6


def test_one_wild_angle_hardly_turns_the_axis():
    yaws = np.array([0.0, 0.02, -0.02, 0.01, 1.2])
    assert abs(mean_axis(yaws, np.ones(5))) < 0.03


@given(st.lists(ANGLES, min_size=2, max_size=30))
def test_a_continuous_axis_never_jumps_by_more_than_a_quarter_turn(angles):
    axes = np.array(angles)
    even = continuous_axis(axes)

    assert (np.abs(np.diff(even)) <= np.pi / 2.0 + 1e-9).all()
    np.testing.assert_allclose(np.sin(even - axes), 0.0, atol=1e-6)


def test_steps_add_up_to_the_way():
    places = np.random.default_rng(0).normal(size=(9, 2))
    np.testing.assert_allclose(steps_of(places).sum(axis=0), places[-1] - places[0], atol=1e-12)
    assert steps_of(places[:1]).tolist() == [[0.0, 0.0]]
    assert pytest.approx(0.0) == np.abs(steps_of(np.ones((4, 2)))).max()
