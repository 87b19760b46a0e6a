"""Raw files that changed since their import, and datasets that moved."""

from __future__ import annotations

from fastapi import APIRouter

from formats.location import location_text
from server.browse import usable_folder
from server.changed_files import KEPT_PROBLEMS, CheckedFiles, accept_files, check_stored_files
from server.relink import Move, apply_relink, plan_relink
from server.scene_cache import open_stored_scene
from server.schemas.files import FileReport, RelinkedScene, RelinkReport, RelinkRequest
from server.services import Services, ServicesDep
from server.store import scenes
from server.views import problem_views

router = APIRouter(tags=["files"])


@router.post("/scenes/{scene_id}/files/check")
def check_files(scene_id: str, services: ServicesDep) -> FileReport:
    """Compare the scene's raw files with those that were imported; the list of scenes shows what was found."""
    with services.database.read() as session:
        row = scenes.get_scene(session, scene_id)
    found = check_stored_files(services.database, row, services.scenes.open(row))
    if found.is_news:
        _look_again(services)
    return _report(found)


@router.post("/scenes/{scene_id}/files/accept")
def accept_changed_files(scene_id: str, services: ServicesDep) -> FileReport:
    """Take the scene's raw files as they are now, so that only later changes are shown."""
    with services.database.read() as session:
        row = scenes.get_scene(session, scene_id)
    found = accept_files(services.database, row, open_stored_scene(row))
    _look_again(services)
    return _report(found)


@router.post("/projects/{project_id}/relink")
def relink_project(project_id: str, request: RelinkRequest, services: ServicesDep) -> RelinkReport:
    """Point all scenes below a folder to where it is now, if they are the same scenes there; all of them, or none."""
    new_root = location_text(usable_folder(request.new_root, services.settings.import_roots))
    moves = plan_relink(services.database, project_id, request.old_root, new_root)
    is_good = not any(move.problems or (move.changed and not request.with_changed) for move in moves)
    if is_good and not request.dry_run:
        apply_relink(services.database, moves, with_changed=request.with_changed)
        _look_again(services)
    return RelinkReport(is_done=is_good and not request.dry_run, scenes=[_relinked(move) for move in moves])


def _look_again(services: Services) -> None:
    services.scenes.forget()
    services.findings.forget()


def _report(found: CheckedFiles) -> FileReport:
    return FileReport(files=found.files, problem_count=found.problem_count, problems=problem_views(found.problems))


def _relinked(move: Move) -> RelinkedScene:
    return RelinkedScene(
        scene_id=move.scene_id,
        name=move.name,
        old_path=move.old_path,
        new_path=move.new_path,
        compared_files=move.compared_files,
        problems=problem_views(move.problems),
        changed_count=len(move.changed),
        changed=problem_views(move.changed[:KEPT_PROBLEMS]),
    )
