"""Training: labelled frames go in, a model comes out."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from autolabel.classes import ClassSet
from autolabel.network.detect import Detector
from autolabel.network.grid import GridSpec
from autolabel.side_by_side import side_by_side
from autolabel.stopping import Progress, ShouldStop, Stopped, never, no_progress
from autolabel.training.batches import Batch, Batches, BatchOptions
from autolabel.training.devices import Device, free_cores
from autolabel.training.examples import Example, ExampleSource
from autolabel.training.held_out import held_out_frames, scores_on
from autolabel.training.losses import loss_of
from autolabel.training.model_file import Model, ModelFileError
from autolabel.training.paste import PasteBank
from autolabel.training.state import TrainingState
from autolabel.training.warm_start import begin
from geometry import TrueboxError

STEPS_A_BOX, FEWEST_STEPS, MOST_STEPS = 4, 150, 700
RATE_FROM_INIT, RATE_FROM_NOTHING = 1e-3, 2e-3
WARM_UP, FIRST_SHARE, LAST_SHARE = 0.15, 0.04, 1e-3
EVALUATIONS, FIRST_EVALUATION = 8, 0.5
"""How often the frames held out are looked at, and after which share of the steps for the first time."""
MOST_WORKERS = 4
"""Threads that make batches for a GPU, which is faster than one of them."""
LOOKED_THROUGH = 64
"""Of many examples, so many are looked through for objects to paste."""
FORMAT = 1
"""Of what checkpoints hold."""


class DivergedError(TrueboxError):
    """The loss became infinite."""

    def __init__(self, step: int, rate: float) -> None:
        """Say when, and at which learning rate."""
        super().__init__(f"training diverged at step {step}: expected a finite loss; try a lower rate than {rate:g}")


@dataclass(frozen=True)
class TrainingOptions:
    """How to train.

    Attributes:
        steps: How many steps; where None, four for each labelled box within 150 … 700.
        seed: Decides everything that is random.
        batch: Crops a step.
        crop_cells: Cells along a crop's side, a multiple of 16.
        rate: The highest learning rate; where None, 1e-3 from a model and 2e-3 from nothing.
        hold_out: Whether to keep frames back to choose the best state by, where at least five are labelled.
        held_out: The numbers of the examples to keep back; where None, they are chosen.
        paste: Whether to paste labelled objects into other frames.
        grid: What the model looks at if nothing else is said.
        checkpoint: Where the training is kept, to go on there if it is interrupted, and to have it at once if only what
            comes after is; whoever asked for it takes it away.
        checkpoint_steps: After how many steps it is kept anew.
        device: What to compute on; the best at hand where None.
    """

    steps: int | None = None
    seed: int = 0
    batch: int = 2
    crop_cells: int = 320
    rate: float | None = None
    hold_out: bool = True
    held_out: tuple[int, ...] | None = None
    paste: bool = True
    grid: GridSpec = field(default_factory=GridSpec)
    checkpoint: Path | None = None
    checkpoint_steps: int = 50
    device: Device | None = None

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on numbers that cannot be."""
        if self.steps is not None and self.steps < 1:
            raise ValueError(f"steps must be at least 1, got {self.steps}")
        if self.seed < 0 or self.batch < 1 or self.checkpoint_steps < 1:
            raise ValueError("seed must not be negative, batch and checkpoint_steps must be at least 1")
        GridSpec(rows=self.crop_cells, columns=self.crop_cells)


@dataclass(frozen=True, eq=False)
class FitResult:
    """What came of it.

    Attributes:
        model: The model.
        history: Loss of each step.
        held_out: The numbers of the examples that were not trained on.
        scores: What the model scores on those: ``score``, ``ap_0.5``, ``ap_0.7``; empty where there are none.
        best_step: The step it is from; the first training's, where several were averaged.
    """

    model: Model
    history: tuple[float, ...]
    held_out: tuple[int, ...]
    scores: Mapping[str, float]
    best_step: int


def fit(
    examples: ExampleSource,
    classes: ClassSet,
    init: Model | None = None,
    options: TrainingOptions = TrainingOptions(),
    progress: Progress = no_progress,
    should_stop: ShouldStop = never,
) -> FitResult:
    """Train a network.

    The model is the running average of the parameters where it scored best on the frames held out; those are never
    trained on, so that what it says of them can be judged afterwards. Where none are held out it is the average at the
    end. The same seed and device give the same model, also after interruptions.

    Args:
        examples: What to learn from; a list, or a source of more than fit into memory, of which none are held out.
        classes: What the examples' class numbers mean.
        init: The model to begin with, of whatever classes; nothing where None.
        options: How.
        progress: Told how far it is, and the loss.
        should_stop: Asked before each step.

    Raises:
        ValueError: There are no examples, no boxes in them, or classes that do not exist.
        Stopped: ``should_stop`` said so; the checkpoint is written first.
        DivergedError: The learning rate is too high.
        ModelFileError: The checkpoint cannot be written.
    """
    kept = _kept_back(examples, options)
    trained: ExampleSource = [examples[i] for i in range(len(examples)) if i not in kept] if kept else examples
    first = [trained[i] for i in range(min(len(trained), LOOKED_THROUGH))]
    _check(first, classes)
    steps = options.steps or step_count(sum(len(example.boxes) for example in first))
    bank = PasteBank(first if options.paste else ())
    device = options.device or Device.best()
    run = _Run(
        state=TrainingState.of(begin(classes, init, options.seed), device.name),
        batches=Batches(trained, bank, BatchOptions(options.seed, options.batch, options.crop_cells, len(classes))),
        judged=[examples[i] for i in kept],
        classes=classes,
        device=device,
        options=options,
        steps=steps,
        highest_rate=options.rate or (RATE_FROM_NOTHING if init is None else RATE_FROM_INIT),
        name=_name_of(first, len(examples), classes, init, options, steps),
    )
    with device.in_use():
        run.go(progress, should_stop)
    state = run.state
    best_step = state.best_step if kept else state.step
    return FitResult(run.model(state.result()), tuple(state.history), kept, state.best_scores, best_step)


def _kept_back(examples: ExampleSource, options: TrainingOptions) -> tuple[int, ...]:
    """The numbers of the examples that are not trained on."""
    if not options.hold_out:
        return ()
    if options.held_out is None:
        return held_out_frames(examples)
    if wrong := [number for number in options.held_out if not 0 <= number < len(examples)]:
        raise ValueError(f"held_out must be numbers of examples, 0 … {len(examples) - 1}, got {wrong[0]}")
    return options.held_out


def step_count(box_count: int) -> int:
    """How many steps are worth their time: with few boxes, more steps learn them by heart."""
    return min(max(STEPS_A_BOX * box_count, FEWEST_STEPS), MOST_STEPS)


def rate_at(step: int, steps: int, highest: float) -> float:
    """The learning rate of a step: up to the highest, then down to almost nothing, along cosines (Smith 2018)."""
    top = WARM_UP * steps
    if step < top:
        low, share = FIRST_SHARE, step / top
    else:
        low, share = LAST_SHARE, 1.0 - (step - top) / max(steps - top, 1.0)
    return highest * (low + (1.0 - low) * (1.0 - math.cos(math.pi * share)) / 2.0)


@dataclass(eq=False)
class _Run:
    """A training under way."""

    state: TrainingState
    batches: Batches
    judged: Sequence[Example]
    classes: ClassSet
    device: Device
    options: TrainingOptions
    steps: int
    highest_rate: float
    name: str

    def go(self, progress: Progress, should_stop: ShouldStop) -> None:
        """Train to the end, or raise ``Stopped``."""
        self._pick_up(progress)
        evaluations = self._evaluations()
        workers = 1 if self.device.name == "cpu" else min(free_cores(), MOST_WORKERS)
        with side_by_side(self.batches.__getitem__, range(self.state.step, self.steps), workers) as prepared:
            for batch in prepared:
                if should_stop():
                    self._keep()
                    raise Stopped
                self._step(batch)
                done = self.state.step
                if done in evaluations:
                    self.state.keep_if_best(self._scores())
                if done % self.options.checkpoint_steps == 0 or done == self.steps:
                    self._keep()
                progress(done / self.steps, f"step {done} of {self.steps}, loss {self.state.history[-1]:.2f}")

    def model(self, state: Mapping[str, Tensor]) -> Model:
        """A model of some parameters."""
        return Model(self.classes, self.options.grid, state)

    def _step(self, batch: Batch) -> None:
        here = batch.to(self.device.name)
        with self.device.autocast():
            heat, boxes = self.state.net(here.pictures)
        loss = loss_of(heat, boxes, here.wanted)
        if not bool(torch.isfinite(loss)):
            raise DivergedError(self.state.step, self.highest_rate)
        self.state.learn(loss, rate_at(self.state.step, self.steps, self.highest_rate))

    def _evaluations(self) -> frozenset[int]:
        if not self.judged:
            return frozenset()
        shares = np.linspace(FIRST_EVALUATION, 1.0, EVALUATIONS)
        return frozenset(np.ceil(shares * self.steps).astype(int).tolist())

    def _scores(self) -> Mapping[str, float]:
        detector = Detector(self.model(self.state.average), self.device)
        return scores_on(detector, self.judged, self.classes)

    def _keep(self) -> None:
        if self.options.checkpoint is not None:
            self.state.save(self.options.checkpoint, {"name": self.name})

    def _pick_up(self, progress: Progress) -> None:
        path = self.options.checkpoint
        if path is None or not path.exists():
            return
        try:
            self.state.resume(path, {"name": self.name})
        except ModelFileError as error:
            progress(0.0, f"beginning anew: {error}")


def _check(examples: Sequence[Example], classes: ClassSet) -> None:
    """Raise ``ValueError`` on examples that nothing can be learned from."""
    if not classes:
        raise ValueError("classes must not be empty")
    if not examples:
        raise ValueError("examples must not be empty")
    numbers = np.concatenate([example.classes for example in examples])
    if not len(numbers):
        raise ValueError(f"examples must hold a box at least, got {len(examples)} without any")
    if numbers.min() < 0 or numbers.max() >= len(classes):
        raise ValueError(f"class numbers must lie in 0 … {len(classes) - 1}, got {numbers.min()} … {numbers.max()}")


def _name_of(
    first: Sequence[Example],
    count: int,
    classes: ClassSet,
    init: Model | None,
    options: TrainingOptions,
    steps: int,
) -> str:
    """A name that only the same training has, so that no other one is gone on with."""
    digest = hashlib.sha256()
    settings = (steps, options.seed, options.batch, options.crop_cells, options.rate, options.hold_out, options.paste)
    digest.update(repr((FORMAT, count, classes, settings, options.held_out)).encode())
    for example in first:
        for array in (example.boxes, example.classes, example.current.places[:, ::100]):
            digest.update(np.ascontiguousarray(array).tobytes())
    for name, tensor in sorted(init.state.items()) if init is not None else ():
        digest.update(name.encode() + tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
