"""Objects pasted into other frames."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from autolabel.training.augment import Sample
from autolabel.training.examples import count_points
from autolabel.training.paste import PasteBank
from geometry import BoxColumns, iou_bev

SEEDS = range(12)


def columns(rows):
    return BoxColumns.from_arrays(rows[:, :3], rows[:, 3:6], rows[:, 6])


@pytest.fixture(scope="module")
def bank(make_example):
    return PasteBank([make_example(seed) for seed in (11, 12)])


@pytest.fixture(scope="module")
def sample(make_example):
    return Sample.of(make_example(13, 1))


def test_objects_are_gathered_by_class(bank):
    assert len(bank) == 8


@pytest.mark.parametrize("seed", SEEDS)
def test_pasted_objects_have_their_points_and_touch_nothing(bank, sample, seed):
    more = bank.pasted(sample, np.random.default_rng(seed))
    assert len(more.boxes) == len(more.classes) == len(more.point_counts)
    assert np.array_equal(more.boxes[:1], sample.boxes)
    overlap = iou_bev(columns(more.boxes), columns(more.boxes))
    assert (overlap - np.eye(len(overlap)) < 1e-9).all()
    counts = count_points(more.sweeps.current, more.boxes)
    assert (np.abs(counts - more.point_counts) <= 0.25 * more.point_counts + 4).all()


def test_something_is_pasted_and_as_far_away_as_it_was(bank, sample, make_example):
    known = np.concatenate([make_example(seed).boxes for seed in (11, 12)])
    ranges = np.hypot(known[:, 0], known[:, 1])
    pasted = np.concatenate([bank.pasted(sample, np.random.default_rng(seed)).boxes[1:] for seed in SEEDS])
    assert len(pasted) >= len(SEEDS)
    for x, y in pasted[:, :2]:
        assert np.abs(ranges - np.hypot(x, y)).min() < 1e-6


def test_neighbour_sweeps_come_along(bank, sample):
    more = [bank.pasted(sample, np.random.default_rng(seed)) for seed in SEEDS]
    grown = [m for m in more if len(m.boxes) > 1]
    assert all(m.sweeps.past.shape[1] > sample.sweeps.past.shape[1] for m in grown)
    assert all(m.sweeps.future.shape[1] > sample.sweeps.future.shape[1] for m in grown)


def wall_sample(sample):
    """The sample behind a wall all around it, 2 m away."""
    turn = np.linspace(-np.pi, np.pi, 4000)
    turns, beams = np.meshgrid(turn, np.arange(256.0))
    count = turns.size
    wall = np.stack(
        [2 * np.cos(turns.ravel()), 2 * np.sin(turns.ravel()), np.full(count, 1.0), np.zeros(count), beams.ravel()]
    ).astype(np.float32)
    current = np.concatenate([sample.sweeps.current, wall], axis=1)
    return replace(sample, sweeps=replace(sample.sweeps, current=current))


def test_nothing_is_pasted_where_it_would_not_be_seen(bank, sample):
    hidden = wall_sample(sample)
    for seed in SEEDS:
        assert len(bank.pasted(hidden, np.random.default_rng(seed)).boxes) == 1


def test_an_empty_bank_changes_nothing(sample):
    assert PasteBank().pasted(sample, np.random.default_rng(0)) is sample
