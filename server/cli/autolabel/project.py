"""``truebox autolabel project``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from server.cli.autolabel.self_training_line import self_training_line
from server.cli.choices import ScenesOption, listed
from server.cli.export_labels import find_scenes
from server.cli.options import DataDirOption, JsonOption, find_named_project, make_settings, open_database
from server.cli.output import progress_bar, show_json, show_note, show_text

if TYPE_CHECKING:
    from server.store.db import Database

EXAMPLE = "Example: [bold]truebox autolabel project town --wished-error 0.01[/bold]"
RETRAIN = {"auto": None, "yes": True, "no": False}


def project(
    project: Annotated[str, typer.Argument(help="The project's name or id.", show_default=False)],
    scenes: ScenesOption = None,
    wished_error: Annotated[
        float, typer.Option(help="The share of wrong boxes that the accept band may hold.", min=0.0001, max=0.5)
    ] = 0.02,
    train: Annotated[
        Literal["auto", "yes", "no"],
        typer.Option(help="Learn from the labelled frames first: where they changed, always, or never."),
    ] = "auto",
    self_train: Annotated[
        bool,
        typer.Option(
            "--self-train",
            help="Learn further from what the machine is sure of; kept only where frames held back say it is better.",
        ),
    ] = False,
    data_dir: DataDirOption = None,
    json: JsonOption = False,
) -> None:
    """Learn from a project's labelled frames and propose labels for its scenes; people's labels stay as they are.

    Labelled frames are those closed as done or empty; where there is none, those with a cuboid that a person made or
    confirmed. Stop it at any time: the next run goes on where it was.

    With --json: what `GET /api/jobs/…` shows as the result of such a job.
    """
    from server.jobs.autolabel import AutolabelOptions, autolabel_project

    settings = make_settings(data_dir)
    with open_database(settings) as database:
        project_id, name, scene_ids = _find(database, project, listed(scenes))
        options = AutolabelOptions(scene_ids, wished_error, RETRAIN[train], self_train=self_train)
        with progress_bar(f"labeling {name}") as report:
            result = autolabel_project(database, settings.models_dir, project_id, options, report=report)
    if json:
        show_json(result)
    else:
        _show(name, result)


def _find(database: Database, project: str, names: list[str] | None) -> tuple[str, str, list[str] | None]:
    with database.read() as session:
        row = find_named_project(session, project)
        return row.id, row.name, find_scenes(session, row, names)


def _show(name: str, result: dict[str, Any]) -> None:
    for warning in result["warnings"]:
        show_note(f"note: {warning}")
    how = f"trained in {result['train_s']:.0f} s" if result["was_trained"] else "as it was"
    show_text(f"{name}: model {result['model_version']} ({how})")
    if result["self_training"] is not None:
        show_text(self_training_line(result["self_training"]))
    kept = f", {result['scenes_kept']} of which had them already" if result["scenes_kept"] else ""
    show_text(f"{result['tracks']} objects with {result['cuboids']} cuboids in {result['scenes']} scene(s){kept}")
    show_text(", ".join(f"{result['bands'].get(band, 0)} to {band}" for band in ("accept", "check", "redo")))
    if result["removed_cuboids"]:
        show_text(f"{result['removed_cuboids']} unconfirmed cuboids of earlier models are gone")
