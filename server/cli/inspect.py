"""``truebox inspect``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, Any

import typer

from server.cli.choices import (
    AssumeOption,
    LocationArgument,
    MappingOption,
    UnknownOption,
    answers,
    kept_or_dropped,
    written_mapping,
)
from server.cli.options import DataDirOption, FormatOption, JsonOption, find_named_project, make_settings, open_database
from server.cli.output import show_json, show_note, show_pretty, show_text, spinner

if TYPE_CHECKING:
    from formats.mapping import CategoryMapping
    from labels import Taxonomy

EXAMPLE = "Example: [bold]truebox inspect ~/kitti/2011_09_26/2011_09_26_drive_0013_sync --json[/bold]"
JsonObject = dict[str, Any]


def inspect(
    path: LocationArgument,
    format: FormatOption = None,  # noqa: A002
    assume: AssumeOption = None,
    project: Annotated[
        str | None,
        typer.Option(help="The project that is to get it; else a new one.", show_default=False),
    ] = None,
    mapping: MappingOption = None,
    unknown: UnknownOption = None,
    write_mapping: Annotated[
        Path | None,
        typer.Option(help="Write what becomes of the categories as YAML, to be edited.", show_default=False),
    ] = None,
    data_dir: DataDirOption = None,
    json: JsonOption = False,
) -> None:
    """Show what would be imported from a folder, every guess and every problem; nothing is imported."""
    from formats import get_format, inspect_dataset
    from formats.mapping import given_mapping
    from server.formats_by_name import check_format_name, invalid_answers

    check_format_name(format)
    chosen = answers(assume)
    taxonomy, known = _project(project, data_dir, path)
    with spinner(f"looking through {path.name}"), invalid_answers():
        report = inspect_dataset(path, format, chosen)
    written = written_mapping(mapping) or _keep(kept_or_dropped(unknown))
    named = given_mapping(written, get_format(report["format"]).default_taxonomy, taxonomy, kept_or_dropped(unknown))
    report |= {"import": _import_plan(report, known, taxonomy, named)}
    if write_mapping is not None:
        _write_mapping(report["import"]["categories"], write_mapping)
    if json:
        show_json(report)
    else:
        _show(report)


def _keep(unknown: Any) -> CategoryMapping:
    from formats.mapping import CategoryMapping

    return CategoryMapping(unknown=unknown or "keep")


def _project(name: str | None, data_dir: Path | None, path: Path) -> tuple[Taxonomy, set[tuple[str, str]]]:
    """What a project labels, and its scenes of a dataset as (name, format); those of a new one where none is named."""
    from server.default_taxonomy import default_taxonomy
    from server.store.scenes import list_scenes
    from server.store.taxonomies import decode_taxonomy

    if name is None:
        return default_taxonomy(), set()
    with open_database(make_settings(data_dir)) as database, database.read() as session:
        row = find_named_project(session, name)
        # A dataset's scenes may lie above or below the folder that is opened.
        there = [each for each in list_scenes(session, row.id) if _are_near(each.dataset_path, str(path.resolve()))]
        return decode_taxonomy(row.taxonomy), {(each.source_name, each.format) for each in there}


def _are_near(one: str, other: str) -> bool:
    return PurePath(one).is_relative_to(other) or PurePath(other).is_relative_to(one)


def _import_plan(
    report: JsonObject, known: set[tuple[str, str]], taxonomy: Taxonomy, mapping: CategoryMapping
) -> JsonObject:
    """What an import would do: scenes to add and those that are there, labels, and what becomes of each category."""
    from formats import get_format
    from server.inspection import describe_categories

    used: Counter[str] = Counter()
    for scene in report["scenes"]:
        used.update(scene["categories"])
    there = [scene["name"] for scene in report["scenes"] if (scene["name"], report["format"]) in known]
    own = get_format(report["format"]).default_taxonomy
    categories = describe_categories(used, own, taxonomy)
    for row in categories:
        row["becomes"] = mapping.target(row["name"])
        row["is_known"] = row["is_known"] or row["name"] in mapping.to
    return {
        "scenes_to_add": [scene["name"] for scene in report["scenes"] if scene["name"] not in there],
        "scenes_known": there,
        "labels": sum(scene["labels"] for scene in report["scenes"] if scene["name"] not in there),
        "categories": categories,
        "unknown_categories": [row["name"] for row in categories if not row["is_known"]],
    }


def _write_mapping(categories: list[JsonObject], path: Path) -> None:
    from formats.mapping import CategoryMapping
    from formats.mapping_file import mapping_text

    named = {row["name"]: row["becomes"] if row["is_known"] else row["suggestion"] or row["name"] for row in categories}
    path.write_text(mapping_text(CategoryMapping(named)), encoding="utf-8")
    show_note(f"note: what becomes of {len(named)} categories is written to {path}")


def _show(report: JsonObject) -> None:
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
    show_pretty(scenes, *map(_guess, report["guesses"]), heading, *problems)
    _show_plan(report["import"])


def _guess(row: Mapping[str, Any]) -> Any:
    from rich.text import Text

    doubt = "" if row["is_sure"] else f"; if it is wrong: --assume {row['question']}={'|'.join(row['choices']) or '…'}"
    return Text.assemble((f"{row['question']} = {row['answer']}: ", "cyan"), f"{row['why']}{doubt}")


def _show_plan(plan: Mapping[str, Any]) -> None:
    there = f"; {len(plan['scenes_known'])} are there already" if plan["scenes_known"] else ""
    show_text(f"import would add {len(plan['scenes_to_add'])} scene(s) with {plan['labels']} labels{there}")
    for row in plan["categories"]:
        tracks = f"{row['name']} ({row['tracks']} tracks)"
        if row["becomes"] is None:
            show_text(f"{tracks}: left out")
        elif row["becomes"] != row["name"]:
            show_text(f"{tracks}: becomes {row['becomes']}")
        elif not row["is_known"]:
            nearest = f"; the nearest known is {row['suggestion']}" if row["suggestion"] else ""
            show_text(f"{tracks}: new to the project{nearest}; choose with --mapping or --unknown")


def _sensors(scene: Mapping[str, Any]) -> str:
    lidars = [f"{row['name']}: {row['frames']} clouds, {row['points']:,} points" for row in scene["lidars"]]
    cameras = [f"{row['name']}: {row['frames']} images {row['width']} × {row['height']}" for row in scene["cameras"]]
    return "\n".join([*lidars, *cameras])
