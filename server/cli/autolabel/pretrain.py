"""``truebox autolabel pretrain``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from server.cli.options import JsonOption
from server.cli.output import progress_bar, show_json, show_text

EXAMPLE = "Example: [bold]truebox autolabel pretrain --out ~/weights/initial.safetensors --work-dir ~/pretrain[/bold]"


def pretrain(
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FILE", help="The weights to write; a card goes beside.", show_default=False),
    ],
    work_dir: Annotated[
        Path,
        typer.Option(help="Where simulated examples and the state are kept, to go on there.", show_default=False),
    ],
    scenes: Annotated[int, typer.Option(help="Worlds to simulate.", min=1)] = 200,
    steps: Annotated[int, typer.Option(help="Steps to train.", min=1)] = 6000,
    seed: Annotated[int, typer.Option(help="Decides the worlds and the training.", min=0)] = 1,
    validation_scenes: Annotated[int, typer.Option(help="Other worlds to judge by.", min=1)] = 12,
    shape_steps: Annotated[int, typer.Option(help="Steps to train the second look.", min=1)] = 3000,
    batch: Annotated[int, typer.Option(help="Crops a step; more where there is a GPU.", min=1)] = 2,
    workers: Annotated[int, typer.Option(help="Processes that simulate.", min=1)] = 1,
    init: Annotated[
        Path | None, typer.Option(help="Go on from these weights, such as those that come along.", show_default=False)
    ] = None,
    json: JsonOption = False,
) -> None:
    """Make the weights that few-shot labeling begins with, from simulated drives alone; hours on two cores.

    Interrupted, the same command goes on where it was. `--model FILE` of `truebox autolabel run` begins with them.
    """
    from autolabel.pretraining.pretrain import PretrainingOptions
    from autolabel.pretraining.pretrain import pretrain as make_weights
    from autolabel.training.model_file import Model
    from server.errors import InvalidError

    try:
        options = PretrainingOptions(scenes, steps, seed, validation_scenes, shape_steps, batch, workers=workers)
    except ValueError as error:
        raise InvalidError(str(error)) from error
    with progress_bar(f"making {out.name}") as report:
        done = make_weights(out, work_dir, options, report, init=None if init is None else Model.load(init))
    result = {"path": str(out), "seconds": done.seconds, "validation": done.model.meta["validation"]}
    if json:
        show_json(result)
    else:
        show_text(f"made {out} in {done.seconds / 60.0:.0f} min; {out.parent / 'MODEL_CARD.md'} says what it finds")
