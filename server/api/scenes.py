"""One scene: its rig, poses and addresses."""

from __future__ import annotations

from fastapi import APIRouter, Response

from server.schemas.scenes import SceneDetail
from server.services import ServicesDep
from server.store import projects, scenes
from server.views import scene_detail

router = APIRouter(tags=["scenes"])


@router.get("/scenes/{scene_id}")
def read_scene(scene_id: str, services: ServicesDep) -> SceneDetail:
    """All that the editor needs but points, pictures and labels."""
    with services.database.read() as session:
        row = scenes.get_scene(session, scene_id)
        project = projects.get_project(session, row.project_id)
        neighbour_ids = scenes.neighbours(session, row)
    return scene_detail(row, project, services.scenes.open(row), neighbour_ids)


@router.delete("/scenes/{scene_id}", status_code=204)
def delete_scene(scene_id: str, services: ServicesDep) -> Response:
    """Forget a scene and its labels; raw data is never touched."""
    with services.database.write() as session:
        scenes.delete_scene(session, scene_id)
    return Response(status_code=204)
