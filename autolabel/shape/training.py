"""Training of the network that takes a second look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor
from torch.nn import functional

from autolabel.shape.augment import augmented
from autolabel.shape.examples import ShapeExample
from autolabel.shape.judge import ShapeJudge
from autolabel.shape.shape_net import FRONT, OBJECT, ShapeNet, inputs_of
from autolabel.stopping import Progress, ShouldStop, Stopped, never, no_progress

BATCH = 48
RATE_FROM_NOTHING, RATE_FROM_INIT = 2e-3, 4e-4
DECAY = 0.02
ON_OBJECTS = 0.6
"""The share of each batch that are objects; the rest are none."""


@dataclass(frozen=True)
class ShapeTraining:
    """How to train.

    Attributes:
        steps: How many steps of ``BATCH`` looks.
        seed: Decides everything that is random.
    """

    steps: int = 200
    seed: int = 0


def fit_shape(
    examples: Sequence[ShapeExample],
    init: Mapping[str, Tensor] | None = None,
    training: ShapeTraining = ShapeTraining(),
    progress: Progress = no_progress,
    should_stop: ShouldStop = never,
) -> dict[str, Tensor]:
    """The parameters of a ``ShapeNet`` that has learnt from some looks.

    Raises:
        ValueError: There is no object among them.
        Stopped: ``should_stop`` said so.
    """
    objects, none = ([each for each in examples if each.is_object is wanted] for wanted in (True, False))
    if not objects:
        raise ValueError("examples must hold an object at least")
    rng = np.random.default_rng([training.seed, 11])
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(training.seed)
        net = ShapeNet()
        if init is not None:
            net.load_state_dict(dict(init))
        rate = RATE_FROM_NOTHING if init is None else RATE_FROM_INIT
        optimizer = torch.optim.AdamW(net.parameters(), rate, weight_decay=DECAY)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=training.steps + 1)
        for step in range(training.steps):
            if should_stop():
                raise Stopped
            progress(step / training.steps, "learning shapes")
            loss = _loss(net, _drawn(objects, none, rng), rng)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
    return {name: tensor.detach() for name, tensor in net.state_dict().items()}


def mistrust(examples: Sequence[ShapeExample], state: Mapping[str, Tensor]) -> float:
    """How surprised a network is by some looks: the mean loss of both of its answers, 0 where it knew all."""
    looks = [each.look for each in examples]
    odds = torch.from_numpy(ShapeJudge(state).odds(looks)).float()
    return float(_surprise(odds, torch.tensor([each.is_object for each in examples])))


def _drawn(objects: Sequence[ShapeExample], none: Sequence[ShapeExample], rng: Generator) -> list[ShapeExample]:
    """A batch: every size of object as often as it occurs."""
    count = round(ON_OBJECTS * BATCH) if none else BATCH
    drawn = [objects[number] for number in rng.integers(len(objects), size=count)]
    return drawn + [none[number] for number in rng.integers(max(len(none), 1), size=BATCH - count)]


def _loss(net: ShapeNet, batch: Sequence[ShapeExample], rng: Generator) -> Tensor:
    odds = net(*inputs_of([augmented(each.look, rng) for each in batch]))
    return _surprise(odds, torch.tensor([each.is_object for each in batch]))


def _surprise(odds: Tensor, is_object: Tensor) -> Tensor:
    """Of objects which end is the front, and of all whether they are objects."""
    front = functional.softplus(-odds[is_object, FRONT]).sum() / max(int(is_object.sum()), 1)
    known = functional.binary_cross_entropy_with_logits(odds[:, OBJECT], is_object.float())
    return front + known
