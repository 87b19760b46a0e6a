"""A few frames labelled, the rest by the machine, and the result beside the truth."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

import numpy as np

from autolabel.detections import Detections
from autolabel.external.frame_detector import FrameDetector
from autolabel.finder import Finder
from autolabel.labeled_scene import LabeledScene, count_boxes
from autolabel.learn import USUAL_LEARNING, Learned, LearnOptions, learn
from autolabel.network.grid import GridSpec
from autolabel.proposal import Proposal
from autolabel.propose import USUAL_PROPOSING, ProposeOptions, propose_by
from autolabel.recording import Recording
from autolabel.region import region_rule
from autolabel.self_training import STEPS_SHARE, FoundScene, SelfTrained, self_train
from autolabel.stopping import Progress, ShouldStop, never, no_progress, part_of
from autolabel.training.model_file import Model
from autolabel.trial import Trial
from fusion import Scene
from labels import LabelSet, Taxonomy
from quality.effort import CostSheet, Seeds, effort_report, measure_effort
from quality.metrics.precision_from_above import SeenObjects, precision_from_above

LEARNING = 0.4
"""Which share of the work learning is."""
FURTHER, AGAIN = 0.6, 0.8
"""Where it learns further, the shares after which that begins, and the proposing after it."""
ANY = "any"


@dataclass(frozen=True, eq=False)
class Target:
    """A scene to be labelled.

    Attributes:
        scene: The scene.
        truth: Its labels; those of other frames than the seeds are looked at only to score. None: nothing is known.
        seeds: The frames that count as labelled.
    """

    scene: Scene
    truth: LabelSet | None
    seeds: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Experiment:
    """What came out.

    Attributes:
        learned: The model; None where another's detector was asked.
        trials: The scenes with their proposals.
        seed_boxes: Boxes that were labelled to learn from, in these scenes and elsewhere.
        ms_per_frame: How long proposing took, reading included.
        detector_ms_per_frame: The part of it that finding objects frame by frame took, stacking sweeps included.
        self_trained: What came of learning further from the first proposals; None where that was not wished.
    """

    learned: Learned | None
    trials: tuple[Trial, ...]
    seed_boxes: int
    ms_per_frame: float
    detector_ms_per_frame: float
    self_trained: SelfTrained | None = None


def run_experiment(
    targets: Sequence[Target],
    elsewhere: Sequence[LabeledScene],
    taxonomy: Taxonomy,
    init: Model | None,
    *,
    detector: FrameDetector | None = None,
    learning: LearnOptions = USUAL_LEARNING,
    proposing: ProposeOptions = USUAL_PROPOSING,
    further: bool = False,
    progress: Progress = no_progress,
    should_stop: ShouldStop = never,
) -> Experiment:
    """Learn from the seeds and from frames elsewhere, and label the targets.

    Args:
        targets: What is to be labelled.
        elsewhere: Labelled frames of other scenes.
        taxonomy: Knows usual sizes.
        init: The model to begin with; from nothing where None.
        detector: Another's detector, which is asked instead of learning.
        learning: How to learn.
        proposing: What is wanted.
        further: Whether to learn further from what is sure in the targets, where that proves to help.
        progress: Told how far it is.
        should_stop: Asked now and then.

    Raises:
        NothingToLearnError: There is no labelled box.
        Stopped: ``should_stop`` said so.
    """
    known = [
        LabeledScene.of(each.scene, Recording.of(each.scene), each.truth or LabelSet(), each.seeds) for each in targets
    ]
    seeds = [*elsewhere, *(each for each in known if each.frames)]
    work = _Work(targets, known, proposing, progress, should_stop)
    if detector is not None:
        return work.experiment(None, work.proposals(Finder.of_external(detector, region_rule(seeds)), 0.0), seeds)
    report = part_of(progress, 0.0, LEARNING)
    learned = learn(seeds, taxonomy, init=init, options=learning, progress=report, should_stop=should_stop)
    first = work.proposals(Finder.of(learned.model), LEARNING, FURTHER if further else 1.0)
    if not further:
        return work.experiment(learned, first, seeds)
    found = [FoundScene(told, proposals) for told, proposals in zip(known, first.by_scene, strict=True)]
    report = part_of(progress, FURTHER, AGAIN)
    steps = None if learning.steps is None else max(1, int(STEPS_SHARE * learning.steps))
    after = self_train(learned, seeds, found, seed=learning.seed, steps=steps, progress=report, should_stop=should_stop)
    better = work.proposals(Finder.of(after.learned.model), AGAIN) if after.was_kept else first
    return replace(work.experiment(after.learned, better, seeds), self_trained=after)


@dataclass(frozen=True, eq=False)
class _Proposed:
    """What was proposed for each target, and how long that took."""

    finder: Finder
    by_scene: tuple[tuple[Proposal, ...], ...]
    seconds: float
    detector_seconds: float


class _Timed:
    """Finds objects as another does, and knows for how long it was at work; several threads may ask."""

    def __init__(self, find: Callable[[Recording, int, GridSpec], Detections]) -> None:
        self.find, self.seconds = find, 0.0
        self._under_way, self._since, self._lock = 0, 0.0, Lock()

    def __call__(self, recording: Recording, frame: int, grid: GridSpec) -> Detections:
        with self._lock:
            self._since = self._since if self._under_way else time.perf_counter()
            self._under_way += 1
        try:
            return self.find(recording, frame, grid)
        finally:
            with self._lock:
                self._under_way -= 1
                self.seconds += 0.0 if self._under_way else time.perf_counter() - self._since


@dataclass(frozen=True, eq=False)
class _Work:
    """An experiment under way."""

    targets: Sequence[Target]
    known: Sequence[LabeledScene]
    options: ProposeOptions
    progress: Progress
    should_stop: ShouldStop

    def proposals(self, finder: Finder, first: float, last: float = 1.0) -> _Proposed:
        """What is proposed for the targets, which is the work from one share to another."""
        found, started, timed = [], time.perf_counter(), _Timed(finder.find)
        share = (last - first) / max(len(self.targets), 1)
        for number, told in enumerate(self.known):
            report = part_of(self.progress, first + number * share, first + (number + 1) * share)
            proposals = propose_by(
                replace(finder, find=timed),
                told.scene,
                told.recording,
                told,
                options=self.options,
                progress=report,
                should_stop=self.should_stop,
            )
            found.append(tuple(proposals))
        return _Proposed(finder, tuple(found), time.perf_counter() - started, timed.seconds)

    def experiment(self, learned: Learned | None, proposed: _Proposed, seeds: Sequence[LabeledScene]) -> Experiment:
        """What came out, beside the truth."""
        trials = [
            Trial(
                told.scene,
                told.recording,
                target.truth or LabelSet(),
                told,
                proposed.finder.rule.of(told.scene),
                proposals,
            )
            for target, told, proposals in zip(self.targets, self.known, proposed.by_scene, strict=True)
        ]
        frames = sum(len(each.scene.frames) for each in self.targets)
        ms_per_frame, of_detector = (
            1000.0 * seconds / max(frames, 1) for seconds in (proposed.seconds, proposed.detector_seconds)
        )
        return Experiment(learned, tuple(trials), sum(count_boxes(seeds).values()), ms_per_frame, of_detector)


def score(experiment: Experiment, costs: CostSheet) -> dict[str, Any]:
    """Effort, precision, false tracks and headings of an experiment whose targets have labels.

    Args:
        experiment: What came out.
        costs: What work costs.
    """
    scenes = [trial.effort_scene() for trial in experiment.trials]
    effort = measure_effort(scenes, costs, Seeds(experiment.seed_boxes))
    return effort_report(effort) | {"ap": average_precision(experiment.trials)}


def average_precision(trials: Sequence[Trial]) -> dict[str, Any]:
    """By overlap and category; ``all`` pools the categories, ``any`` does not look at them."""
    said = {track.category for trial in trials for track in trial.truth.tracks.values()}
    names = sorted(said | {proposal.category for trial in trials for proposal in trial.proposals})
    starts = np.cumsum([0, *(len(trial.recording) for trial in trials)]).tolist()
    placed = list(zip(trials, starts, strict=False))
    truth = SeenObjects.join([trial.seen_truth(names, first) for trial, first in placed])
    claims = SeenObjects.join([trial.seen_proposals(names, first) for trial, first in placed])
    found = precision_from_above(truth, claims, names)
    anything = precision_from_above(_alike(truth), _alike(claims), [ANY])
    return {overlap: by_name | {ANY: anything[overlap][ANY]} for overlap, by_name in found.items()}


def _alike(objects: SeenObjects) -> SeenObjects:
    return replace(objects, category=np.zeros_like(objects.category))
