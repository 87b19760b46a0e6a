"""``truebox inspect``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from server.cli.options import FormatOption, JsonOption
from server.cli.output import show_json, show_pretty, spinner

EXAMPLE = "Example: [bold]truebox inspect ~/kitti/2011_09_26/2011_09_26_drive_0013_sync --json[/bold]"


def inspect(
    path: Annotated[Path, typer.Argument(help="The dataset's folder.", show_default=False)],
    format: FormatOption = None,  # noqa: A002
    json: JsonOption = False,
) -> None:
    """Show what would be imported from a folder, and every problem; nothing is written."""
    from formats import inspect_dataset
    from server.formats_by_name import check_format_name

    check_format_name(format)
    with spinner(f"looking through {path.name}"):
        report = inspect_dataset(path, format)
    if json:
        show_json(report)
    else:
        _show(report)


def _show(report: dict[str, Any]) -> None:
    from rich.table import Table
    from rich.text import Text

    scenes = Table("scene", title=f"{report['format']}, {len(report['scenes'])} scene(s)", title_justify="left")
    for name in ("frames", "tracks", "labels", "ignored"):
        scenes.add_column(name, justify="right")
    scenes.add_column("sensors")
    for scene in report["scenes"]:
        figures = (str(scene[name]) for name in ("frames", "tracks", "labels", "ignored"))
        scenes.add_row(scene["name"], *figures, _sensors(scene))
    problems = [Text.assemble((f"{row['path']}: ", "yellow"), row["message"]) for row in report["problems"]]
    heading = Text(f"{len(problems)} problem(s)" if problems else "no problems", style="bold")
    show_pretty(scenes, heading, *problems)


def _sensors(scene: dict[str, Any]) -> str:
    lidars = [f"{row['name']}: {row['frames']} clouds, {row['points']:,} points" for row in scene["lidars"]]
    cameras = [f"{row['name']}: {row['frames']} images {row['width']} × {row['height']}" for row in scene["cameras"]]
    return "\n".join([*lidars, *cameras])
