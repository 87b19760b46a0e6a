"""``truebox simulate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from server.cli.options import JsonOption
from server.cli.output import progress_bar, show_json, show_text

EXAMPLE = "Example: [bold]truebox simulate ~/made --frames 40 --scenes 2 --seed 7[/bold]"


def simulate(
    out: Annotated[Path, typer.Argument(help="The folder to write.", show_default=False)],
    frames: Annotated[int, typer.Option(min=1, max=10_000, help="Frames of each drive, ten a second.")] = 40,
    scenes: Annotated[int, typer.Option(min=1, max=1000, help="Number of drives.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="Decides everything that is random.")] = 7,
    format: Annotated[  # noqa: A002
        Literal["kitti-tracking"], typer.Option("--format", help="The form to write.")
    ] = "kitti-tracking",
    force: Annotated[bool, typer.Option("--force", help="Write into a folder that is not empty.")] = False,
    json: JsonOption = False,
) -> None:
    """Make drives with known truth: lidar, three cameras, moving traffic, exact labels."""
    from server.errors import InvalidError
    from server.simulated_dataset import write_simulated_dataset

    if out.exists() and not out.is_dir():
        raise InvalidError(f"{out}: expected a folder, found a file")
    if not force and out.is_dir() and any(out.iterdir()):
        raise InvalidError(f"{out}: expected an empty folder or none, found files; --force writes into it")
    with progress_bar("simulating") as report:
        labelled = write_simulated_dataset(out, frame_count=frames, scene_count=scenes, seed=seed, report=report)
    result = {"path": str(out), "format": format, "scenes": scenes, "frames": frames, "seed": seed, "labels": labelled}
    if json:
        show_json(result)
    else:
        show_text(f"{scenes} drive(s) of {frames} frames with {labelled} labels written to {out}")
