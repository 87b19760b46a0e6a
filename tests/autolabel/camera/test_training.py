"""Training learns what colours mean, the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
import torch

from autolabel.camera.crop_net import CropNet
from autolabel.camera.examples import CropExample
from autolabel.camera.training import CropTraining, fit_crops
from autolabel.camera.trust import Answers
from autolabel.stopping import Stopped

REAR, FRONT, GREEN, BROWN = (30, 40, 200), (230, 220, 30), (20, 170, 40), (110, 70, 30)


@pytest.fixture(scope="module")
def examples(make_example: Callable[..., CropExample]) -> list[CropExample]:
    angles = np.linspace(-0.5, 0.5, 6).tolist()
    cars = [make_example(REAR, 0, angle) for angle in angles]
    cars += [make_example(FRONT, 0, angle + np.pi) for angle in angles]
    return [*cars, *[make_example(GREEN, 1)] * 6, *[make_example(BROWN, 2)] * 10]


def test_it_tells_objects_from_nothing_and_front_from_rear(examples: Sequence[CropExample]) -> None:
    state = fit_crops(examples, 2, None, CropTraining(60, 1))
    answers = Answers.of(state, examples, 2)
    assert (answers.objects[answers.is_object] > 0.0).all()
    assert (answers.objects[~answers.is_object] < 0.0).all()
    assert (answers.headings[answers.is_faced] > 0.0).all()
    assert answers.is_faced.sum() == 12


def test_the_same_seed_gives_the_same_network(examples: Sequence[CropExample]) -> None:
    one, same, other = (fit_crops(examples, 2, None, CropTraining(3, seed)) for seed in (1, 1, 2))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not all(torch.equal(one[name], other[name]) for name in one)


def test_it_goes_on_from_what_was_known_and_keeps_its_trust(examples: Sequence[CropExample]) -> None:
    init = CropNet(2).state_dict() | {"trust": torch.tensor([0.5, 0.25])}
    begun = fit_crops(examples, 2, init, CropTraining(0, 0))
    assert all(torch.equal(begun[name], value) for name, value in init.items())


def test_it_can_be_stopped_and_tells_how_far_it_is(examples: Sequence[CropExample]) -> None:
    told: list[float] = []
    with pytest.raises(Stopped):
        fit_crops(examples, 2, None, CropTraining(50), lambda share, _what: told.append(share), lambda: len(told) >= 2)
    assert told == [0.0, 0.02]


def test_without_an_object_there_is_nothing_to_learn(make_example: Callable[..., CropExample]) -> None:
    with pytest.raises(ValueError, match="object"):
        fit_crops([make_example(BROWN, 2)], 2)


def test_objects_alone_are_enough(make_example: Callable[..., CropExample]) -> None:
    state = fit_crops([make_example(GREEN, 1)], 2, None, CropTraining(1))
    assert all(torch.isfinite(value).all() for value in state.values())
