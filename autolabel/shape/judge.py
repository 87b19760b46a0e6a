"""The trained network, asked about many looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from autolabel.shape.look import Look
from autolabel.shape.shape_net import ShapeNet, inputs_of
from geometry.arrays import FloatArray

AT_ONCE = 256


class ShapeJudge:
    """Answers for looks."""

    def __init__(self, state: Mapping[str, Tensor]) -> None:
        """Take the parameters of a ``ShapeNet``."""
        self._net = ShapeNet()
        self._net.load_state_dict(dict(state))
        self._net.eval()

    def odds(self, looks: Sequence[Look]) -> FloatArray:
        """(N, 2) log odds, in the order of ``FRONT, OBJECT``."""
        found = [np.zeros((0, 2))]
        for first in range(0, len(looks), AT_ONCE):
            with torch.inference_mode():
                found.append(self._net(*inputs_of(looks[first : first + AT_ONCE])).double().numpy())
        return np.concatenate(found)
