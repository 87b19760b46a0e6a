"""How far a network's log odds may be trusted, by crops that it did not learn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from autolabel.camera.crop_net import CropNet, heading_odds, inputs_of, stacked
from autolabel.camera.examples import CropExample
from autolabel.training.devices import Device
from geometry.arrays import BoolArray, FloatArray

ONE_CORE = Device("cpu", 1, is_bf16=False)
"""So small a network gains nothing by more threads, and loses much where cores are busy."""
AT_ONCE = 64
SURE = 6.0
"""No single look is surer, in log odds."""
SHARES = np.linspace(0.0, 1.5, 31)
OBJECT_SIGMA, HEADING_SIGMA = 0.4, 0.2
"""How far trust may be from what it was before, where no crop tells; fronts of few cars say little of others."""
STALE = 0.5
"""What is left of trust that was won elsewhere."""
ALIKE = 2.0
"""Crops of one frame, and of one object in several, are alike: so many count as one."""


@dataclass(frozen=True, eq=False)
class Answers:
    """What a network says of crops, untrusted.

    Attributes:
        objects: (N,) log odds that they show any object at all.
        headings: (N,) log odds that their headings are right.
        is_object: (N,) whether they show one.
        is_faced: (N,) whether they show one whose front and rear are to be told apart.
    """

    objects: FloatArray
    headings: FloatArray
    is_object: BoolArray
    is_faced: BoolArray

    @classmethod
    def of(cls, state: Mapping[str, Tensor], examples: Sequence[CropExample], class_count: int) -> Answers:
        """Ask a network about crops."""
        net = CropNet(class_count)
        net.load_state_dict(dict(state))
        net.eval()
        odds = [np.zeros((0, 2))]
        for first in range(0, len(examples), AT_ONCE):
            crops = [each.crop for each in examples[first : first + AT_ONCE]]
            alphas = torch.tensor([crop.alpha_rad for crop in crops], dtype=torch.float32)
            with ONE_CORE.in_use(), torch.inference_mode():
                scores, ways = net(inputs_of(stacked(crops)))
                objects = torch.logsumexp(scores[:, :-1], dim=1) - scores[:, -1]
                odds.append(torch.stack([objects, heading_odds(ways, alphas)], dim=1).double().numpy())
        objects, headings = np.concatenate(odds).clip(-SURE, SURE).T
        is_object = np.array([each.class_index < class_count for each in examples], np.bool_)
        is_faced = np.array([each.is_rigid for each in examples], np.bool_)
        return cls(objects, headings, is_object, is_faced)


def trusted(answers: Answers, before: tuple[float, float]) -> tuple[tuple[float, float], float]:
    """How far log odds of objects and of headings hold, and how much is still wrong then.

    Logistic regression without an offset, objects and nothing being as frequent, near what was trusted before.

    Args:
        answers: Of crops that the network did not learn from.
        before: The trust in both that was won elsewhere.

    Returns:
        The trust in both, 0 … 1.5, and the sum of the negative log likelihoods of both.
    """
    yes, no = answers.is_object, ~answers.is_object
    objects, object_cost = _trust([answers.objects[yes], -answers.objects[no]], before[0], OBJECT_SIGMA)
    headings, heading_cost = _trust([answers.headings[answers.is_faced]], before[1], HEADING_SIGMA)
    return (objects, headings), object_cost + heading_cost


def _trust(odds_of_truth: Sequence[FloatArray], before: float, sigma: float) -> tuple[float, float]:
    """By groups of log odds of what is true, each of which counts as much as the others."""
    if not all(len(group) for group in odds_of_truth):
        return STALE * before, 0.0
    count = sum(map(len, odds_of_truth)) / ALIKE
    missed = np.mean([np.logaddexp(0.0, -np.outer(SHARES, group)).mean(axis=1) for group in odds_of_truth], axis=0)
    cost = count * missed + 0.5 * ((SHARES - STALE * before) / sigma) ** 2
    best = int(cost.argmin())
    return float(SHARES[best]), float(cost[best])
