"""The network's size, and laws of what it takes in and gives out."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from autolabel.camera.crop_net import SEEN_PX, CropNet, heading_odds, inputs_of, object_odds


def _pixels(seed: int, count: int = 3) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(20, 120, (count, 4, 64, 64), generator=generator, dtype=torch.uint8)


@pytest.mark.parametrize("count", [1, 5, 30])
def test_it_is_small_and_has_an_answer_for_each_class_and_nothing(count: int) -> None:
    net = CropNet(count).eval()
    assert 80_000 < sum(tensor.numel() for tensor in net.parameters()) < 130_000
    scores, ways = net(inputs_of(_pixels(0)))
    assert scores.shape == (3, count + 1)
    assert ways.shape == (3, 2)


def test_light_and_contrast_hardly_matter() -> None:
    pixels = _pixels(1)
    brighter = pixels.clone()
    brighter[:, :3] = pixels[:, :3] * 2 + 10
    one, other = inputs_of(pixels), inputs_of(brighter)
    assert one.shape == (3, 4, SEEN_PX, SEEN_PX)
    scale = one[:, :3].std(dim=(1, 2, 3), keepdim=True) / other[:, :3].std(dim=(1, 2, 3), keepdim=True)
    assert torch.allclose(one[:, :3], other[:, :3] * scale, atol=1e-3)


def test_what_is_looked_at_is_the_middle() -> None:
    pixels = torch.zeros((1, 4, 64, 64), dtype=torch.uint8)
    pixels[:, 3, 8:56, 8:56] = 255
    assert torch.allclose(inputs_of(pixels)[:, 3], torch.ones(1, SEEN_PX, SEEN_PX), atol=1e-4)


@given(st.lists(st.floats(-8.0, 8.0), min_size=3, max_size=6))
def test_odds_of_a_class_are_those_of_its_probability(scores: list[float]) -> None:
    row = torch.tensor([scores], dtype=torch.float64)
    for number in range(len(scores)):
        odds = object_odds(row, torch.tensor([number]))
        assert np.isclose(torch.sigmoid(odds).item(), functional.softmax(row, dim=1)[0, number].item(), atol=1e-9)


@given(st.floats(-5.0, 5.0), st.floats(-5.0, 5.0), st.floats(-np.pi, np.pi))
def test_half_a_turn_turns_the_odds_of_a_heading(x: float, y: float, alpha: float) -> None:
    ways = torch.tensor([[x, y]], dtype=torch.float64)
    one, other = (heading_odds(ways, torch.tensor([alpha + turn], dtype=torch.float64)) for turn in (0.0, np.pi))
    assert torch.allclose(one, -other, atol=1e-9)
