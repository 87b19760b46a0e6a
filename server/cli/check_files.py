"""``truebox check-files``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from server.cli.options import DataDirOption, JsonOption, find_named_project, make_settings, open_database
from server.cli.output import progress_bar, show_json, show_text

if TYPE_CHECKING:
    from server.store.db import Database
    from server.store.tables import SceneRow

EXAMPLE = "Example: [bold]truebox check-files town[/bold]"
SHOWN_PROBLEMS = 20


def check_files(
    project: Annotated[str, typer.Argument(help="The project's name or id.", show_default=False)],
    accept: Annotated[
        bool, typer.Option("--accept", help="Take all files as they are now; only later changes are shown.")
    ] = False,
    data_dir: DataDirOption = None,
    json: JsonOption = False,
) -> None:
    """Compare a project's raw files with those that were imported; labels are not touched.

    The exit code is 1 where a file changed or is gone, else 0.

    With --json: `scenes` [{scene_id, name, files, problem_count, problems [{path, message}]}]; the first 200 problems
    of each.
    """
    from server.store.scenes import list_scenes

    with open_database(make_settings(data_dir)) as database:
        with database.read() as session:
            row = find_named_project(session, project)
            rows = list_scenes(session, row.id)
        found: list[dict[str, Any]] = []
        with progress_bar(f"looking at the files of {row.name}") as report:
            for number, scene_row in enumerate(rows):
                report(number / len(rows), scene_row.name)
                found.append(_checked(database, scene_row, accept))
    if json:
        show_json({"scenes": found})
    else:
        _show(found)
    if any(scene["problem_count"] for scene in found):
        raise typer.Exit(1)


def _checked(database: Database, row: SceneRow, accept: bool) -> dict[str, Any]:
    from formats import FormatError
    from server.changed_files import accept_files, check_stored_files
    from server.scene_cache import open_stored_scene

    entry: dict[str, Any] = {"scene_id": row.id, "name": row.name}
    try:
        scene = open_stored_scene(row)
    except FormatError as error:
        problem = {"path": str(error.path), "message": error.reason}
        return entry | {"files": 0, "problem_count": 1, "problems": [problem]}
    checked = accept_files(database, row, scene) if accept else check_stored_files(database, row, scene)
    problems = [{"path": problem.path, "message": problem.message} for problem in checked.problems]
    return entry | {"files": checked.files, "problem_count": checked.problem_count, "problems": problems}


def _show(found: list[dict[str, Any]]) -> None:
    for scene in found:
        for problem in scene["problems"][:SHOWN_PROBLEMS]:
            show_text(f"{scene['name']}: {problem['path']}: {problem['message']}")
        if scene["problem_count"] > SHOWN_PROBLEMS:
            show_text(f"{scene['name']}: and {scene['problem_count'] - SHOWN_PROBLEMS} more")
    files = sum(scene["files"] for scene in found)
    problems = sum(scene["problem_count"] for scene in found)
    show_text(f"{files} files of {len(found)} scene(s) compared, {problems} problem(s)")
