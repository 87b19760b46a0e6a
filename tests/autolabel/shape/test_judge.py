"""Asking the network about looks."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from autolabel.shape import judge as room
from autolabel.shape.judge import ShapeJudge
from autolabel.shape.shape_net import FRONT, OBJECT
from tests.autolabel.shape.made_looks import any_look, any_state, blank_state

LOOKS = [any_look(seed, 12 * (seed % 5)) for seed in range(7)]


def test_no_looks_have_no_odds() -> None:
    assert ShapeJudge(any_state(0)).odds([]).shape == (0, 2)


def test_a_turned_look_has_the_same_odds_of_the_other_front() -> None:
    judge = ShapeJudge(any_state(1))
    there, turned = judge.odds(LOOKS), judge.odds([look.turned() for look in LOOKS])
    assert there.dtype == np.float64
    np.testing.assert_allclose(turned[:, FRONT], -there[:, FRONT], atol=1e-4)
    np.testing.assert_allclose(turned[:, OBJECT], there[:, OBJECT], atol=1e-4)


@pytest.mark.parametrize("at_once", [1, 3, 7])
def test_many_looks_are_answered_in_their_order(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    judge = ShapeJudge(any_state(2))
    together = judge.odds(LOOKS)
    monkeypatch.setattr(room, "AT_ONCE", at_once)
    np.testing.assert_allclose(judge.odds(LOOKS), together, atol=1e-4)


def test_asking_changes_nothing() -> None:
    state = any_state(3)
    before = {name: tensor.clone() for name, tensor in state.items()}
    judge = ShapeJudge(state)
    generator = torch.get_rng_state()
    first = judge.odds(LOOKS)
    np.testing.assert_array_equal(judge.odds(LOOKS), first)
    assert all(torch.equal(state[name], tensor) for name, tensor in before.items())
    assert torch.equal(torch.get_rng_state(), generator)


def test_who_knows_nothing_says_so() -> None:
    np.testing.assert_array_equal(ShapeJudge(blank_state()).odds(LOOKS), np.zeros((len(LOOKS), 2)))


def test_a_state_of_something_else_is_refused() -> None:
    state = any_state(0)
    state.pop("told.0.bias")
    with pytest.raises(RuntimeError, match=r"told\.0\.bias"):
        ShapeJudge(state)
