"""Import: a dataset becomes scenes of a project, each with its labels as one label change."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy.orm import Session

from labels import RECORD_KINDS, LabelChange, LabelError, LabelSet, encode_change
from server.clock import utc_now
from server.jobs.context import JobContext, Report
from server.store import labels as label_store
from server.store import projects, scenes
from server.store.db import Database
from server.store.tables import JsonObject, SceneRow
from server.store.taxonomies import decode_taxonomy, encode_taxonomy, extended

if TYPE_CHECKING:
    from formats import Format, LabelReading
    from fusion import Problem, Scene


def run_import(context: JobContext, arguments: JsonObject) -> JsonObject:
    """The job's body."""
    return import_dataset(
        context.database,
        context.project_id,
        Path(arguments["path"]),
        arguments["format"],
        with_labels=arguments["with_labels"],
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
) -> JsonObject:
    """Index a dataset in place; a scene that the project has already is left alone, so it may be run again.

    Returns:
        ``scenes_added``, ``scenes_known``, ``cuboids``, ``problems`` and ``scene_ids`` of all its scenes.

    Raises:
        FormatError: The folder is no dataset.
        ValueError: There is no such format.
    """
    from formats import get_format, open_dataset

    report(0.0, f"looking through {path.name}")
    dataset = open_dataset(path.resolve(), format)
    result: JsonObject = {"scenes_added": 0, "scenes_known": 0, "cuboids": 0, "problems": 0, "scene_ids": []}
    for index, scene in enumerate(dataset.scenes):
        report(index / len(dataset.scenes), f"{scene.name} ({index + 1} of {len(dataset.scenes)})")
        _import_scene(database, project_id, scene, get_format(dataset.format), dataset.problems, with_labels, result)
    return result


def _import_scene(
    database: Database,
    project_id: str,
    scene: Scene,
    item: Format,
    dataset_problems: Sequence[Problem],
    with_labels: bool,
    result: JsonObject,
) -> None:
    from fusion import Problem

    dataset_path = str(scene.path.resolve())
    with database.read() as session:
        known = scenes.find_scene(session, project_id, dataset_path, scene.name)
    if known is not None:
        result["scenes_known"] += 1
        result["scene_ids"].append(known.id)
        return
    # Read before the transaction: others may save meanwhile.
    reading = item.read_labels(scene) if with_labels else None
    found = _problems(scene, reading, dataset_problems)
    labels = reading.labels if reading else LabelSet()
    try:
        scene_id = _store(database, project_id, dataset_path, scene, item, found, labels)
    except LabelError as error:
        labels = LabelSet()
        found.append(Problem(scene.name, f"its labels are left out, for they contradict each other: {error}"))
        scene_id = _store(database, project_id, dataset_path, scene, item, found, labels)
    result["scenes_added"] += 1
    result["cuboids"] += len(labels.cuboids)
    result["problems"] += len(found)
    result["scene_ids"].append(scene_id)


def _store(
    database: Database,
    project_id: str,
    dataset_path: str,
    scene: Scene,
    item: Format,
    found: Sequence[Problem],
    labels: LabelSet,
) -> str:
    """Scene and labels in one transaction: there is never one without the other."""
    with database.write() as session:
        row = scenes.add_scene(session, project_id, dataset_path, scene, found)
        _extend_taxonomy(session, project_id, item, labels)
        store_labels(session, row, labels, item.name)
    return row.id


def _problems(scene: Scene, reading: LabelReading | None, dataset_problems: Sequence[Problem]) -> list[Problem]:
    from formats import check_scene

    return [*dataset_problems, *scene.problems, *check_scene(scene), *(reading.problems if reading else ())]


def _extend_taxonomy(session: Session, project_id: str, item: Format, labels: LabelSet) -> None:
    project = projects.get_project(session, project_id)
    before = decode_taxonomy(project.taxonomy)
    after = extended(before, item.default_taxonomy, {track.category for track in labels.tracks.values()})
    if after != before:
        project.taxonomy = encode_taxonomy(after)
        session.flush()


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
