"""The network: whether points in a box are an object that fits it, and whether the box's front is the object's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from autolabel.shape.look import Look
from autolabel.shape.picture import ACROSS, ALONG, CHANNELS, FACTS, facts, picture

WIDTHS = (24, 32, 48)
HIDDEN = 64
DROPPED = 0.2
FRONT, OBJECT = range(2)


class ShapeNet(nn.Module):
    """Log odds of two questions, from pictures and facts of looks.

    Each look is seen twice, as it is and with front and rear swapped: the odds that the front is in front are the
    difference of the two answers, so neither end is preferred; the odds that it is an object are their mean.
    """

    def __init__(self) -> None:
        """Make one that knows nothing."""
        super().__init__()
        stem, second, third = WIDTHS
        self.seen = nn.Sequential(
            _block(CHANNELS, stem, 1), _block(stem, second, 2), _block(second, third, 2), nn.Flatten()
        )
        inputs = third * (ALONG // 4) * (ACROSS // 4) + FACTS
        self.told = nn.Sequential(nn.Linear(inputs, HIDDEN), nn.ReLU(), nn.Dropout(DROPPED), nn.Linear(HIDDEN, 2))

    def forward(self, pictures: Tensor, known: Tensor) -> Tensor:
        """(B, 2) log odds, in the order of ``FRONT, OBJECT``, of pictures (2, B, …) and facts (2, B, FACTS)."""
        both = self.told(torch.cat([self.seen(pictures.flatten(0, 1)), known.flatten(0, 1)], dim=1))
        there, turned = both.view(2, -1, 2)
        return torch.stack([there[:, FRONT] - turned[:, FRONT], (there[:, OBJECT] + turned[:, OBJECT]) / 2.0], dim=1)


def inputs_of(looks: Sequence[Look]) -> tuple[Tensor, Tensor]:
    """Pictures (2, B, CHANNELS, ALONG, ACROSS) and facts (2, B, FACTS), as they are and turned."""
    pairs = [(look, look.turned()) for look in looks]
    pictures = np.array([[picture(pair[side]) for pair in pairs] for side in range(2)], np.float32)
    known = np.array([[facts(pair[side]) for pair in pairs] for side in range(2)], np.float32)
    return torch.from_numpy(pictures), torch.from_numpy(known)


def _block(inputs: int, outputs: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )
