"""``truebox export``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from server.cli.choices import (
    CategoriesOption,
    MappingOption,
    ScenesOption,
    SourcesOption,
    UnconfirmedOption,
    UnknownOption,
    check_unknown,
    kept_or_dropped,
    listed,
    written_mapping,
)
from server.cli.options import DataDirOption, JsonOption, find_named_project, make_settings, open_database
from server.cli.output import progress_bar, show_json, show_note, show_text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from server.store.tables import ProjectRow

EXAMPLE = "Example: [bold]truebox export town ~/town-kitti --format kitti-tracking --confirmed-only[/bold]"


def export_labels(
    project: Annotated[str, typer.Argument(help="The project's name or id.", show_default=False)],
    out: Annotated[Path, typer.Argument(help="The folder to write.", show_default=False)],
    format: Annotated[str, typer.Option("--format", help="The form to write.", show_default=False)],  # noqa: A002
    scenes: ScenesOption = None,
    sources: SourcesOption = None,
    categories: CategoriesOption = None,
    include_unconfirmed: UnconfirmedOption = True,
    derive_2d: Annotated[
        Literal["missing", "all"],
        typer.Option("--derive-2d", help="2D boxes that came with an import stand (missing), or all are made anew."),
    ] = "missing",
    mapping: MappingOption = None,
    unknown: UnknownOption = None,
    force: Annotated[bool, typer.Option("--force", help="Write into a folder that is not empty.")] = False,
    data_dir: DataDirOption = None,
    json: JsonOption = False,
) -> None:
    """Write a project's labels for other programs; says first what the format cannot hold."""
    from server.formats_by_name import check_format_name
    from server.jobs.export_labels import check_export, collect_exports, describe_losses, write_exports

    check_format_name(format, writes_labels=True)
    _check_out(out, force)
    written = written_mapping(mapping)
    with open_database(make_settings(data_dir)) as database:
        with database.read() as session:
            row = find_named_project(session, project)
            scene_ids = find_scenes(session, row, listed(scenes))
        arguments: dict[str, Any] = {
            "format": format,
            "scene_ids": scene_ids,
            "sources": listed(sources),
            "categories": listed(categories),
            "include_unconfirmed": include_unconfirmed,
            "derive_2d": derive_2d,
            "mapping": None if written is None else dict(written.to),
            "unknown": kept_or_dropped(unknown) or (written.unknown if written else "keep"),
        }
        check = check_export(database, row.id, arguments)
        check_unknown(_nameless(check, arguments), unknown)
        exports = collect_exports(database, row.id, arguments)
    if check["unconfirmed"]:
        done = "written" if include_unconfirmed else "left out"
        show_note(f"note: {check['unconfirmed']} cuboids that nobody agreed with are {done}")
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


def _nameless(check: dict[str, Any], arguments: dict[str, Any]) -> dict[str, int]:
    """Categories to be written that neither the format nor a mapping has a name for, with their tracks."""
    mapping, wanted = arguments["mapping"], arguments["categories"]
    rows = [row for row in check["categories"] if wanted is None or row["name"] in wanted]
    rows = [row for row in rows if not row["is_known"]]
    if mapping is None:
        return {row["name"]: row["tracks"] for row in rows if row["suggestion"] is None}
    return {row["name"]: row["tracks"] for row in rows if row["name"] not in mapping}


def find_scenes(session: Session, project: ProjectRow, wanted: list[str] | None) -> list[str] | None:
    """Ids of a project's scenes by their names or ids; None for all. Raises ``NotFoundError``."""
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
