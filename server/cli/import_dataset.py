"""``truebox import``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import typer

from server.cli.choices import (
    AssumeOption,
    LocationArgument,
    MappingOption,
    UnknownChoice,
    UnknownOption,
    answers,
    check_unknown,
    kept_or_dropped,
    written_mapping,
)
from server.cli.options import DataDirOption, FormatOption, JsonOption, find_named_project, make_settings, open_database
from server.cli.output import progress_bar, show_json, show_note, show_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from formats import Dataset
    from formats.mapping import CategoryMapping
    from server.store.db import Database

EXAMPLE = (
    "Example: [bold]truebox import ~/kitti/training --project town[/bold]; labels into what is there:"
    " [bold]truebox import ~/predictions --project town --labels-only --onto all --policy match --dry-run[/bold]"
)
SHOWN_PROBLEMS = 8
COUNTED = {
    "tracks_added": "tracks are new",
    "tracks_matched": "tracks are ones that exist",
    "tracks_removed": "tracks go",
    "cuboids_added": "cuboids are new",
    "cuboids_updated": "cuboids change",
    "cuboids_removed": "cuboids go",
    "cuboids_same": "cuboids are there already",
    "cuboids_kept": "cuboids are left out, for what a person made or what is confirmed stands",
    "categories_kept": "tracks keep their category, for a person worked on them",
    "image_boxes_added": "2D boxes are new",
    "image_boxes_updated": "2D boxes change",
    "image_boxes_removed": "2D boxes go",
    "frame_states_added": "frames get a state",
}


def import_dataset(
    path: LocationArgument,
    project: Annotated[str, typer.Option(help="The project's name; made where there is none.", show_default=False)],
    format: FormatOption = None,  # noqa: A002
    with_labels: Annotated[
        bool, typer.Option("--labels/--no-labels", help="Take the labels that lie beside it.")
    ] = True,
    mapping: MappingOption = None,
    unknown: UnknownOption = None,
    assume: AssumeOption = None,
    trajectory: Annotated[
        Literal["given", "registration", "none"],
        typer.Option(help="Poses: the dataset's, made by registration where it has none, or none."),
    ] = "given",
    labels_only: Annotated[
        bool, typer.Option("--labels-only", help="Put labels or predictions into scenes that the project has.")
    ] = False,
    onto: Annotated[
        list[str] | None,
        typer.Option(help="With --labels-only: a scene's name or id, again for more; else all.", show_default=False),
    ] = None,
    policy: Annotated[
        Literal["add", "replace-source", "match"],
        typer.Option(help="With --labels-only: beside what exists, instead of the same source's, or by overlap."),
    ] = "match",
    min_iou: Annotated[
        float, typer.Option(help="With --labels-only: how much two cuboids of one object overlap.", min=0.01, max=1.0)
    ] = 0.5,
    source: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="SOURCE",
            help="With --labels-only: what they are, such as model:pillar@3; unconfirmed then.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --labels-only: say what would happen, and write nothing.")
    ] = False,
    data_dir: DataDirOption = None,
    json: JsonOption = False,
) -> None:
    """Bring a dataset into a project, or labels into its scenes; scenes that are there already are left alone."""
    from server.formats_by_name import check_format_name, invalid_answers

    check_format_name(format)
    chosen = answers(assume)
    _check_options(labels_only, onto, source, dry_run)
    with open_database(make_settings(data_dir)) as database, invalid_answers():
        if labels_only:
            options = {"policy": policy.replace("-", "_"), "min_iou": min_iou, "source": source, "dry_run": dry_run}
            result = _merge(database, path, project, format, chosen, onto, mapping, unknown, options)
        else:
            result = _import(database, path, project, format, chosen, with_labels, mapping, unknown, trajectory)
    if json:
        show_json(result)
    elif labels_only:
        _show_merge(result, project)
    else:
        _show_import(result, project, path)


def _check_options(labels_only: bool, onto: list[str] | None, source: str | None, dry_run: bool) -> None:
    from server.errors import InvalidError

    given = [name for name, value in (("--onto", onto), ("--as", source), ("--dry-run", dry_run)) if value]
    if given and not labels_only:
        raise InvalidError(f"{given[0]} goes with --labels-only; truebox inspect is the dry run of an import")
    if source is not None and (source.split(":", 1)[0] not in ("model", "imported") or not source.partition(":")[2]):
        raise InvalidError(f"--as: expected model:NAME@VERSION or imported:NAME, found {source}")


def _import(
    database: Database,
    path: Path,
    project: str,
    format: str | None,  # noqa: A002
    assume: Mapping[str, str],
    with_labels: bool,
    mapping: Path | None,
    unknown: UnknownChoice | None,
    trajectory: Literal["given", "registration", "none"],
) -> dict[str, Any]:
    from formats import open_dataset
    from server.default_taxonomy import default_taxonomy
    from server.jobs import import_dataset as job
    from server.store.projects import create_project, find_project
    from server.store.taxonomies import decode_taxonomy

    dataset = open_dataset(path, format, assume)  # before a project is made for something that is no dataset
    with database.read() as session:
        row = find_project(session, project)
    taxonomy = default_taxonomy() if row is None else decode_taxonomy(row.taxonomy)
    named = _mapping_into(dataset, taxonomy, mapping, unknown) if with_labels else None
    with database.write() as session:
        row = find_project(session, project) or create_project(session, project, default_taxonomy())
    with progress_bar(f"importing {path.name}") as report:
        result = job.import_dataset(
            database,
            row.id,
            path,
            format,
            with_labels=with_labels,
            assume=assume,
            mapping=named,
            trajectory=trajectory,
            report=report,
        )
    return {"project_id": row.id, **result}


def _mapping_into(
    dataset: Dataset, taxonomy: Any, path: Path | None, unknown: UnknownChoice | None
) -> CategoryMapping | None:
    """What categories become in a project; None where all are kept and nobody asked to refuse any."""
    from formats import get_format
    from formats.mapping import CategoryMapping, given_mapping, unknown_categories

    if path is None and unknown in (None, "keep"):
        return None
    item = get_format(dataset.format)
    own = dataset.taxonomy or item.default_taxonomy
    written = written_mapping(path) or CategoryMapping()
    named = given_mapping(written, own, taxonomy, kept_or_dropped(unknown))
    if unknown == "refuse":
        label_sets = [item.read_labels(scene).labels for scene in dataset.scenes]
        counts = [unknown_categories(labels, taxonomy, named) for labels in label_sets]
        check_unknown({name: sum(each.get(name, 0) for each in counts) for each in counts for name in each}, unknown)
    return named


def _merge(
    database: Database,
    path: Path,
    project: str,
    format: str | None,  # noqa: A002
    assume: Mapping[str, str],
    onto: list[str] | None,
    mapping: Path | None,
    unknown: UnknownChoice | None,
    options: dict[str, Any],
) -> dict[str, Any]:
    from server.cli.export_labels import find_scenes
    from server.jobs.merge_labels import merge_labels

    with database.read() as session:
        row = find_named_project(session, project)
        scene_ids = find_scenes(session, row, None if onto == ["all"] else onto)
    written = written_mapping(mapping)
    named = {
        "mapping": None if written is None else written.to,
        "unknown": kept_or_dropped(unknown) or (written.unknown if written else "keep"),
    }
    arguments = {"assume": assume, "onto": scene_ids, **named, **options}
    if unknown == "refuse":
        told = merge_labels(database, row.id, path, format, **(arguments | {"dry_run": True}))
        check_unknown(_nameless(told["categories"], cast("dict[str, str | None] | None", named["mapping"])), unknown)
    with progress_bar(f"merging {path.name}") as report:
        result = merge_labels(database, row.id, path, format, **arguments, report=report)
    return {"project_id": row.id, "dry_run": options["dry_run"], **result}


def _nameless(categories: list[dict[str, Any]], mapping: dict[str, str | None] | None) -> dict[str, int]:
    """Categories that neither the project nor a mapping has a name for."""
    rows = [row for row in categories if not row["is_known"]]
    if mapping is None:
        return {row["name"]: row["tracks"] for row in rows if row["suggestion"] is None}
    return {row["name"]: row["tracks"] for row in rows if row["name"] not in mapping}


def _show_import(result: dict[str, Any], project: str, path: Path) -> None:
    known = f"; {result['scenes_known']} scene(s) were there already" if result["scenes_known"] else ""
    show_text(f"{project}: {result['scenes_added']} scene(s) added with {result['cuboids']} cuboids{known}")
    if result["problems"]:
        show_text(f"{result['problems']} problem(s); see them with: truebox inspect {path}")


def _show_merge(result: dict[str, Any], project: str) -> None:
    told = "would get labels; nothing is written" if result["dry_run"] else "got labels"
    show_text(f"{project}: {result['scenes']} scene(s) {told}")
    for name, text in COUNTED.items():
        if result["counts"][name]:
            show_text(f"{result['counts'][name]} {text}")
    if result["unmatched_frames"]:
        show_text(f"{result['unmatched_frames']} frames with labels are none of the project's")
    if not result["dry_run"]:
        if result["problems"]:
            show_text(f"{result['problems']} problem(s) and assumptions; see them with --dry-run")
        return
    for row in result["categories"]:
        if not row["is_known"]:
            becomes = f"becomes {row['suggestion']}" if row["suggestion"] else "is new to the project"
            show_note(
                f"note: category {row['name']} ({row['tracks']} tracks) {becomes} unless --mapping says otherwise"
            )
    for problem in result["problems"][:SHOWN_PROBLEMS]:
        show_note(f"note: {problem['path']}: {problem['message']}")
    if len(result["problems"]) > SHOWN_PROBLEMS:
        show_note(f"note: and {len(result['problems']) - SHOWN_PROBLEMS} more; --json lists them")
