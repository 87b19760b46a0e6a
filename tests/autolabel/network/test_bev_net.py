"""The network's shape."""

from __future__ import annotations

import pytest
import torch

from autolabel.network.bev import CHANNELS
from autolabel.network.bev_net import BOX_CHANNELS, BevNet, without_norms


@pytest.mark.parametrize("shape", [(16, 16), (48, 32), (112, 64)])
def test_any_multiple_of_sixteen_goes_in(shape):
    net = BevNet(3).eval()
    with torch.inference_mode():
        heat, boxes = net(torch.zeros(2, CHANNELS, *shape))
    assert heat.shape == (2, 3, *shape)
    assert boxes.shape == (2, BOX_CHANNELS, shape[0] // 2, shape[1] // 2)


def test_before_it_has_learned_it_sees_hardly_anything():
    torch.manual_seed(0)
    with torch.inference_mode():
        heat, _ = BevNet(4).eval()(torch.rand(1, CHANNELS, 64, 64))
    assert torch.sigmoid(heat).mean() < 0.05


def test_it_is_small():
    assert sum(p.numel() for p in BevNet(5).parameters()) < 1_300_000


def test_without_classes_there_is_no_network():
    with pytest.raises(ValueError, match="class_count"):
        BevNet(0)


def test_without_norms_it_answers_the_same():
    torch.manual_seed(0)
    net = BevNet(2)
    picture = torch.rand(2, CHANNELS, 32, 48)
    net(picture)
    net.eval()
    with torch.inference_mode():
        wanted = net(picture)
        found = without_norms(net)(picture)
    assert not any(isinstance(part, torch.nn.BatchNorm2d) for part in net.modules())
    for one, other in zip(wanted, found, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("has_norms", [True, False])
def test_a_few_squares_are_told_as_all_are(has_norms):
    torch.manual_seed(0)
    net = BevNet(2)
    net(torch.rand(2, CHANNELS, 32, 48))
    net.eval()
    picture = torch.rand(1, CHANNELS, 32, 48)
    with torch.inference_mode():
        asked = net if has_norms else without_norms(net)
        heat, told = asked(picture)
        seen = asked.seen(picture)
        # The corners, an edge, the middle, and one twice.
        rows, columns = torch.tensor([0, 15, 0, 15, 7, 3, 3]), torch.tensor([0, 23, 23, 0, 0, 11, 11])
        torch.testing.assert_close(asked.boxes_at(seen, rows, columns), told[0][:, rows, columns].T)
        torch.testing.assert_close(asked.heat_of(seen), heat)
        assert asked.boxes_at(seen, rows[:0], columns[:0]).shape == (0, BOX_CHANNELS)
