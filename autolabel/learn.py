"""From a few labelled frames to a model."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from autolabel.camera.tune import tuned as tune_camera
from autolabel.classes import ClassSet, classes_of
from autolabel.judging.calibration import SIMULATED_EXACT, Calibration, calibrate, reliability
from autolabel.judging.held_back import Outcomes, outcomes_in
from autolabel.labeled_scene import LabeledScene, count_boxes, sizes_by_category, warnings_of
from autolabel.network.detect import Detector
from autolabel.region import RegionRule, grid_over, region_rule
from autolabel.shape.tune import CONVINCED
from autolabel.shape.tune import tuned as tune_shape
from autolabel.size_spread import spreads_of
from autolabel.stopping import Progress, ShouldStop, Stopped, never, no_progress, part_of
from autolabel.training.blend import fit_blend, remove_checkpoints
from autolabel.training.examples import Example, LabeledFrame, example_of
from autolabel.training.fit import FitResult, TrainingOptions
from autolabel.training.model_file import CAMERA, SHAPE, Model
from autolabel.upright import COLUMNS
from autolabel.witnesses import Witnesses
from geometry import TrueboxError
from geometry.arrays import FloatArray
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
        train_s: How long learning took in all, since it was last interrupted.
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
        checkpoint: Where an interrupted training is kept, to go on there; nothing is left there in the end.

    Raises:
        NothingToLearnError: No labelled frame has a box.
        Stopped: ``should_stop`` said so.
    """
    began = time.monotonic()
    counts = count_boxes(scenes)
    if not counts:
        raise NothingToLearnError
    sizes = sizes_by_category(scenes)
    classes = classes_of(taxonomy, counts, sizes)
    rule = region_rule(scenes)
    examples = read_examples(scenes, classes, rule, part_of(progress, 0.0, GATHERED), should_stop)
    if not any(len(example.classes) for example in examples):
        raise NothingToLearnError("cuboids only where no points are")
    training = TrainingOptions(steps=options.steps, seed=options.seed, checkpoint=checkpoint)
    done = fit_blend(examples, classes, init, training, part_of(progress, GATHERED, TRAINED), should_stop)
    progress(TRAINED, "judging itself by the frames held back")
    model = _with_shape(done, examples, init, options.seed, should_stop)
    model = _with_camera(model, done.held_out, scenes, rule, init, options.seed, should_stop)
    model = model.with_meta(
        region=rule.to_json(),
        boxes=counts,
        frames=len(examples),
        seed=options.seed,
        size_spread={name: spread.tolist() for name, spread in spreads_of(classes, sizes).items()},
    )
    model = judged_by(model, done, scenes, should_stop)
    remove_checkpoints(checkpoint)
    return Learned(model, counts, warnings_of(counts), done.scores, time.monotonic() - began)


def _with_shape(
    done: FitResult, examples: Sequence[Example], init: Model | None, seed: int, should_stop: ShouldStop
) -> Model:
    """The model with a second look, where it began with one."""
    if init is None or SHAPE not in init.opinions:
        return done.model
    # Who has not seen the frames errs in more ways than who has learnt them.
    claimant = Detector(init, least_score=CONVINCED)
    state, is_tuned = tune_shape(init.opinions[SHAPE], examples, done.held_out, claimant, seed, should_stop)
    return done.model.with_opinion(SHAPE, state).with_meta(shape_tuned=is_tuned)


def _with_camera(
    model: Model,
    held_out: Sequence[int],
    scenes: Sequence[LabeledScene],
    rule: RegionRule,
    init: Model | None,
    seed: int,
    should_stop: ShouldStop,
) -> Model:
    """The model with an opinion of images, where labelled frames have some."""
    claimant = None if init is None else Detector(init, least_score=CONVINCED)

    def claims(told: LabeledScene, frame: int) -> FloatArray:
        if claimant is None:
            return np.zeros((0, COLUMNS))
        region = rule.of(told.scene)
        recording = region.cut(told.recording)
        return claimant.detect(recording, frame, grid_over(recording, region)).boxes_ego

    state = tune_camera(
        scenes, model.classes, rule, set(held_out), init, claims=claims, seed=seed, should_stop=should_stop
    )
    return model if state is None else model.with_opinion(CAMERA, state)


def judged_by(model: Model, done: FitResult, scenes: Sequence[LabeledScene], should_stop: ShouldStop) -> Model:
    """The model with what the frames held back tell: its scores, and how far its probabilities may be trusted.

    Args:
        model: With a region in its ``meta``.
        done: Which frames were held back, counted through all scenes, and the scores in them.
        scenes: Those that the frames are of.
        should_stop: Asked before each frame.

    Raises:
        Stopped: ``should_stop`` said so.
    """
    outcomes = _outcomes(model, done.held_out, scenes, RegionRule.from_json(model.meta["region"]), should_stop)
    calibration = calibrate(outcomes.evidence, outcomes.categories, outcomes.is_right)
    exactness = calibrate(outcomes.evidence, outcomes.categories, outcomes.is_exact, SIMULATED_EXACT)
    return model.with_meta(
        scores=dict(done.scores),
        calibration=calibration.to_json(),
        exactness=exactness.to_json(),
        reliability=_reliability(calibration, outcomes),
    )


def _outcomes(
    model: Model,
    held_out: Sequence[int],
    scenes: Sequence[LabeledScene],
    rule: RegionRule,
    should_stop: ShouldStop,
) -> Outcomes:
    """Of the frames that were held back."""
    places = [(each, frame) for each in scenes for frame in each.frames]
    detector, witnesses = Detector(model), Witnesses.of(model)
    found = []
    for number in held_out:
        if should_stop():
            raise Stopped
        told, frame = places[number]
        found.append(outcomes_in(detector, witnesses, told, frame, rule.of(told.scene)))
    return Outcomes.join(found)


def _reliability(calibration: Calibration, outcomes: Outcomes) -> list[dict[str, float]]:
    pairs = zip(outcomes.evidence, outcomes.categories, strict=True)
    sure = np.array([calibration.probability(evidence, category) for evidence, category in pairs])
    return reliability(sure, outcomes.is_right)


def read_examples(
    scenes: Sequence[LabeledScene], classes: ClassSet, rule: RegionRule, progress: Progress, should_stop: ShouldStop
) -> list[Example]:
    """What there is to be learnt of each labelled frame, in the order of scenes and frames.

    Raises:
        Stopped: ``should_stop`` said so.
    """
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
