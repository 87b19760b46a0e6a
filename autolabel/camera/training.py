"""Training of the network that looks at crops, and how far it may be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor
from torch.nn import functional

from autolabel.camera.crop_net import (
    SEEN_PX,
    CropNet,
    heading_odds,
    inputs_of,
    stacked,
)
from autolabel.camera.crops import SIDE_PX
from autolabel.camera.examples import CropExample
from autolabel.camera.trust import ONE_CORE
from autolabel.stopping import Progress, ShouldStop, Stopped, never, no_progress
from geometry.arrays import BoolArray, FloatArray

BATCH = 48
RATE_FROM_NOTHING, RATE_FROM_INIT = 3e-3, 1e-3
DECAY = 0.05
ON_OBJECTS = 0.5
"""The share of each batch that are objects; the rest show nothing."""
ZOOM = (0.8, 1.2)
SHIFT = 0.12
CONTRAST, TINT = 0.25, 0.15
NOISE = 0.05
SMOOTHING = 0.05


@dataclass(frozen=True)
class CropTraining:
    """How to train.

    Attributes:
        steps: How many steps of ``BATCH`` crops.
        seed: Decides everything that is random.
    """

    steps: int = 300
    seed: int = 0


def fit_crops(
    examples: Sequence[CropExample],
    class_count: int,
    init: Mapping[str, Tensor] | None = None,
    training: CropTraining = CropTraining(),
    progress: Progress = no_progress,
    should_stop: ShouldStop = never,
) -> dict[str, Tensor]:
    """The parameters of a ``CropNet`` that has learnt from some crops; it trusts itself as ``init`` did.

    Args:
        examples: What to learn from.
        class_count: How many classes are told apart.
        init: The parameters of a network for as many classes to begin with; from nothing where None.
        training: How.
        progress: Told how far it is.
        should_stop: Asked now and then.

    Raises:
        ValueError: There is no object among them.
        Stopped: ``should_stop`` said so.
    """
    draw = _Draw(examples, class_count, np.random.default_rng([training.seed, 19]))
    with ONE_CORE.in_use(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(training.seed)
        net = CropNet(class_count)
        if init is not None:
            net.load_state_dict(dict(init))
        net.train()
        optimizer = torch.optim.AdamW(net.parameters(), weight_decay=DECAY)
        peak = RATE_FROM_NOTHING if init is None else RATE_FROM_INIT
        rates = torch.optim.lr_scheduler.OneCycleLR(optimizer, peak, total_steps=max(training.steps, 2))
        for step in range(training.steps):
            if should_stop():
                raise Stopped
            progress(step / training.steps, "looking at pictures")
            optimizer.zero_grad(set_to_none=True)
            _loss(net, draw.batch(), class_count).backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            optimizer.step()
            rates.step()
    return {name: value.detach().clone() for name, value in net.state_dict().items()}


@dataclass(frozen=True, eq=False)
class _Batch:
    seen: Tensor
    classes: Tensor
    alphas_rad: Tensor
    is_rigid: Tensor


class _Draw:
    """Crops drawn by chance, so that classes and nothing are in balance, and changed so that they are more."""

    def __init__(self, examples: Sequence[CropExample], class_count: int, rng: Generator) -> None:
        self._rng = rng
        self._pixels = stacked([each.crop for each in examples])
        self._classes = np.array([each.class_index for each in examples], np.int64)
        self._alphas_rad = np.array([each.crop.alpha_rad for each in examples])
        self._is_rigid = np.array([each.is_rigid for each in examples], np.bool_)
        counts = np.bincount(self._classes, minlength=class_count + 1)
        if not counts[:class_count].any():
            raise ValueError("examples must hold an object at least")
        # Rare classes are drawn more often than they are there, but not as often as all others.
        weight = 1.0 / np.sqrt(np.maximum(counts, 1))[self._classes]
        is_object = self._classes < class_count
        weight[is_object] *= ON_OBJECTS / weight[is_object].sum()
        if not is_object.all():
            weight[~is_object] *= (1.0 - ON_OBJECTS) / weight[~is_object].sum()
        self._chance = weight / weight.sum()

    def batch(self) -> _Batch:
        chosen = self._rng.choice(len(self._chance), BATCH, p=self._chance)
        mirrored = self._rng.random(BATCH) < 0.5
        seen = inputs_of(self._pixels[torch.from_numpy(chosen)], self._affine(mirrored))
        tint = self._rng.normal(1.0, CONTRAST, (BATCH, 1, 1, 1)) + self._rng.normal(0.0, TINT, (BATCH, 3, 1, 1))
        light = self._rng.normal(0.0, TINT, (BATCH, 3, 1, 1))
        noise = self._rng.standard_normal((BATCH, 3, SEEN_PX, SEEN_PX), np.float32)
        noise *= (NOISE * self._rng.random((BATCH, 1, 1, 1))).astype(np.float32)
        seen[:, :3] = seen[:, :3] * _float(tint) + _float(light) + torch.from_numpy(noise)
        alphas_rad = np.where(mirrored, -self._alphas_rad[chosen], self._alphas_rad[chosen])
        return _Batch(
            seen,
            torch.from_numpy(self._classes[chosen]),
            _float(alphas_rad),
            torch.from_numpy(self._is_rigid[chosen]),
        )

    def _affine(self, mirrored: BoolArray) -> Tensor:
        """(BATCH, 2, 3) the middle of each crop, nearer or farther, a little beside, perhaps mirrored."""
        affine = np.zeros((BATCH, 2, 3))
        zoom = SEEN_PX / SIDE_PX * self._rng.uniform(*ZOOM, BATCH)
        affine[:, 0, 0], affine[:, 1, 1] = np.where(mirrored, -zoom, zoom), zoom
        affine[:, :, 2] = self._rng.uniform(-SHIFT, SHIFT, (BATCH, 2))
        return _float(affine)


def _float(values: FloatArray) -> Tensor:
    return torch.from_numpy(np.asarray(values, np.float32))


def _loss(net: CropNet, batch: _Batch, class_count: int) -> Tensor:
    scores, ways = net(batch.seen)
    loss = functional.cross_entropy(scores, batch.classes, label_smoothing=SMOOTHING)
    told = batch.is_rigid & (batch.classes < class_count)
    if told.any():
        loss = loss + functional.softplus(-heading_odds(ways[told], batch.alphas_rad[told])).mean()
    return loss
