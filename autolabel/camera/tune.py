"""The opinion of the images made to fit a project: its few labelled frames, and what was wrongly claimed in them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy as np
import torch
from torch import Tensor

from autolabel.camera.examples import CropExample, crop_examples
from autolabel.camera.training import CropTraining, fit_crops
from autolabel.camera.trust import Answers, trusted
from autolabel.classes import ClassSet
from autolabel.labeled_scene import LabeledScene
from autolabel.region import RegionRule
from autolabel.stopping import ShouldStop, Stopped, never
from autolabel.training.model_file import CAMERA, Model
from autolabel.training.warm_start import like_class

STEPS_FROM_INIT, STEPS_FROM_NOTHING = 150, 250
Claims = Callable[[LabeledScene, int], np.ndarray]
"""(N, 7) boxes in ``ego`` where something claims objects to be in a labelled frame."""


def claim_nothing(_told: LabeledScene, _frame_index: int) -> np.ndarray:
    """No claims."""
    return np.zeros((0, 7))


def tuned(
    scenes: Sequence[LabeledScene],
    classes: ClassSet,
    rule: RegionRule,
    held_out: Collection[int],
    init: Model | None,
    *,
    claims: Claims = claim_nothing,
    seed: int = 0,
    should_stop: ShouldStop = never,
) -> dict[str, Tensor] | None:
    """The parameters of a ``CropNet`` after a project's frames; None where there is nothing to be learnt from pictures.

    It trusts itself as far as the frames held out prove it right; where these are known as well without learning, what
    was known before stays. With none held out, it trusts itself little, or not at all.

    Args:
        scenes: Scenes with labelled frames.
        classes: What is told apart.
        rule: Where labels are.
        held_out: The numbers of the frames that are only judged by, counted through all scenes.
        init: A model that may have such an opinion to begin with.
        claims: Where a network that has not seen the frames takes objects to be.
        seed: Decides everything that is random.
        should_stop: Asked now and then.

    Raises:
        Stopped: ``should_stop`` said so.
    """
    before = begin(classes, init)
    learnt, judged = _examples(scenes, classes, rule, held_out, claims, seed, should_stop)
    candidates = [] if before is None else [before]
    if any(each.class_index < len(classes) for each in learnt):
        steps = STEPS_FROM_NOTHING if before is None else STEPS_FROM_INIT
        candidates.append(fit_crops(learnt, len(classes), before, CropTraining(steps, seed), should_stop=should_stop))
    if not candidates:
        return None
    trust = (0.0, 0.0) if before is None else tuple(before["trust"].tolist())
    proved = [trusted(Answers.of(state, judged, len(classes)), trust) for state in candidates]
    best = min(range(len(candidates)), key=lambda number: proved[number][1])
    return {**candidates[best], "trust": torch.tensor(proved[best][0])}


def begin(classes: ClassSet, init: Model | None) -> dict[str, Tensor] | None:
    """What ``init`` knows of pictures, each class as that of its name there, or else of the nearest size."""
    if init is None or CAMERA not in init.opinions:
        return None
    state = dict(init.opinions[CAMERA])
    rows = torch.tensor([*(like_class(item, init.classes) for item in classes), len(init.classes)])
    return state | {name: state[name][rows] for name in ("kind.weight", "kind.bias")}


def _examples(
    scenes: Sequence[LabeledScene],
    classes: ClassSet,
    rule: RegionRule,
    held_out: Collection[int],
    claims: Claims,
    seed: int,
    should_stop: ShouldStop,
) -> tuple[list[CropExample], list[CropExample]]:
    """The crops of the frames to learn from, and of those to judge by."""
    learnt: list[CropExample] = []
    judged: list[CropExample] = []
    places = [(told, frame) for told in scenes for frame in told.frames]
    for number, (told, frame) in enumerate(places):
        if should_stop():
            raise Stopped
        rng = np.random.default_rng([seed, number, 23])
        found = crop_examples(told, frame, classes, rule.of(told.scene), claims(told, frame), rng)
        (judged if number in held_out else learnt).extend(found)
    return learnt, judged
