"""Learning what a car looks like, and which of its ends is lower."""

from __future__ import annotations

import math
from functools import partial
from itertools import chain, repeat

import numpy as np
import pytest
import torch
from torch import Tensor

from autolabel.shape.judge import ShapeJudge
from autolabel.shape.shape_net import FRONT, OBJECT, ShapeNet
from autolabel.shape.training import ShapeTraining, fit_shape, mistrust
from autolabel.stopping import Stopped
from tests.autolabel.shape.made_looks import any_state, blank_state, known_looks

FEW = known_looks(2, 6)
SHORT = ShapeTraining(2, 5)


@pytest.fixture(scope="module")
def taught() -> dict[str, Tensor]:
    """The parameters of a network that has seen cars that are lower in front, and heaps."""
    return fit_shape(known_looks(1, 60), None, ShapeTraining(100, 3))


def same(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def _noted(steps: list[float], share: float, _what: str) -> None:
    steps.append(share)


def test_it_truly_learns(taught: dict[str, Tensor]) -> None:
    unseen = known_looks(99, 100)
    odds = ShapeJudge(taught).odds([each.look for each in unseen])
    is_object = np.array([each.is_object for each in unseen])
    assert (odds[is_object, FRONT] > 0.0).mean() > 0.9
    assert (odds[is_object, OBJECT] > 0.0).mean() > 0.9
    assert (odds[~is_object, OBJECT] < 0.0).mean() > 0.9
    turned = ShapeJudge(taught).odds([each.look.turned() for each in unseen])
    assert (turned[is_object, FRONT] < 0.0).mean() > 0.9
    assert mistrust(unseen, taught) < 0.5 < mistrust(unseen, blank_state())


def test_the_seed_decides_everything_and_nobody_elses_chance_is_touched() -> None:
    torch.manual_seed(17)
    generator = torch.get_rng_state()
    first = fit_shape(FEW, None, SHORT)
    assert torch.equal(torch.get_rng_state(), generator)
    torch.manual_seed(18)
    assert same(fit_shape(FEW, None, SHORT), first)
    assert not same(fit_shape(FEW, None, ShapeTraining(2, 6)), first)
    assert first.keys() == ShapeNet().state_dict().keys()
    assert not any(tensor.requires_grad for tensor in first.values())


def test_going_on_starts_where_it_is_told_and_leaves_that_alone() -> None:
    init = any_state(4)
    before = {name: tensor.clone() for name, tensor in init.items()}
    after = fit_shape(FEW, init, ShapeTraining(1, 0))
    assert same(init, before)
    weights = [name for name in init if name.endswith("weight")]
    assert not same(after, before)
    # A step is small beside what was there.
    assert all((after[name] - before[name]).abs().max() < 1e-2 for name in weights)


@pytest.mark.parametrize("is_object", [True, False])
def test_an_object_is_needed_but_nothing_that_is_none(is_object: bool) -> None:
    alike = [each for each in FEW if each.is_object is is_object]
    if is_object:
        assert all(torch.isfinite(tensor).all() for tensor in fit_shape(alike, None, SHORT).values())
    else:
        for looks in (alike, []):
            with pytest.raises(ValueError, match="an object at least"):
                fit_shape(looks, None, SHORT)


def test_it_can_be_stopped_before_any_step() -> None:
    for after in (0, 1):
        steps: list[float] = []
        answers = chain([False] * after, repeat(True))
        generator = torch.get_rng_state()
        with pytest.raises(Stopped):
            fit_shape(FEW, None, SHORT, partial(_noted, steps), partial(next, answers))
        assert len(steps) == after
        assert torch.equal(torch.get_rng_state(), generator)


def test_it_tells_how_far_it_is() -> None:
    said: list[float] = []
    fit_shape(FEW, None, ShapeTraining(3, 0), lambda share, _: said.append(share))
    assert said == pytest.approx([0.0, 1 / 3, 2 / 3])


def test_who_is_never_sure_is_as_surprised_as_by_a_coin() -> None:
    objects, none = ([each for each in FEW if each.is_object is wanted] for wanted in (True, False))
    assert mistrust(objects, blank_state()) == pytest.approx(2.0 * math.log(2.0))
    assert mistrust(FEW, blank_state()) == pytest.approx(2.0 * math.log(2.0))
    assert mistrust(none, blank_state()) == pytest.approx(math.log(2.0))
