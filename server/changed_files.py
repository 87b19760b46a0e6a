"""Noticing that raw files of a stored scene changed since its import, and taking them as they are now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.file_index import FileIndex, check_scene_files, index_scene
from server.store import scenes
from server.store.db import Database
from server.store.tables import JsonObject, SceneRow

if TYPE_CHECKING:
    from fusion import Problem, Scene

KEPT_PROBLEMS = 200
"""Of a scene whose files all changed, a person reads the first; the count is exact."""


@dataclass(frozen=True)
class CheckedFiles:
    """What became of a look at a scene's files.

    Attributes:
        files: How many there are.
        problem_count: How many are gone or changed.
        problems: The first of them.
        is_news: Whether the last look found something else.
    """

    files: int
    problem_count: int
    problems: tuple[Problem, ...]
    is_news: bool


def check_stored_files(database: Database, row: SceneRow, scene: Scene) -> CheckedFiles:
    """Compare a scene's files with those that were imported, and keep what is found for the list of scenes.

    A file whose time differs but whose bytes do not is taken as it is without a word. A scene of a time when no state
    was kept is looked at for the first time, so that changes are noticed from now on.
    """
    with database.read() as session:
        packed = scenes.read_files(session, row.id)
    if packed is None:
        return accept_files(database, row, scene)
    before = FileIndex.unpacked(packed)
    check = check_scene_files(before, scene)
    report = _report(check.problems)
    is_news = report != row.changed_files
    if is_news or check.index != before:
        _store(database, row.id, check.index, report)
    kept = check.problems[:KEPT_PROBLEMS]
    return CheckedFiles(len(before.files), len(check.problems), kept, is_news)


def accept_files(database: Database, row: SceneRow, scene: Scene) -> CheckedFiles:
    """Take a scene's files as they are now for those that belong to its labels."""
    index = index_scene(scene)
    _store(database, row.id, index, {})
    return CheckedFiles(len(index.files), 0, (), bool(row.changed_files))


def _store(database: Database, scene_id: str, index: FileIndex, report: JsonObject) -> None:
    with database.write() as session:
        scenes.get_scene(session, scene_id).changed_files = report
        scenes.write_files(session, scene_id, index.packed())


def _report(problems: Sequence[Problem]) -> JsonObject:
    if not problems:
        return {}
    kept = [{"path": problem.path, "message": problem.message} for problem in problems[:KEPT_PROBLEMS]]
    return {"count": len(problems), "problems": kept}
