"""``truebox relink``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.options import DataDirOption, JsonOption, find_named_project, make_settings, open_database
from server.cli.output import show_json, show_note, show_text, spinner

if TYPE_CHECKING:
    from server.relink import Move

EXAMPLE = "Example: [bold]truebox relink town /mnt/old-disk/kitti /data/kitti[/bold]"
SHOWN_PROBLEMS = 3


def relink(
    project: Annotated[str, typer.Argument(help="The project's name or id.", show_default=False)],
    old: Annotated[
        str, typer.Argument(help="The folder as it was, or one above it; need not be there.", show_default=False)
    ],
    new: Annotated[str, typer.Argument(help="The same folder where it is now.", show_default=False)],
    with_changed: Annotated[
        bool, typer.Option("--with-changed", help="Move scenes too of which some files differ.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only look; change nothing.")] = False,
    data_dir: DataDirOption = None,
    json: JsonOption = False,
) -> None:
    """Point a project's scenes to a dataset's new place, once they are found to be the same there: all, or none.

    Compared are frames, sensors, every file by name and size, and a sample of files by their bytes.

    With --json: `is_done`, and `scenes` [{scene_id, name, old_path, new_path, compared_files, problems, changed}].
    """
    from formats.location import location_text, parse_location
    from server.relink import apply_relink, plan_relink

    with open_database(make_settings(data_dir)) as database:
        with database.read() as session:
            row = find_named_project(session, project)
        with spinner(f"looking through {new}"):
            moves = plan_relink(database, row.id, _absolute(old), location_text(parse_location(new)))
        if not json:
            _show_problems(moves)
        if not dry_run:
            apply_relink(database, moves, with_changed=with_changed)
    if json:
        show_json({"is_done": not dry_run, "scenes": [asdict(move) for move in moves]})
        return
    wrong = sum(bool(move.problems or move.changed) for move in moves)
    found = f"{len(moves)} scene(s) found at {new}, {wrong} of them not the same"
    show_text(found if dry_run else f"{row.name}: {len(moves)} scene(s) now read from {new}")


def _absolute(root: str) -> str:
    """The folder as it was, which may be gone; a link that it went through may be, too."""
    from formats.location import is_remote, parse_location

    path = parse_location(root)
    return str(path if is_remote(path) else path.absolute())


def _show_problems(moves: Sequence[Move]) -> None:
    for move in moves:
        found = (*move.problems, *move.changed)
        for problem in found[:SHOWN_PROBLEMS]:
            show_note(f"{move.name}: {problem.path}: {problem.message}")
        if len(found) > SHOWN_PROBLEMS:
            show_note(f"{move.name}: and {len(found) - SHOWN_PROBLEMS} more")
