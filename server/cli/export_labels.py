"""``truebox export``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from server.cli.options import DataDirOption, JsonOption, make_settings, open_database
from server.cli.output import progress_bar, show_json, show_note, show_text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from server.store.tables import ProjectRow

EXAMPLE = "Example: [bold]truebox export town ~/town-kitti --format kitti-tracking --confirmed-only[/bold]"


def export_labels(
    project: Annotated[str, typer.Argument(help="The project's name or id.", show_default=False)],
    out: Annotated[Path, typer.Argument(help="The folder to write.", show_default=False)],
    format: Annotated[str, typer.Option("--format", help="The form to write.", show_default=False)],  # noqa: A002
    scene: Annotated[
        list[str] | None, typer.Option(help="A scene's name or id, again for more; else all.", show_default=False)
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(help="human, propagated, model, imported or a full source, again for more.", show_default=False),
    ] = None,
    category: Annotated[
        list[str] | None, typer.Option(help="A category, again for more; else all.", show_default=False)
    ] = None,
    confirmed_only: Annotated[bool, typer.Option("--confirmed-only", help="Only what a person agreed with.")] = False,
    derive_2d: Annotated[
        Literal["missing", "all"],
        typer.Option("--derive-2d", help="2D boxes that came with an import stand (missing), or all are made anew."),
    ] = "missing",
    force: Annotated[bool, typer.Option("--force", help="Write into a folder that is not empty.")] = False,
    data_dir: DataDirOption = None,
    json: JsonOption = False,
) -> None:
    """Write a project's labels for other programs; says first what the format cannot hold."""
    from server.formats_by_name import check_format_name
    from server.jobs.export_labels import collect_exports, describe_losses, write_exports

    check_format_name(format, writes_labels=True)
    _check_out(out, force)
    with open_database(make_settings(data_dir)) as database:
        with database.read() as session:
            row = _find_project(session, project)
            scene_ids = _find_scenes(session, row, scene)
        arguments: dict[str, Any] = {
            "format": format,
            "scene_ids": scene_ids,
            "sources": source,
            "categories": category,
            "include_unconfirmed": not confirmed_only,
            "derive_2d": derive_2d,
        }
        exports = collect_exports(database, row.id, arguments)
    losses = describe_losses(exports, format)
    for loss in losses:
        show_note(f"note: {loss['message']} ({loss['count']} times)")
    with progress_bar(f"exporting {row.name}") as report:
        rows = write_exports(exports, format, out, report)
    if json:
        show_json({"scenes": len(exports), "rows": rows, "losses": losses, "path": str(out)})
    else:
        show_text(f"{rows} rows of {len(exports)} scene(s) written to {out}")


def _check_out(out: Path, force: bool) -> None:
    from server.errors import InvalidError

    if out.exists() and not out.is_dir():
        raise InvalidError(f"{out}: expected a folder, found a file")
    if not force and out.is_dir() and any(out.iterdir()):
        raise InvalidError(f"{out}: expected an empty folder or none, found files; --force writes into it")


def _find_project(session: Session, name_or_id: str) -> ProjectRow:
    from server.errors import NotFoundError
    from server.store.projects import find_project, list_projects
    from server.store.tables import ProjectRow

    row = find_project(session, name_or_id) or session.get(ProjectRow, name_or_id)
    if row is None:
        names = ", ".join(found.name for found in list_projects(session)) or "none"
        raise NotFoundError(f"there is no project {name_or_id}; there is: {names}")
    return row


def _find_scenes(session: Session, project: ProjectRow, wanted: list[str] | None) -> list[str] | None:
    from server.errors import NotFoundError
    from server.store.scenes import list_scenes

    if not wanted:
        return None
    rows = list_scenes(session, project.id)
    found: list[str] = []
    for name in wanted:
        ids = [row.id for row in rows if name in (row.id, row.name, row.source_name)]
        if not ids:
            raise NotFoundError(f"project {project.name} has no scene {name}")
        found += ids
    return found
