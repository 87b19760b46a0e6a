"""``truebox import``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from server.cli.options import DataDirOption, FormatOption, JsonOption, make_settings, open_database
from server.cli.output import progress_bar, show_json, show_text

EXAMPLE = "Example: [bold]truebox import ~/kitti/training --project town[/bold]"


def import_dataset(
    path: Annotated[Path, typer.Argument(help="The dataset's folder; it is indexed in place.", show_default=False)],
    project: Annotated[str, typer.Option(help="The project's name; made where there is none.", show_default=False)],
    format: FormatOption = None,  # noqa: A002
    with_labels: Annotated[
        bool, typer.Option("--labels/--no-labels", help="Take the labels that lie beside it.")
    ] = True,
    data_dir: DataDirOption = None,
    json: JsonOption = False,
) -> None:
    """Bring a dataset into a project; scenes that are there already are left alone."""
    from formats import open_dataset
    from server.default_taxonomy import default_taxonomy
    from server.formats_by_name import check_format_name
    from server.jobs import import_dataset as job
    from server.store.projects import create_project, find_project

    check_format_name(format)
    open_dataset(path, format)  # before a project is made for something that is no dataset
    with open_database(make_settings(data_dir)) as database:
        with database.write() as session:
            row = find_project(session, project) or create_project(session, project, default_taxonomy())
        with progress_bar(f"importing {path.name}") as report:
            result = job.import_dataset(database, row.id, path, format, with_labels=with_labels, report=report)
    if json:
        show_json({"project_id": row.id, **result})
        return
    known = f"; {result['scenes_known']} scene(s) were there already" if result["scenes_known"] else ""
    show_text(f"{project}: {result['scenes_added']} scene(s) added with {result['cuboids']} cuboids{known}")
    if result["problems"]:
        show_text(f"{result['problems']} problem(s); see them with: truebox inspect {path}")
