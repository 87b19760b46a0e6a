"""Batches of crops."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from autolabel.network.bev import CHANNELS
from autolabel.training.augment import Sample
from autolabel.training.batches import Batches, BatchOptions, crop_grid
from autolabel.training.paste import PasteBank


@pytest.fixture(scope="module")
def batches(make_example):
    examples = [make_example(seed) for seed in (21, 22)]
    return Batches(examples, PasteBank(examples), BatchOptions(7, 3, 64, 2))


def test_a_batch_is_the_same_however_often_it_is_asked_for(batches):
    a, _, b = batches[4], batches[5], batches[4]
    assert torch.equal(a.pictures, b.pictures)
    assert all(torch.equal(getattr(a.wanted, name), getattr(b.wanted, name)) for name in vars(a.wanted))
    assert not torch.equal(a.pictures, batches[5].pictures)


def test_shapes(batches):
    batch = batches[0]
    assert batch.pictures.shape == (3, CHANNELS, 64, 64)
    assert batch.pictures.is_contiguous(memory_format=torch.channels_last)
    assert batch.wanted.heat.shape == (3, 2, 64, 64)
    assert batch.wanted.known.shape == (3, 1, 64, 64)
    assert batch.wanted.squares.max() < 3 * 32 * 32
    assert len(batch.wanted.values) == len(batch.wanted.weights) == len(batch.wanted.squares)
    assert len(batch.wanted.ends) == len(batch.wanted.end_signs)


def test_the_squares_of_each_crop_are_its_own(batches):
    for step in range(5):
        wanted = batches[step].wanted
        row, column = (wanted.squares % 1024) // 32, wanted.squares % 32
        centers = (wanted.heat.amax(dim=1) == 1.0).nonzero()
        x, y = (row + 0.5 + wanted.values[:, 0]) * 2, (column + 0.5 + wanted.values[:, 1]) * 2
        crop = wanted.squares // 1024
        for number, i, j in zip(crop.tolist(), x.floor().tolist(), y.floor().tolist(), strict=True):
            if 0 < i < 63 and 0 < j < 63:
                near = centers[centers[:, 0] == number][:, 1:]
                assert (near - torch.tensor([i, j])).abs().sum(dim=1).min() <= 2


def test_crops_are_laid_around_objects_of_all_classes(make_example):
    sample = Sample.of(make_example(23, 5))
    held = np.zeros(len(sample.boxes))
    for seed in range(200):
        grid = crop_grid(sample, 48, np.random.default_rng(seed))
        held += grid.holds(sample.boxes[:, 0], sample.boxes[:, 1])
    assert (held > 10).all()


def test_a_sample_without_anything_has_a_crop(make_example):
    sample = Sample.of(make_example(23, 0))
    assert crop_grid(sample, 48, np.random.default_rng(0)).rows == 48
