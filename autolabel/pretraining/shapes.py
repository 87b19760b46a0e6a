"""The second look before anybody has labelled anything: learnt from simulated worlds, judged in others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from autolabel.classes import ClassSet
from autolabel.network.detect import Detector
from autolabel.shape.examples import standing_points
from autolabel.shape.judge import ShapeJudge
from autolabel.shape.look import Look, look_at
from autolabel.shape.shape_net import FRONT, OBJECT
from autolabel.shape.training import ShapeTraining, fit_shape
from autolabel.shape.tune import CONVINCED, looks_in
from autolabel.stopping import Progress, ShouldStop, never, no_progress, part_of
from autolabel.training.examples import ExampleSource
from autolabel.training.model_file import Model

LOOKED = 0.4
"""The share of the work after which everything is looked at, and learnt from."""
KEPT = 0.95


@dataclass(frozen=True)
class ShapeFigures:
    """What a second look knows in worlds that were not trained on.

    Attributes:
        flips: Class → share of the objects whose front and rear a single look swaps, None where there are none.
        refused: The share of wrong claims that are refused where ``KEPT`` of the objects are kept.
        claims: How many wrong claims there were.
    """

    flips: dict[str, float | None]
    refused: float
    claims: int


def learn_shapes(
    model: Model,
    examples: ExampleSource,
    training: ShapeTraining,
    progress: Progress = no_progress,
    should_stop: ShouldStop = never,
) -> dict[str, Tensor]:
    """The parameters of a second look that knows better than a model what is no object.

    Raises:
        ValueError: There is no object in the examples.
        Stopped: ``should_stop`` said so.
    """
    progress(0.0, "looking for what is none")
    found = looks_in(examples, Detector(model, least_score=CONVINCED), training.seed, should_stop)
    return fit_shape(found, None, training, part_of(progress, LOOKED, 1.0), should_stop)


def judge_shapes(model: Model, state: Mapping[str, Tensor], examples: ExampleSource, classes: ClassSet) -> ShapeFigures:
    """How much a second look knows of examples that it did not learn from."""
    judge = ShapeJudge(state)
    looks = looks_in(examples, Detector(model, least_score=CONVINCED), 0)
    odds = judge.odds([each.look for each in looks])[:, OBJECT]
    is_object = np.array([each.is_object for each in looks], np.bool_)
    limit = np.quantile(odds[is_object], 1.0 - KEPT) if is_object.any() else 0.0
    wrong = odds[~is_object]
    flips = {item.name: _flips(judge, examples, number) for number, item in enumerate(classes)}
    return ShapeFigures(flips, float((wrong < limit).mean()) if len(wrong) else 0.0, len(wrong))


def _flips(judge: ShapeJudge, examples: ExampleSource, number: int) -> float | None:
    """The share of a class's objects that a single look takes for turned."""
    looks: list[Look] = []
    for index in range(len(examples)):
        example = examples[index]
        points = standing_points(example)
        boxes = example.boxes[example.classes == number]
        looks += [look for row in boxes if (look := look_at(points, row, example.sensor_xy)).is_seen]
    return float((judge.odds(looks)[:, FRONT] < 0.0).mean()) if looks else None
