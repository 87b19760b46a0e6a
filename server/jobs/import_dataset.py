"""Import: a dataset becomes scenes of a project, each with its labels as one label change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy.orm import Session

from labels import RECORD_KINDS, LabelChange, LabelError, LabelSet, Taxonomy, encode_change
from server.clock import utc_now
from server.jobs.context import JobContext, Report
from server.store import labels as label_store
from server.store import projects, scenes
from server.store.db import Database
from server.store.tables import JsonObject, SceneRow
from server.store.taxonomies import decode_taxonomy, encode_taxonomy, extended

if TYPE_CHECKING:
    from formats import Dataset, Format
    from formats.mapping import CategoryMapping
    from fusion import Problem, Scene
    from server.trajectories import ChosenTrajectory, TrajectorySource


@dataclass(frozen=True)
class _Target:
    """Where an import goes and what it is told."""

    database: Database
    project_id: str
    dataset: Dataset
    item: Format
    with_labels: bool
    mapping: CategoryMapping | None
    trajectory: TrajectorySource
    report: Report


def run_import(context: JobContext, arguments: JsonObject) -> JsonObject:
    """The job's body."""
    from formats.location import parse_location
    from server.category_mapping import decode_mapping

    return import_dataset(
        context.database,
        context.project_id,
        parse_location(arguments["path"]),
        arguments["format"],
        with_labels=arguments["with_labels"],
        assume=arguments.get("assume", {}),
        mapping=decode_mapping(arguments),
        trajectory=arguments.get("trajectory", "given"),
        report=context.report,
    )


def import_dataset(
    database: Database,
    project_id: str,
    path: Path,
    format: str | None,  # noqa: A002
    *,
    with_labels: bool,
    report: Report,
    assume: Mapping[str, str] = MappingProxyType({}),
    mapping: CategoryMapping | None = None,
    trajectory: TrajectorySource = "given",
) -> JsonObject:
    """Index a dataset in place; a scene that the project has already is left alone, so it may be run again.

    Args:
        database: The store.
        project_id: The project that gets the scenes.
        path: The dataset's folder.
        format: Its format; found out where None.
        with_labels: Whether to take the labels that lie beside the data.
        report: Told how far it is.
        assume: How what the format leaves open was settled: question to answer.
        mapping: What the labels' categories become; None keeps them all.
        trajectory: Where poses come from: ``registration`` makes some for scenes that have none, ``none`` leaves the
            dataset's own out.

    Returns:
        ``scenes_added``, ``scenes_known``, ``cuboids``, ``problems`` and ``scene_ids`` of all its scenes.

    Raises:
        FormatError: The folder is no dataset.
        ValueError: There is no such format, question or answer.
        InvalidError: Poses by registration are wanted, but what makes them is not installed.
    """
    from formats import get_format, open_dataset
    from formats.location import is_remote
    from formats.mapping import given_mapping
    from server.trajectories import check_trajectory

    check_trajectory(trajectory)
    report(0.0, f"looking through {path.name}")
    dataset = open_dataset(path if is_remote(path) else path.resolve(), format, assume)
    item = get_format(dataset.format)
    if mapping is not None:
        with database.read() as session:
            wanted = decode_taxonomy(projects.get_project(session, project_id).taxonomy)
        mapping = given_mapping(mapping, dataset.taxonomy or item.default_taxonomy, wanted)
    result: JsonObject = {"scenes_added": 0, "scenes_known": 0, "cuboids": 0, "problems": 0, "scene_ids": []}
    count = len(dataset.scenes)
    for index, scene in enumerate(dataset.scenes):
        text = f"{scene.name} ({index + 1} of {count})"
        part = _part_of(report, index, count, text)
        target = _Target(database, project_id, dataset, item, with_labels, mapping, trajectory, part)
        target.report(0.0, "")
        _import_scene(target, scene, result)
    return result


def _part_of(report: Report, index: int, count: int, text: str) -> Report:
    """A report on one of several scenes."""

    def report_part(progress: float, message: str) -> None:
        report((index + progress) / count, f"{text}: {message}" if message else text)

    return report_part


def _import_scene(target: _Target, given: Scene, result: JsonObject) -> None:
    from formats.location import location_text
    from formats.mapping import map_labels
    from fusion import Problem
    from server.trajectories import choose_trajectory

    dataset_path = location_text(given.path)
    with target.database.read() as session:
        known = scenes.find_scene(session, target.project_id, dataset_path, given.name)
    if known is not None:
        result["scenes_known"] += 1
        result["scene_ids"].append(known.id)
        return
    # Read before the transaction: others may save meanwhile.
    chosen = choose_trajectory(given, target.trajectory, target.report)
    scene = chosen.scene
    # Formats whose boxes stand in a world need the dataset's own poses to read them.
    reading = target.item.read_labels(given) if target.with_labels else None
    found = _problems(scene, (*target.dataset.problems, *chosen.problems), reading.problems if reading else ())
    labels = reading.labels if reading else LabelSet()
    if target.mapping is not None:
        labels = map_labels(labels, target.mapping)
    try:
        scene_id = _store(target, dataset_path, chosen, found, labels)
    except LabelError as error:
        labels = LabelSet()
        found.append(Problem(scene.name, f"its labels are left out, for they contradict each other: {error}"))
        scene_id = _store(target, dataset_path, chosen, found, labels)
    result["scenes_added"] += 1
    result["cuboids"] += len(labels.cuboids)
    result["problems"] += len(found)
    result["scene_ids"].append(scene_id)


def _store(
    target: _Target, dataset_path: str, chosen: ChosenTrajectory, found: Sequence[Problem], labels: LabelSet
) -> str:
    """Scene, labels and the state of its files in one transaction: there is never one without the others."""
    from server.file_index import index_scene

    files = index_scene(chosen.scene).packed()
    with target.database.write() as session:
        row = scenes.add_scene(
            session, target.project_id, dataset_path, chosen.scene, found, chosen.note, chosen.packed
        )
        scenes.write_files(session, row.id, files)
        _extend_taxonomy(session, target, labels)
        store_labels(session, row, labels, target.item.name)
    return row.id


def _problems(scene: Scene, before: Sequence[Problem], of_labels: Sequence[Problem]) -> list[Problem]:
    from formats import check_scene

    return [*before, *scene.problems, *check_scene(scene), *of_labels]


def _extend_taxonomy(session: Session, target: _Target, labels: LabelSet) -> None:
    project = projects.get_project(session, target.project_id)
    before = decode_taxonomy(project.taxonomy)
    used = {track.category for track in labels.tracks.values()}
    more = target.dataset.taxonomy or target.item.default_taxonomy
    # Who says what the categories become wants no others.
    after = extended(before, more if target.mapping is None else _only(more, used), used)
    if after != before:
        project.taxonomy = encode_taxonomy(after)
        session.flush()


def _only(taxonomy: Taxonomy, used: set[str]) -> Taxonomy:
    """The taxonomy with the categories that are used, and the questions that concern them."""
    categories = tuple(replace(row, parent=None) for row in taxonomy.categories if row.name in used)
    names = {row.name for row in categories}
    attributes = tuple(
        replace(row, categories=tuple(name for name in row.categories if name in names))
        for row in taxonomy.attributes
        if not row.categories or names.intersection(row.categories)
    )
    return replace(taxonomy, categories=categories, attributes=attributes)


def store_labels(session: Session, row: SceneRow, labels: LabelSet, format_name: str) -> None:
    """Add the labels of a scene that has none, as one change of the import."""
    added = {kind: tuple(getattr(labels, kind).values()) for kind in RECORD_KINDS if getattr(labels, kind)}
    if not added:
        return
    author = f"import:{format_name}"
    change = LabelChange(
        change_id=str(uuid5(NAMESPACE_URL, f"truebox:import:{row.id}")),
        scene_id=row.id,
        author=author,
        time=utc_now(),
        base_revision=0,
        added=added,
    )
    label_store.append_change(session, row.id, encode_change(change), author)
