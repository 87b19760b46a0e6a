"""Batches of crops, each decided by the seed and the number of the step alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor

from autolabel.network.bev import bev_input
from autolabel.network.bev_net import STRIDE
from autolabel.network.grid import CELL_M, GridSpec
from autolabel.network.sweeps import X, Y
from autolabel.training.augment import Sample, augmented
from autolabel.training.examples import ExampleSource
from autolabel.training.losses import Wanted
from autolabel.training.paste import PasteBank
from autolabel.training.targets import Targets, targets_of

ON_OBJECT = 0.85
"""How often a crop is laid around an object instead of around any point."""
BY_CLASS = 0.5
"""How often that object is drawn by its class first, so that rare ones are seen as often."""
OFF_CENTER = 0.35
"""How far from a crop's middle what it is laid around may be, as a share of its side."""


@dataclass(frozen=True)
class BatchOptions:
    """How batches are made.

    Attributes:
        seed: Decides everything that is random.
        size: Crops in a batch.
        crop_cells: Cells along a crop's side, a multiple of 16.
        class_count: How many classes there are.
    """

    seed: int
    size: int
    crop_cells: int
    class_count: int


@dataclass(frozen=True, eq=False)
class Batch:
    """Pictures (B, CHANNELS, H, W) and what is wanted of them."""

    pictures: Tensor
    wanted: Wanted

    def to(self, device: str) -> Batch:
        """The same on a device."""
        wanted = Wanted(**{name: value.to(device, non_blocking=True) for name, value in vars(self.wanted).items()})
        return Batch(self.pictures.to(device, non_blocking=True), wanted)


class Batches:
    """Batches by their number."""

    def __init__(self, source: ExampleSource, bank: PasteBank, options: BatchOptions) -> None:
        """Take examples, objects to be pasted into them, and options."""
        self._source, self._bank, self._options = source, bank, options

    def __getitem__(self, step: int) -> Batch:
        """The batch of a step, the same however often it is asked for."""
        rng = np.random.default_rng([self._options.seed, step])
        return _stacked([self._crop(rng) for _ in range(self._options.size)])

    def _crop(self, rng: Generator) -> tuple[np.ndarray, Targets, bool]:
        example = self._source[int(rng.integers(len(self._source)))]
        sample = augmented(self._bank.pasted(Sample.of(example), rng), rng)
        side = self._options.crop_cells
        grid = crop_grid(sample, side, rng)
        targets = targets_of(
            sample.boxes,
            sample.classes,
            sample.point_counts,
            sample.ignored,
            sample.region,
            grid,
            self._options.class_count,
        )
        return bev_input(sample.sweeps, grid), targets, sample.has_front


def crop_grid(sample: Sample, side: int, rng: Generator) -> GridSpec:
    """A square of cells around an object, or around any point."""
    half_m = side * CELL_M / 2.0
    center = np.array(_center(sample, rng)) + rng.uniform(-1.0, 1.0, 2) * OFF_CENTER * 2.0 * half_m
    x, y = (center - half_m).tolist()
    return GridSpec(x, y, side, side, CELL_M)


def _center(sample: Sample, rng: Generator) -> tuple[float, float]:
    if len(sample.boxes) and rng.random() < ON_OBJECT:
        candidates = np.arange(len(sample.boxes))
        if rng.random() < BY_CLASS:
            candidates = np.flatnonzero(sample.classes == rng.choice(np.unique(sample.classes)))
        x, y = sample.boxes[rng.choice(candidates), :2].tolist()
        return x, y
    points = sample.sweeps.current
    if not points.shape[1]:
        return 0.0, 0.0
    point = points[:, int(rng.integers(points.shape[1]))]
    return float(point[X]), float(point[Y])


def _stacked(crops: Sequence[tuple[np.ndarray, Targets, bool]]) -> Batch:
    pictures, targets, fronts = zip(*crops, strict=True)
    squares = np.prod(pictures[0].shape[1:]) // STRIDE**2
    flat = [each.squares + number * squares for number, each in enumerate(targets)]
    ends = [each.ends + number * squares for number, each in enumerate(targets)]
    signs = [each.end_signs * np.float32(has_front) for each, has_front in zip(targets, fronts, strict=True)]
    # Cell by cell in memory, as the network likes it.
    stacked = np.stack([picture.transpose(1, 2, 0) for picture in pictures])
    wanted = Wanted(
        heat=torch.from_numpy(np.stack([each.heat for each in targets])),
        known=torch.from_numpy(np.stack([each.known for each in targets])[:, np.newaxis]),
        squares=torch.from_numpy(np.concatenate(flat)),
        values=torch.from_numpy(np.concatenate([each.values for each in targets])),
        weights=torch.from_numpy(np.concatenate([each.weights for each in targets])),
        ends=torch.from_numpy(np.concatenate(ends)),
        end_signs=torch.from_numpy(np.concatenate(signs)),
    )
    return Batch(torch.from_numpy(stacked).permute(0, 3, 1, 2), wanted)
