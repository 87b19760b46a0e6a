"""The network prefers neither end of anything, whatever it has learnt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from autolabel.shape.look import Look
from autolabel.shape.picture import ACROSS, ALONG, CHANNELS, FACTS
from autolabel.shape.shape_net import FRONT, OBJECT, ShapeNet, inputs_of
from tests.autolabel.shape.made_looks import LOOKS, any_look, any_state

SEEDS = st.integers(0, 2**31)
SOME = st.lists(LOOKS, min_size=1, max_size=4)


def answers(seed: int, looks: Sequence[Look]) -> Tensor:
    """(B, 2) in double precision, so that what is alike is alike to the last digits that count."""
    net = ShapeNet()
    net.load_state_dict(any_state(seed))
    with torch.inference_mode():
        return net.double().eval()(*(each.double() for each in inputs_of(looks)))  # type: ignore[no-any-return]


@given(SEEDS, SOME)
@settings(max_examples=12)
def test_fronts_are_antisymmetric_and_objects_symmetric(seed: int, looks: list[Look]) -> None:
    there, turned = answers(seed, looks), answers(seed, [look.turned() for look in looks])
    assert there.shape == (len(looks), 2)
    torch.testing.assert_close(turned[:, FRONT], -there[:, FRONT], rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(turned[:, OBJECT], there[:, OBJECT], rtol=1e-9, atol=1e-9)


@given(SEEDS, LOOKS)
@settings(max_examples=12)
def test_what_looks_the_same_from_both_ends_has_no_front(seed: int, look: Look) -> None:
    even = replace(look, points=np.concatenate([look.points, look.turned().points]), sensor_m=np.zeros(2))
    assert answers(seed, [even])[0, FRONT].item() == pytest.approx(0.0, abs=1e-9)


@given(SEEDS, SOME)
@settings(max_examples=12)
def test_looks_do_not_care_for_each_other(seed: int, looks: list[Look]) -> None:
    alone = torch.cat([answers(seed, [look]) for look in looks])
    torch.testing.assert_close(answers(seed, looks), alone, rtol=1e-9, atol=1e-9)


@given(SOME)
def test_the_turned_side_of_the_input_is_the_input_of_the_turned(looks: list[Look]) -> None:
    there, turned = inputs_of(looks), inputs_of([look.turned() for look in looks])
    assert there[0].shape == (2, len(looks), CHANNELS, ALONG, ACROSS)
    assert there[1].shape == (2, len(looks), FACTS)
    for one, other in zip(there, turned, strict=True):
        assert one.dtype == torch.float32
        assert torch.equal(other, one.flip(0))


def test_other_looks_get_other_answers() -> None:
    found = answers(0, [any_look(seed, 50) for seed in range(8)])
    assert (found.std(dim=0) > 1e-3).all()
