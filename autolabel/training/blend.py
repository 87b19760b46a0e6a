"""One model of several trainings: averaged with each other, and with the weights that they began from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from autolabel.classes import ClassSet
from autolabel.network.detect import Detector
from autolabel.stopping import Progress, ShouldStop, never, no_progress
from autolabel.training.devices import Device
from autolabel.training.examples import Example
from autolabel.training.fit import MOST_STEPS, FitResult, TrainingOptions, fit, step_count
from autolabel.training.held_out import scores_on
from autolabel.training.model_file import Model
from autolabel.training.together import train_together
from autolabel.training.warm_start import begin

MOST_TRAININGS = 3
SHARES = (0.8, 0.6, 0.4)
"""How much of what was learnt is taken, the usual first; the rest stays as it was before."""
ENOUGH_BOXES = 40
"""Frames held back with fewer boxes cannot tell which share is best."""


def fit_blend(
    examples: Sequence[Example],
    classes: ClassSet,
    init: Model | None,
    options: TrainingOptions,
    progress: Progress = no_progress,
    should_stop: ShouldStop = never,
) -> FitResult:
    """Train a network so that chance decides little.

    Few labelled frames are learnt in ways that differ much by seed, and what they do not show is unlearnt. The mean of
    the parameters of several trainings (Wortsman et al. 2022, *Model soups*), drawn back a little to those they began
    with (Wortsman et al. 2022, *Robust fine-tuning of zero-shot models*), does better in other places and no worse in
    the same. There are as many trainings as take no longer together than the longest one, at most three, side by side
    where cores are free; from nothing there is one, because two networks that began apart have no mean. Frames held
    back decide how far it is drawn back, where they hold many boxes.

    Args:
        examples: What to learn from.
        classes: What the examples' class numbers mean.
        init: The model to begin with, of whatever classes; nothing where None.
        options: How. With a checkpoint, each training keeps one of its own beside it.
        progress: Told how far it is, and the loss.
        should_stop: Asked before each step.

    Returns:
        The model, with the history of all trainings, and scores of its own.

    Raises:
        ValueError: There are no examples, no boxes in them, or classes that do not exist.
        Stopped: ``should_stop`` said so; checkpoints are written first.
        DivergedError: The learning rate is too high.
        ModelFileError: A checkpoint cannot be written.
    """
    if init is None:
        return fit(examples, classes, None, options, progress, should_stop)
    count = training_count(options.steps or step_count(sum(len(example.boxes) for example in examples)))
    device = options.device or Device.best()
    at_once = min(count, device.threads)
    each_on = device.with_threads(device.threads // at_once)
    trainings = [
        partial(fit, examples, classes, init, _options_of(options, number, each_on)) for number in range(count)
    ]
    done = train_together(trainings, at_once, progress, should_stop)
    before = begin(classes, init, options.seed).state_dict()
    learnt = [each.model.state for each in done]
    judged = [examples[number] for number in done[0].held_out]
    is_told = sum(len(example.boxes) for example in judged) >= ENOUGH_BOXES
    models = [
        replace(done[0].model, state=_blended(before, learnt, share)) for share in SHARES[: None if is_told else 1]
    ]
    scores = [scores_on(Detector(model, device), judged, classes) if judged else {} for model in models]
    best = max(range(len(models)), key=lambda number: scores[number].get("score", 0.0))
    return replace(
        done[0],
        model=models[best],
        history=tuple(loss for each in done for loss in each.history),
        scores=scores[best],
    )


def training_count(steps: int) -> int:
    """How many trainings of so many steps are averaged."""
    return min(max(MOST_STEPS // steps, 1), MOST_TRAININGS)


def remove_checkpoints(checkpoint: Path | None) -> None:
    """Take away what was kept for an interruption; the model is safe elsewhere."""
    if checkpoint is not None:
        for number in range(MOST_TRAININGS):
            _checkpoint_of(checkpoint, number).unlink(missing_ok=True)


def _checkpoint_of(checkpoint: Path, number: int) -> Path:
    """That of one training; the first one's is the name that was asked for."""
    return checkpoint.with_name(f"{checkpoint.stem}-{number}{checkpoint.suffix}") if number else checkpoint


def _options_of(options: TrainingOptions, number: int, device: Device) -> TrainingOptions:
    """How to do one training: with chances that no training of another seed has."""
    checkpoint = None if options.checkpoint is None else _checkpoint_of(options.checkpoint, number)
    return replace(options, seed=MOST_TRAININGS * options.seed + number, checkpoint=checkpoint, device=device)


def _blended(before: Mapping[str, Tensor], learnt: Sequence[Mapping[str, Tensor]], share: float) -> dict[str, Tensor]:
    """Parameters between those of before and the mean of those after."""
    state = {}
    for name, old in before.items():
        if old.is_floating_point():
            mean = torch.stack([each[name] for each in learnt]).mean(dim=0)
            state[name] = torch.lerp(old.to(mean.device), mean, share)
        else:
            state[name] = learnt[0][name]
    return state
