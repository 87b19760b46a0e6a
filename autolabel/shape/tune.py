"""The second look made to fit a project: its few labelled frames, and what was wrongly claimed in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from torch import Tensor

from autolabel.shape.examples import ShapeExample, shape_examples
from autolabel.shape.training import ShapeTraining, fit_shape, mistrust
from autolabel.stopping import ShouldStop, Stopped, never
from autolabel.training.examples import Example, ExampleSource
from autolabel.training.held_out import Finder, grid_of

CONVINCED = 0.03
"""Whoever claims objects for the second look to refuse is content with so little."""
STEPS = 150


def tuned(
    init: Mapping[str, Tensor],
    examples: Sequence[Example],
    held_out: Sequence[int],
    claimant: Finder,
    seed: int,
    should_stop: ShouldStop = never,
) -> tuple[Mapping[str, Tensor], bool]:
    """The parameters after a project's frames, and whether they are better than those before.

    Args:
        init: The parameters of a ``ShapeNet``.
        examples: The labelled frames.
        held_out: The numbers of those that are only judged by; where these are known as well as before at best, or
            there are none, nothing changes.
        claimant: Where it errs is the most to be learnt.
        seed: Decides what is drawn.
        should_stop: Asked now and then.

    Raises:
        Stopped: ``should_stop`` said so.
    """
    if not held_out:
        return init, False
    kept = frozenset(held_out)
    learnt = looks_in([each for number, each in enumerate(examples) if number not in kept], claimant, seed, should_stop)
    judged = looks_in([examples[number] for number in held_out], claimant, seed, should_stop)
    if not any(each.is_object for each in learnt) or not any(each.is_object for each in judged):
        return init, False
    state = fit_shape(learnt, init, ShapeTraining(STEPS, seed), should_stop=should_stop)
    is_better = mistrust(judged, state) < mistrust(judged, init)
    return (state, True) if is_better else (init, False)


def looks_in(
    examples: ExampleSource, claimant: Finder, seed: int, should_stop: ShouldStop = never
) -> list[ShapeExample]:
    """The looks of many labelled frames.

    Raises:
        Stopped: ``should_stop`` said so.
    """
    found: list[ShapeExample] = []
    for number in range(len(examples)):
        if should_stop():
            raise Stopped
        example = examples[number]
        sweeps = example.sweeps()
        claimed = claimant.detect_in(sweeps, grid_of(sweeps.current)).boxes_ego
        found += shape_examples(example, claimed, np.random.default_rng([seed, number, 13]))
    return found
