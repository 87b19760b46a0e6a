"""Projects, their taxonomies, and the lists of their scenes."""

from __future__ import annotations

from fastapi import APIRouter

from server.default_taxonomy import default_taxonomy
from server.scene_cache import is_missing
from server.schemas.projects import NewProject, Project, Taxonomy
from server.schemas.scenes import SceneSummary
from server.services import ServicesDep
from server.store import projects, scenes
from server.views import project_view, scene_summary

router = APIRouter(tags=["projects"])


@router.get("/projects")
def list_projects(services: ServicesDep) -> list[Project]:
    """All projects, oldest first."""
    with services.database.read() as session:
        counts = projects.scene_counts(session)
        return [project_view(row, counts.get(row.id, 0)) for row in projects.list_projects(session)]


@router.post("/projects", status_code=201)
def create_project(request: NewProject, services: ServicesDep) -> Project:
    """A new, empty project."""
    with services.database.write() as session:
        row = projects.create_project(session, request.name.strip(), default_taxonomy())
    return project_view(row, 0)


@router.get("/projects/{project_id}")
def read_project(project_id: str, services: ServicesDep) -> Project:
    """One project."""
    with services.database.read() as session:
        row = projects.get_project(session, project_id)
        return project_view(row, projects.scene_counts(session).get(project_id, 0))


@router.put("/projects/{project_id}/taxonomy")
def replace_taxonomy(project_id: str, taxonomy: Taxonomy, services: ServicesDep) -> Taxonomy:
    """The next version of what the project labels; `version` must be the stored one plus 1."""
    with services.database.write() as session:
        row = projects.replace_taxonomy(session, project_id, taxonomy.model_dump())
    return Taxonomy.model_validate(row.taxonomy)


@router.get("/projects/{project_id}/scenes")
def list_scenes(project_id: str, services: ServicesDep) -> list[SceneSummary]:
    """The scenes of a project in the order of their import, with how far each is."""
    with services.database.read() as session:
        projects.get_project(session, project_id)
        counts = scenes.counts_by_scene(session, project_id)
        rows = scenes.list_scenes(session, project_id)
    missing = {path for path in {row.dataset_path for row in rows} if is_missing(path)}
    return [scene_summary(row, counts.get(row.id), is_missing=row.dataset_path in missing) for row in rows]
