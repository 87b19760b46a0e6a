"""Changed examples stay true: what was in a box is in it afterwards."""

from __future__ import annotations

import numpy as np
import pytest

from autolabel.network.sweeps import INTENSITY, Sweeps
from autolabel.training import augment
from autolabel.training.augment import Sample, augmented
from autolabel.training.examples import count_points

SEEDS = range(25)


def heading_of(box):
    return np.array([np.cos(box[6]), np.sin(box[6])])


@pytest.fixture(scope="module")
def sample(make_example):
    return Sample.of(make_example(3))


@pytest.mark.parametrize("seed", SEEDS)
def test_points_stay_in_their_boxes(sample, seed, monkeypatch):
    monkeypatch.setattr(augment, "FEWER_POINTS", 0.0)
    monkeypatch.setattr(augment, "FEWER_BEAMS", 0.0)
    changed = augmented(sample, np.random.default_rng(seed))
    counts = count_points(changed.sweeps.current, changed.boxes)
    # More may be in them: a frame that is raised a little brings the ground into their lowest parts.
    assert (counts >= 0.9 * sample.point_counts - 3).all()
    assert changed.sweeps.current.shape == sample.sweeps.current.shape
    assert np.isfinite(changed.boxes).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_example_itself_is_not_changed(make_example, seed):
    fresh, used = make_example(3), make_example(3)
    augmented(Sample.of(used), np.random.default_rng(seed))
    assert np.array_equal(fresh.boxes, used.boxes)
    assert np.array_equal(fresh.current.places, used.current.places)


def test_the_same_seed_changes_the_same(sample):
    a, b = (augmented(sample, np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(a.sweeps.current, b.sweeps.current)
    assert np.array_equal(a.boxes, b.boxes)


def test_a_mirrored_box_still_points_at_what_is_ahead_of_it(sample):
    ahead = sample.boxes[:, :2] + np.array([heading_of(box) for box in sample.boxes])
    marked = Sample(
        sample.sweeps, sample.boxes, sample.classes, sample.point_counts, sample.ignored, (ahead, ahead[::-1])
    )
    for seed in SEEDS:
        changed = augmented(marked, np.random.default_rng(seed))
        assert changed.region is not None
        step = changed.region[0] - changed.boxes[:, :2]
        step /= np.linalg.norm(step, axis=1, keepdims=True)
        assert np.allclose(step, [heading_of(box) for box in changed.boxes], atol=1e-6)


def test_missing_neighbours_are_counted_as_missing(sample):
    seen = [augmented(sample, np.random.default_rng(seed)).sweeps for seed in range(120)]
    for sweeps in seen:
        assert (sweeps.past_count == 0) == (sweeps.past.shape[1] == 0)
        assert (sweeps.future_count == 0) == (sweeps.future.shape[1] == 0)
    missing = [(sweeps.past_count == 0, sweeps.future_count == 0) for sweeps in seen]
    assert {(True, True), (True, False), (False, True), (False, False)} == set(missing)
    assert missing.count((False, False)) > 60


def test_backwards_in_time_front_and_rear_are_not_told_apart(sample):
    fronts = [augmented(sample, np.random.default_rng(seed)).has_front for seed in range(120)]
    assert 10 < fronts.count(False) < 60


def test_fewer_beams_are_fewer_points_and_counted_so(sample, monkeypatch):
    monkeypatch.setattr(augment, "FEWER_BEAMS", 1.0)
    monkeypatch.setattr(augment, "FEW", 10_000)
    thin = augment._thinned(sample, np.random.default_rng(0))
    assert thin.sweeps.current.shape[1] < sample.sweeps.current.shape[1]
    assert np.array_equal(thin.point_counts, count_points(thin.sweeps.current, sample.boxes))


def test_intensity_is_sometimes_missing(sample):
    seen = [augment._relit(sample, np.random.default_rng(seed)).sweeps.current[INTENSITY].max() for seed in range(60)]
    assert 2 < seen.count(0.0) < 30


def test_a_frame_without_boxes_or_points():
    nothing = np.zeros((5, 0), np.float32)
    empty = Sample(
        Sweeps(nothing, nothing, nothing, 0, 0, np.zeros(2)),
        np.zeros((0, 7)), np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, 7)), None,
    )  # fmt: skip
    for seed in SEEDS:
        assert len(augmented(empty, np.random.default_rng(seed)).boxes) == 0
