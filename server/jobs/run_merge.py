"""Labels into scenes that exist: what a request asks for, and what it is told."""

from __future__ import annotations

from server.jobs.context import JobContext, Report
from server.store import projects
from server.store.db import Database
from server.store.tables import JsonObject


def run_merge(context: JobContext, arguments: JsonObject) -> JsonObject:
    """The job's body."""
    return _merge(context.database, context.project_id, arguments, dry_run=False, report=context.report)


def check_merge(database: Database, project_id: str, arguments: JsonObject) -> JsonObject:
    """What a merge would do, without writing.

    Raises:
        NotFoundError: No such project or scene.
        FormatError: The path holds no labels.
        ValueError: There is no such question or answer.
    """
    with database.read() as session:
        projects.get_project(session, project_id)
    return _merge(database, project_id, arguments, dry_run=True, report=lambda _progress, _message: None)


def _merge(database: Database, project_id: str, arguments: JsonObject, *, dry_run: bool, report: Report) -> JsonObject:
    from formats.location import parse_location
    from server.jobs.merge_labels import merge_labels

    return merge_labels(
        database,
        project_id,
        parse_location(arguments["path"]),
        arguments["format"],
        assume=arguments["assume"],
        mapping=arguments["mapping"],
        unknown=arguments["unknown"],
        policy=arguments["policy"],
        min_iou=arguments["min_iou"],
        onto=arguments["scene_ids"],
        source=arguments["source"],
        dry_run=dry_run,
        report=report,
    )
