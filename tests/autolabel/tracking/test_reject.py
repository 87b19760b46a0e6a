from __future__ import annotations

import numpy as np
import pytest

from autolabel.tracking.options import TrackingOptions
from autolabel.tracking.reject import class_of, enough_hits, is_doubtful, is_dropped, score_of
from autolabel.tracking.sightings import Moments, Sightings
from geometry import SE3


def moments(frames, step_s=0.1):
    return Moments(np.arange(frames) * step_s, np.zeros((frames, 3)), (SE3.identity(),) * frames, in_world=True)


def seen(frames, scores, classes=None):
    count = len(frames)
    numbers = np.zeros(count, np.int64) if classes is None else np.array(classes)
    return Sightings(
        np.array(frames), np.ones((count, 7)), numbers, np.array(scores), np.ones(count), np.full(count, 9.0)
    )


@pytest.mark.parametrize(
    ("frames", "step_s", "wanted"), [(1, 0.1, 1), (3, 0.1, 1), (6, 0.1, 2), (12, 0.1, 4), (999, 0.1, 4), (40, 0.5, 2)]
)
def test_short_scenes_and_slow_ones_ask_for_less(frames, step_s, wanted):
    assert enough_hits(moments(frames, step_s)) == wanted


def test_scores_vote_for_the_class():
    assert class_of(seen(range(3), [0.9, 0.3, 0.3], [2, 1, 1])) == 2


def test_few_far_between_or_weak_is_less_sure():
    steady = score_of(seen(range(10), [0.8] * 10), moments(40))
    assert steady == pytest.approx(0.8)
    assert score_of(seen(range(0, 40, 4), [0.8] * 10), moments(40)) < steady
    assert score_of(seen(range(2), [0.8] * 2), moments(40)) < steady
    assert score_of(seen(range(10), [0.4] * 10), moments(40)) < steady


def test_one_flash_in_a_long_scene_is_dropped_and_kept_in_a_short_one():
    flash = seen([1], [0.7])
    assert is_dropped(flash, 0.7, moments(50), TrackingOptions())
    assert not is_dropped(flash, 0.7, moments(3), TrackingOptions())


def test_people_who_never_move_are_doubted():
    options = TrackingOptions()
    assert is_doubtful(0.35, stands=True, turns_freely=True, options=options)
    assert not is_doubtful(0.35, stands=False, turns_freely=True, options=options)
    assert not is_doubtful(0.35, stands=True, turns_freely=False, options=options)
    assert not is_doubtful(0.6, stands=True, turns_freely=True, options=options)
