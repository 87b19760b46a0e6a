"""``truebox convert``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from server.cli.choices import (
    AssumeOption,
    CategoriesOption,
    MappingOption,
    ScenesOption,
    SourcesOption,
    UnconfirmedOption,
    UnknownOption,
    answers,
    check_unknown,
    kept_or_dropped,
    listed,
    parse_path,
    written_mapping,
)
from server.cli.options import JsonOption
from server.cli.output import progress_bar, show_json, show_note, show_text, spinner

if TYPE_CHECKING:
    from formats.convert import Conversion, ConvertReport

EXAMPLE = "Example: [bold]truebox convert ~/kitti/training ~/drive-native --to native --sensor-data link[/bold]"
SHOWN_PROBLEMS = 5


def convert(
    source: Annotated[
        Path, typer.Argument(metavar="IN", parser=parse_path, help="The dataset's folder.", show_default=False)
    ],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder to write.", show_default=False)],
    to: Annotated[str, typer.Option("--to", help="The form to write.", show_default=False)],
    from_format: Annotated[
        str | None, typer.Option("--from", help="The dataset's form; found out where not given.", show_default=False)
    ] = None,
    sensor_data: Annotated[
        Literal["none", "link", "copy"],
        typer.Option(help="Clouds, images and poses: left out, hard links (copies on another disk), or copies."),
    ] = "link",
    derive_2d: Annotated[
        Literal["missing", "all"],
        typer.Option("--derive-2d", help="2D boxes that came with an import stand (missing), or all are made anew."),
    ] = "missing",
    scenes: ScenesOption = None,
    categories: CategoriesOption = None,
    sources: SourcesOption = None,
    include_unconfirmed: UnconfirmedOption = True,
    mapping: MappingOption = None,
    unknown: UnknownOption = None,
    assume: AssumeOption = None,
    strict: Annotated[bool, typer.Option("--strict", help="Write nothing where anything would be lost.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write into a folder that is not empty.")] = False,
    json: JsonOption = False,
) -> None:
    """Turn a dataset into another form, folder to folder; says first what that form cannot hold."""
    from formats import ExportOptions
    from formats.convert import prepare_conversion, write_conversion
    from server.errors import InvalidError
    from server.formats_by_name import check_format_name, invalid_answers

    check_format_name(to, writes_labels=True)
    check_format_name(from_format)
    check_out(out, force)
    options = ExportOptions(
        sources=_as_tuple(sources),
        categories=_as_tuple(categories),
        include_unconfirmed=include_unconfirmed,
        derive_2d=derive_2d,
        sensor_data=sensor_data,
    )
    with spinner(f"reading {source.name}"), invalid_answers():
        conversion = prepare_conversion(
            source,
            to,
            from_format=from_format,
            options=options,
            assume=answers(assume),
            mapping=written_mapping(mapping),
            unknown=kept_or_dropped(unknown),
            scenes=listed(scenes),
        )
    check_unknown(conversion.unknown, unknown)
    if strict and conversion.losses:
        _show_refusal(conversion, json)
        raise InvalidError(f"{out}: nothing is written: {len(conversion.losses)} kind(s) of loss and --strict")
    if not json:
        _show_losses(conversion)
    with progress_bar(f"converting {source.name}") as report:
        done = write_conversion(conversion, out, report)
    if json:
        show_json(_result(conversion) | _written(done, out))
    else:
        show_text(f"{done.rows} labels of {done.scenes} scene(s) written to {out} as {to}{_sensor_text(done)}")


def _as_tuple(values: list[str] | None) -> tuple[str, ...] | None:
    names = listed(values)
    return None if names is None else tuple(names)


def check_out(out: Path, force: bool) -> None:
    """Raise ``InvalidError`` where a folder to write is a file, or holds files and ``force`` is not given."""
    from server.errors import InvalidError

    if out.exists() and not out.is_dir():
        raise InvalidError(f"{out}: expected a folder, found a file")
    if not force and out.is_dir() and any(out.iterdir()):
        raise InvalidError(f"{out}: expected an empty folder or none, found files; --force writes into it")


def _show_refusal(conversion: Conversion, json: bool) -> None:
    if json:
        show_json(_result(conversion) | {"written": False})
    else:
        _show_losses(conversion)


def _show_losses(conversion: Conversion) -> None:
    for row in conversion.categories:
        if row.target not in (None, row.category):
            show_note(f"note: {row.category} is written as {row.target} ({row.tracks} tracks)")
    if conversion.unconfirmed_count:
        done = "written" if conversion.exports[0].options.include_unconfirmed else "left out"
        show_note(f"note: {conversion.unconfirmed_count} cuboids that nobody agreed with are {done}")
    for loss in conversion.losses:
        show_note(f"note: {loss.message} ({loss.count} times)")
    for problem in conversion.problems[:SHOWN_PROBLEMS]:
        show_note(f"note: {problem.path}: {problem.message}")
    if len(conversion.problems) > SHOWN_PROBLEMS:
        show_note(f"note: and {len(conversion.problems) - SHOWN_PROBLEMS} more; see truebox inspect")


def _result(conversion: Conversion) -> dict[str, Any]:
    return {
        "from": conversion.source.format,
        "to": conversion.target.name,
        "losses": [{"message": loss.message, "count": loss.count} for loss in conversion.losses],
        "problems": [{"path": problem.path, "message": problem.message} for problem in conversion.problems],
        "guesses": [asdict(guess) for guess in conversion.source.guesses],
        "categories": [asdict(row) for row in conversion.categories],
        "unknown_categories": dict(conversion.unknown),
        "unconfirmed": conversion.unconfirmed_count,
    }


def _written(done: ConvertReport, out: Path) -> dict[str, Any]:
    return {
        "written": True,
        "path": str(out),
        "scenes": done.scenes,
        "rows": done.rows,
        "files": done.files,
        "sensor_files": {what: done.sensor_files[what] for what in ("linked", "copied", "written")},
    }


def _sensor_text(done: ConvertReport) -> str:
    parts = [f"{count} files {what}" for what, count in done.sensor_files.items()]
    return "; sensor data: " + ", ".join(parts) if parts else ""
