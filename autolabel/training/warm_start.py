"""A network for some classes that begins with what another one learned of others."""

from __future__ import annotations

import torch

from autolabel.classes import ClassSet, ObjectClass, nearest_class
from autolabel.network.bev_net import STRIDE, BevNet
from autolabel.training.model_file import Model

HEAT_ROWS = ("heat.1.weight", "heat.1.bias")


def begin(classes: ClassSet, init: Model | None, seed: int) -> BevNet:
    """A network that knows what ``init`` knows, or nothing.

    Each class begins as that of its name in ``init``, or else as that of the nearest size.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = BevNet(len(classes))
    if init is not None:
        state = dict(init.state)
        like = [like_class(item, init.classes) for item in classes]
        rows = torch.tensor([number * STRIDE**2 + part for number in like for part in range(STRIDE**2)])
        for name in HEAT_ROWS:
            state[name] = state[name][rows]
        net.load_state_dict(state)
    return net


def like_class(wanted: ObjectClass, known: ClassSet) -> int:
    """The number of the class of the same name, upper and lower case alike, or else of the nearest size."""
    for number, item in enumerate(known):
        if item.name.casefold() == wanted.name.casefold():
            return number
    return nearest_class(wanted.size_lwh_m, known)
