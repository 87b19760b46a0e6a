"""How sure each box of an object is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autolabel.judging.shown import HIDDEN, WELL_SHOWN, share_shown, with_box_scores
from autolabel.proposal import Proposal
from autolabel.recording import Recording
from autolabel.stopping import Stopped
from geometry import Box

CAR = Box.from_yaw([10.0, 0.0, 0.75], [4.2, 1.8, 1.5], 0.3)
FAR = Box.from_yaw([-20.0, 5.0, 0.75], [4.2, 1.8, 1.5], 0.0)


def recording_of(counts):
    """So many points within the car in each frame, and some on the ground."""

    def points(frame):
        rng = np.random.default_rng(frame)
        inside = CAR.frame_from_object.apply(rng.uniform(-0.3, 0.4, (counts[frame], 3)) * CAR.size_lwh_m)
        ground = np.column_stack([rng.uniform(-30, 30, (500, 2)), np.zeros(500)])
        return np.column_stack([np.concatenate([inside, ground]), np.zeros(counts[frame] + 500)]).astype(np.float32)

    return Recording([frame * 10**8 for frame in range(len(counts))], None, points, np.array([0.0, 0.0, 1.7]))


def test_a_box_counts_as_its_object_where_points_show_it():
    counts = [0, 1, 3, 50, 2000]
    car = Proposal(None, "Car", True, False, 0.9, dict.fromkeys(range(5), CAR))
    hidden = Proposal("t", "Car", True, True, 0.8, {1: FAR, 3: FAR}, band="accept", detected=frozenset({3}))
    told, other = with_box_scores([car, hidden], recording_of(counts))
    scores = [told.score_in(frame) for frame in range(5)]
    assert scores == sorted(scores)
    assert scores[0] == pytest.approx(0.9 * HIDDEN)
    assert scores[3:] == pytest.approx([0.9, 0.9])
    assert other.scores == pytest.approx({1: 0.8 * HIDDEN, 3: 0.8 * HIDDEN})
    assert (other.score, other.band, other.track_id, other.detected) == (0.8, "accept", "t", frozenset({3}))


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=20))
def test_more_points_never_make_a_box_less_sure(counts):
    shares = share_shown(np.sort(np.array(counts)))
    assert (np.diff(shares) >= 0.0).all()
    assert shares.min() >= HIDDEN
    assert shares.max() <= 1.0
    assert share_shown(np.array([WELL_SHOWN])) == pytest.approx(1.0)


def test_it_can_be_stopped_and_nothing_stays_nothing():
    car = Proposal(None, "Car", True, False, 0.9, {0: CAR})
    with pytest.raises(Stopped):
        with_box_scores([car], recording_of([5]), lambda: True)
    assert with_box_scores([], recording_of([5])) == []


def test_where_nobody_told_a_box_is_as_sure_as_its_track():
    assert Proposal(None, "Car", True, False, 0.9, {0: CAR}, {1: 0.2}).score_in(0) == 0.9
