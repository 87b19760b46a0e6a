"""The recipe of the first weights: simulate worlds, train from nothing, look how much is found in other worlds."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from autolabel.network.detect import Detector
from autolabel.network.grid import GridSpec
from autolabel.pretraining.model_card import model_card
from autolabel.pretraining.shapes import ShapeFigures, judge_shapes, learn_shapes
from autolabel.pretraining.shards import CLASSES, ShardPlan, make_shards
from autolabel.pretraining.validation import Validation, validate
from autolabel.pretraining.worlds import MOST_VALIDATION, PER_SEED, SEEDS, training_world, validation_world
from autolabel.shape.training import ShapeTraining
from autolabel.stopping import Progress, ShouldStop, never, no_progress, part_of
from autolabel.training.devices import Device
from autolabel.training.examples import ExampleFiles
from autolabel.training.fit import TrainingOptions, fit
from autolabel.training.model_file import SHAPE, Model

CARD_NAME = "MODEL_CARD.md"
CHECKPOINT_NAME = "training.checkpoint"
CHECKPOINT_STEPS = 200
TRAINED_NAME = "trained.safetensors"
SIMULATED, TRAINED, JUDGED = 0.45, 0.9, 0.92
"""Shares of the whole work after which worlds are made, the network is trained, and it is judged."""


@dataclass(frozen=True)
class PretrainingOptions:
    """The recipe.

    Attributes:
        scenes: How many worlds to train on.
        steps: How many steps.
        seed: Decides the worlds and the training.
        validation_scenes: How many other worlds to judge the model by.
        shape_steps: How many steps the second look is trained.
        batch: Crops a step.
        crop_cells: Cells along a crop's side.
        workers: Processes that simulate.
        device: What to train on; the best at hand where None.
    """

    scenes: int = 200
    steps: int = 6000
    seed: int = 1
    validation_scenes: int = 12
    shape_steps: int = 3000
    batch: int = 2
    crop_cells: int = 320
    workers: int = 1
    device: Device | None = None

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on numbers that cannot be."""
        limits = {
            "scenes": PER_SEED,
            "steps": 10**7,
            "validation_scenes": MOST_VALIDATION,
            "shape_steps": 10**7,
            "batch": 1024,
            "workers": 256,
        }
        for name, most in limits.items():
            if not 1 <= getattr(self, name) <= most:
                raise ValueError(f"{name} must be 1 … {most}, got {getattr(self, name)}")
        if not 0 <= self.seed < SEEDS:
            raise ValueError(f"seed must be 0 … {SEEDS - 1}, got {self.seed}")
        GridSpec(rows=self.crop_cells, columns=self.crop_cells)

    def told(self) -> dict[str, Any]:
        """What decides the weights, as JSON."""
        return {name: value for name, value in asdict(self).items() if name not in ("workers", "device")}


@dataclass(frozen=True, eq=False)
class Pretrained:
    """What came of it.

    Attributes:
        model: The first weights, with recipe and figures in ``meta``.
        validation: What they find in other worlds.
        shapes: What their second look knows there.
        seconds: How long it took, since it was last interrupted.
    """

    model: Model
    validation: Validation
    shapes: ShapeFigures
    seconds: float


def pretrain(
    out: Path,
    work_dir: Path,
    options: PretrainingOptions = PretrainingOptions(),
    progress: Progress = no_progress,
    should_stop: ShouldStop = never,
    init: Model | None = None,
) -> Pretrained:
    """Make the first weights and the card that tells of them.

    What is simulated and trained is kept in ``work_dir``, so that an interrupted run goes on where it was.

    Args:
        out: The weights; the card goes beside them.
        work_dir: For examples (about 1.5 MB each, five a world) and the state of the training; it is made.
        options: The recipe.
        progress: Told how far it is.
        should_stop: Asked before each world and each step.
        init: Weights that an earlier recipe made, to go on from instead of from nothing.

    Raises:
        Stopped: ``should_stop`` said so.
        ModelFileError: The weights cannot be written; what was there is unharmed.
        OSError: An example or the card cannot be written.
    """
    began = time.monotonic()
    earlier = list(init.meta.get("recipes", ())) if init is not None else []
    out.parent.mkdir(parents=True, exist_ok=True)
    judged, trained = _plans(work_dir, options)
    judged_files = make_shards(judged, part_of(progress, 0.0, 0.05), should_stop)
    trained_files = make_shards(trained, part_of(progress, 0.05, SIMULATED), should_stop)
    recipes = [*earlier, options.told()]
    examples, others = ExampleFiles(_shuffled(trained_files, options.seed)), ExampleFiles(judged_files)
    model = _trained(examples, work_dir, recipes, options, init, part_of(progress, SIMULATED, TRAINED), should_stop)
    progress(TRAINED, "looking at other worlds")
    validation = validate(Detector(model, options.device), others, CLASSES, model.grid)
    looking = ShapeTraining(options.shape_steps, options.seed)
    shape = learn_shapes(model, examples, looking, part_of(progress, JUDGED, 1.0), should_stop)
    shapes = judge_shapes(model, shape, others, CLASSES)
    model = model.with_opinion(SHAPE, shape).with_meta(
        made_from="simulation", validation=_figures(validation), shapes=asdict(shapes)
    )
    model.save(out)
    out.with_name(CARD_NAME).write_text(model_card(model, validation, shapes), encoding="utf-8")
    (work_dir / TRAINED_NAME).unlink(missing_ok=True)
    progress(1.0, "done")
    return Pretrained(model, validation, shapes, time.monotonic() - began)


def _trained(
    examples: ExampleFiles,
    work_dir: Path,
    recipes: Sequence[Mapping[str, Any]],
    options: PretrainingOptions,
    init: Model | None,
    progress: Progress,
    should_stop: ShouldStop,
) -> Model:
    """The first network, with its recipes; what an interrupted run finished is taken as it is."""
    kept = work_dir / TRAINED_NAME
    if kept.is_file() and (model := Model.load(kept)).meta["recipes"] == recipes:
        return model
    training = TrainingOptions(
        steps=options.steps,
        # What goes on sees other crops than what it goes on from.
        seed=options.seed + SEEDS * (len(recipes) - 1),
        batch=options.batch,
        crop_cells=options.crop_cells,
        hold_out=False,
        checkpoint=work_dir / CHECKPOINT_NAME,
        checkpoint_steps=CHECKPOINT_STEPS,
        device=options.device,
    )
    found = fit(examples, CLASSES, init, training, progress, should_stop)
    model = found.model.with_meta(recipes=recipes, loss=np.mean(found.history[-100:]).item())
    model.save(kept)
    (work_dir / CHECKPOINT_NAME).unlink(missing_ok=True)
    return model


def _plans(work_dir: Path, options: PretrainingOptions) -> tuple[ShardPlan, ShardPlan]:
    """The worlds to judge by, and those to train on."""
    return (
        ShardPlan(validation_world, range(options.validation_scenes), work_dir / "validation", workers=options.workers),
        ShardPlan(
            partial(training_world, options.seed), range(options.scenes), work_dir / "training", workers=options.workers
        ),
    )


def _shuffled(files: Sequence[Path], seed: int) -> list[Path]:
    """In another order, so that the first few are of many worlds."""
    return [files[index] for index in np.random.default_rng([seed, 3]).permutation(len(files)).tolist()]


def _figures(validation: Validation) -> Mapping[str, Any]:
    return {"precision": validation.precision, "flips": validation.flips, "frames": validation.frames}
