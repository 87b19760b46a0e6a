"""Self-training: what the machine is sure of in frames that nobody labelled teaches it more, if that proves to help."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from autolabel.classes import ClassSet
from autolabel.labeled_scene import LabeledScene
from autolabel.learn import Learned, judged_by, read_examples
from autolabel.network.detect import Detector
from autolabel.proposal import Proposal
from autolabel.recording import Recording
from autolabel.region import RegionRule, grid_over
from autolabel.stopping import Progress, ShouldStop, Stopped, never, no_progress, part_of
from autolabel.tracking.extend import count_points
from autolabel.training.blend import remove_checkpoints
from autolabel.training.examples import Example, LabeledFrame, example_of
from autolabel.training.fit import RATE_FROM_INIT, TrainingOptions, fit, step_count
from autolabel.training.held_out import held_out_frames, scores_on
from autolabel.training.model_file import Model
from autolabel.upright import upright
from geometry import Box
from geometry.arrays import BoolArray, Float32Array, FloatArray

WELL_SEEN = 10
"""A box with fewer points teaches nothing, neither that there is an object nor that there is none."""
A_LABELED_FRAME, MOST_FRAMES = 2, 40
"""Frames to learn from besides: so many for each labelled one, and never more."""
STEPS_SHARE, RATE_SHARE = 0.5, 0.5
"""It goes on for so much of a whole training, so much slower."""
GATHERED, TRAINED = 0.1, 0.9
"""Shares of the work after which points are gathered, and the network is trained."""

Score = Callable[[Model, Sequence[Example]], float]
"""What a model is worth in some labelled frames; more is better."""


@dataclass(frozen=True, eq=False)
class FoundScene:
    """What a model proposes for a scene.

    Attributes:
        told: The scene with the frames that people labelled, which teach by themselves.
        proposals: What is proposed for the others.
    """

    told: LabeledScene
    proposals: Sequence[Proposal]


@dataclass(frozen=True)
class SureFrame:
    """A frame that nobody labelled.

    Attributes:
        frame_index: Which.
        boxes: By category, the objects that are surely there.
        ignored: What may be there or not.
    """

    frame_index: int
    boxes: tuple[tuple[str, Box], ...]
    ignored: tuple[Box, ...]


@dataclass(frozen=True, eq=False)
class SelfTrained:
    """What came of it.

    Attributes:
        learned: The better one of the two.
        was_kept: Whether that is the one that learnt further.
        score_before: Of the model before, in the labelled frames held back; None where there are none.
        score_after: Of the one that learnt further; None where nothing could be learnt or judged.
        frames: Frames without labels that were learnt from.
        boxes: Boxes in them.
    """

    learned: Learned
    was_kept: bool = False
    score_before: float | None = None
    score_after: float | None = None
    frames: int = 0
    boxes: int = 0


def held_out_score(model: Model, examples: Sequence[Example]) -> float:
    """The mean of the average precisions at overlaps of 0.5 and 0.7 from above."""
    return float(scores_on(Detector(model), examples, model.classes)["score"])


def self_train(
    learned: Learned,
    scenes: Sequence[LabeledScene],
    found: Sequence[FoundScene],
    *,
    seed: int = 0,
    steps: int | None = None,
    progress: Progress = no_progress,
    should_stop: ShouldStop = never,
    checkpoint: Path | None = None,
    score: Score = held_out_score,
) -> SelfTrained:
    """Learn further from what a model is sure of; the result is kept only where people's own frames say it is better.

    The frames held back are those that were held back before, so that neither model learnt from them.

    Args:
        learned: What was learnt from people's frames.
        scenes: Those frames, as ``learn`` was given them.
        found: What the model proposes for frames without labels; only the accept band is learnt from, what else is
            proposed counts neither as an object nor as background.
        seed: Decides everything that is random.
        steps: How long to train; half of what ``learn`` would where None.
        progress: Told how far it is.
        should_stop: Asked now and then.
        checkpoint: Where an interrupted training is kept, to go on there.
        score: Judges both models.

    Raises:
        Stopped: ``should_stop`` said so.
    """
    began, model = time.monotonic(), learned.model
    rule = RegionRule.from_json(model.meta["region"])
    by_people = read_examples(scenes, model.classes, rule, part_of(progress, 0.0, GATHERED), should_stop)
    kept = held_out_frames(by_people)
    judged = [by_people[number] for number in kept]
    if not judged:
        return SelfTrained(learned)
    before = score(model, judged)
    by_machine = _examples(found, model.classes, rule, A_LABELED_FRAME * len(by_people), should_stop)
    if not by_machine:
        return SelfTrained(learned, score_before=before)
    options = TrainingOptions(
        steps=steps or int(STEPS_SHARE * step_count(sum(len(each.boxes) for each in (*by_people, *by_machine)))),
        seed=seed,
        rate=RATE_SHARE * RATE_FROM_INIT,
        held_out=kept,
        checkpoint=checkpoint,
    )
    report = part_of(progress, GATHERED, TRAINED)
    done = fit([*by_people, *by_machine], model.classes, model, options, report, should_stop)
    progress(TRAINED, "judging both by the frames held back")
    after = score(done.model, judged)
    boxes = sum(len(each.boxes) for each in by_machine)
    outcome = SelfTrained(learned, after > before, before, after, len(by_machine), boxes)
    if outcome.was_kept:
        further = replace(model, state=done.model.state).with_meta(self_trained_frames=len(by_machine))
        further = judged_by(further, done, scenes, should_stop)
        train_s = learned.train_s + time.monotonic() - began
        better = replace(learned, model=further, scores=done.scores, train_s=train_s)
        outcome = replace(outcome, learned=better)
    remove_checkpoints(checkpoint)
    return outcome


def sure_frames(found: FoundScene, most: int) -> list[SureFrame]:
    """The frames without labels in which something is sure, evenly some of them.

    Args:
        found: What is proposed.
        most: How many at most.
    """
    frames = sorted({f for each in found.proposals if each.band == "accept" for f in each.boxes_ego})
    free = [frame for frame in frames if frame not in found.told.frames]
    places = np.unique(np.linspace(0, len(free) - 1, min(most, len(free))).round().astype(int)) if free else ()
    return [_sure_frame(found, free[place]) for place in places]


def _sure_frame(found: FoundScene, frame: int) -> SureFrame:
    here = [(each, each.boxes_ego[frame]) for each in found.proposals if frame in each.boxes_ego]
    seen = _well_seen(found.told.recording.points(frame), upright(box for _, box in here))
    sure: list[tuple[str, Box]] = []
    ignored: list[Box] = []
    for (proposal, box), is_seen in zip(here, seen.tolist(), strict=True):
        if is_seen and proposal.band == "accept" and _is_found(proposal, frame):
            sure.append((proposal.category, box))
        else:
            ignored.append(box)
    return SureFrame(frame, tuple(sure), tuple(ignored))


def _well_seen(points: Float32Array, rows: FloatArray) -> BoolArray:
    return np.asarray(count_points(points, rows) >= WELL_SEEN) if len(rows) else np.zeros(0, np.bool_)


def _is_found(proposal: Proposal, frame: int) -> bool:
    """Whether it was detected in the frame itself, or follows from what people labelled."""
    return proposal.track_id is not None or frame in proposal.detected


def _examples(
    found: Sequence[FoundScene], classes: ClassSet, rule: RegionRule, wanted: int, should_stop: ShouldStop
) -> list[Example]:
    """So many frames without labels, shared by the scenes as they are long."""
    numbers = {item.name: number for number, item in enumerate(classes)}
    total = sum(len(each.told.recording) for each in found)
    examples = []
    for each in found:
        most = int(np.ceil(min(wanted, MOST_FRAMES) * len(each.told.recording) / max(total, 1)))
        region = rule.of(each.told.scene)
        recording = region.cut(each.told.recording)
        grid = grid_over(recording, region)
        for sure in sure_frames(each, most):
            if should_stop():
                raise Stopped
            if sure.boxes:
                examples.append(example_of(_labeled(sure, recording, numbers), grid))
    return examples[:MOST_FRAMES]


def _labeled(sure: SureFrame, recording: Recording, numbers: Mapping[str, int]) -> LabeledFrame:
    """A frame as if it were labelled; what the model has no class for is ignored."""
    known = [(numbers[category], box) for category, box in sure.boxes if category in numbers]
    unknown = [box for category, box in sure.boxes if category not in numbers]
    return LabeledFrame(
        recording,
        sure.frame_index,
        upright(box for _, box in known),
        np.array([number for number, _ in known], dtype=np.int64),
        upright([*sure.ignored, *unknown]),
    )
