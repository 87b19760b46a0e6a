"""From a few labelled frames to a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from autolabel.classes import ClassSet, classes_of
from autolabel.judging.calibration import Calibration, calibrate, reliability
from autolabel.judging.held_back import Outcomes, outcomes_in
from autolabel.labeled_scene import LabeledScene, count_boxes, sizes_by_category, warnings_of
from autolabel.network.detect import Detector
from autolabel.region import RegionRule, grid_over, region_rule
from autolabel.stopping import Progress, ShouldStop, Stopped, never, no_progress, part_of
from autolabel.training.examples import Example, LabeledFrame, example_of
from autolabel.training.fit import FitResult, TrainingOptions, fit
from autolabel.training.model_file import Model
from geometry import TrueboxError
from labels import Taxonomy

GATHERED, TRAINED = 0.1, 0.95
"""Shares of the work after which points are gathered, and the network is trained."""


class NothingToLearnError(TrueboxError):
    """There is no labelled box to learn from."""

    def __init__(self, found: str = "none; label about ten frames first") -> None:
        """Say what is missing."""
        super().__init__(f"expected labelled frames with a cuboid at least, found {found}")


@dataclass(frozen=True)
class LearnOptions:
    """How to learn.

    Attributes:
        seed: Decides everything that is random.
        steps: How long to train; by the number of boxes where None.
    """

    seed: int = 0
    steps: int | None = None


USUAL_LEARNING = LearnOptions()


@dataclass(frozen=True, eq=False)
class Learned:
    """A model, and what it was made of.

    Attributes:
        model: The model; ``region`` in its ``meta`` says where labels are.
        counts: Boxes of each category.
        warnings: What people should know, a sentence each.
        scores: What was measured on frames held back while training.
        train_s: How long training took.
    """

    model: Model
    counts: Mapping[str, int]
    warnings: tuple[str, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    train_s: float = 0.0


def learn(
    scenes: Sequence[LabeledScene],
    taxonomy: Taxonomy,
    *,
    init: Model | None,
    options: LearnOptions = USUAL_LEARNING,
    progress: Progress = no_progress,
    should_stop: ShouldStop = never,
    checkpoint: Path | None = None,
) -> Learned:
    """Learn from labelled frames.

    Args:
        scenes: Scenes with some labelled frames.
        taxonomy: The project's; knows usual sizes.
        init: The model to begin with; from nothing where None.
        options: How.
        progress: Told how far it is.
        should_stop: Asked now and then.
        checkpoint: Where an interrupted training is kept, to go on there.

    Raises:
        NothingToLearnError: No labelled frame has a box.
        Stopped: ``should_stop`` said so.
    """
    counts = count_boxes(scenes)
    if not counts:
        raise NothingToLearnError
    classes = classes_of(taxonomy, counts, sizes_by_category(scenes))
    rule = region_rule(scenes)
    examples = _examples(scenes, classes, rule, part_of(progress, 0.0, GATHERED), should_stop)
    if not any(len(example.classes) for example in examples):
        raise NothingToLearnError("cuboids only where no points are")
    training = TrainingOptions(steps=options.steps, seed=options.seed, checkpoint=checkpoint)
    done = fit(examples, classes, init, training, part_of(progress, GATHERED, TRAINED), should_stop)
    progress(TRAINED, "judging itself by the frames held back")
    outcomes = _outcomes(done, scenes, rule, should_stop)
    calibration = calibrate(outcomes.evidence, outcomes.categories, outcomes.is_right)
    model = done.model.with_meta(
        region=rule.to_json(),
        boxes=counts,
        frames=len(examples),
        seed=options.seed,
        scores=dict(done.scores),
        calibration=calibration.to_json(),
        reliability=_reliability(calibration, outcomes),
    )
    return Learned(model, counts, warnings_of(counts), done.scores, done.seconds)


def _outcomes(done: FitResult, scenes: Sequence[LabeledScene], rule: RegionRule, should_stop: ShouldStop) -> Outcomes:
    """Of the frames that were held back."""
    places = [(each, frame) for each in scenes for frame in each.frames]
    detector = Detector(done.model)
    found = []
    for number in done.held_out:
        if should_stop():
            raise Stopped
        told, frame = places[number]
        found.append(outcomes_in(detector, done.model.classes, told, frame, rule.of(told.scene)))
    return Outcomes.join(found)


def _reliability(calibration: Calibration, outcomes: Outcomes) -> list[dict[str, float]]:
    pairs = zip(outcomes.evidence, outcomes.categories, strict=True)
    sure = np.array([calibration.probability(evidence, category) for evidence, category in pairs])
    return reliability(sure, outcomes.is_right)


def _examples(
    scenes: Sequence[LabeledScene], classes: ClassSet, rule: RegionRule, progress: Progress, should_stop: ShouldStop
) -> list[Example]:
    numbers = {item.name: number for number, item in enumerate(classes)}
    total = sum(len(each.frames) for each in scenes)
    found: list[Example] = []
    for each in scenes:
        region = rule.of(each.scene)
        recording = region.cut(each.recording)
        grid = grid_over(recording, region)
        for frame, objects in each.frames.items():
            if should_stop():
                raise Stopped
            progress(len(found) / total, "reading labelled frames")
            named = np.array([numbers[item.category] for item in objects], dtype=np.int64)
            found.append(example_of(LabeledFrame(recording, frame, each.boxes_ego(frame), named), grid))
    return found
