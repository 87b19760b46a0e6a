"""Networks that begin with what others learned."""

from __future__ import annotations

import pytest
import torch

from autolabel.classes import ObjectClass
from autolabel.network.bev_net import BevNet
from autolabel.network.grid import GridSpec
from autolabel.training.model_file import Model
from autolabel.training.warm_start import begin, like_class

KNOWN = (
    ObjectClass("Car", (4.2, 1.8, 1.5), is_rigid=True),
    ObjectClass("Person", (0.7, 0.6, 1.75), is_rigid=False),
    ObjectClass("Truck", (9.0, 2.5, 3.2), is_rigid=True),
)


@pytest.mark.parametrize(
    ("name", "size", "like"),
    [
        ("car", (9.0, 2.5, 3.0), 0),
        ("Bus", (12.0, 2.6, 3.3), 2),
        ("Kid", (0.5, 0.5, 1.2), 1),
        ("Taxi", (4.6, 1.9, 1.5), 0),
    ],
)
def test_a_class_is_like_that_of_its_name_or_of_its_size(name, size, like):
    assert like_class(ObjectClass(name, size, is_rigid=True), KNOWN) == like


def test_the_rows_of_the_heat_are_copied_and_all_else_is_kept():
    torch.manual_seed(0)
    init = Model(KNOWN, GridSpec(), BevNet(3).state_dict())
    classes = (ObjectClass("Bus", (12.0, 2.6, 3.3), is_rigid=True), KNOWN[0], KNOWN[1], KNOWN[2])
    state = begin(classes, init, 0).state_dict()
    before, after = init.state["heat.1.weight"].reshape(3, 4, -1), state["heat.1.weight"].reshape(4, 4, -1)
    assert torch.equal(after, before[[2, 0, 1, 2]])
    assert all(torch.equal(value, state[name]) for name, value in init.state.items() if not name.startswith("heat.1"))


def test_from_nothing_the_seed_decides():
    torch.manual_seed(5)
    untouched = torch.rand(1)
    torch.manual_seed(5)
    a, b, c = (begin(KNOWN, None, seed).state_dict()["boxes.1.weight"] for seed in (1, 1, 2))
    assert torch.equal(a, b)
    assert not torch.equal(a, c)
    assert torch.equal(torch.rand(1), untouched)
