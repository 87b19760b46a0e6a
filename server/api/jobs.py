"""Long work: import, export, and how they go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import APIRouter
from starlette.responses import FileResponse

from formats.location import location_text
from server.browse import usable_folder
from server.errors import NotFoundError
from server.formats_by_name import check_format_name, invalid_answers
from server.jobs.export_labels import check_export
from server.jobs.run_merge import check_merge
from server.jobs.submit import submit_job
from server.schemas.jobs import ExportCheck, ExportRequest, ImportRequest, Job
from server.schemas.merge import MergeReport, MergeRequest
from server.security import check_inside
from server.services import Services, ServicesDep
from server.store import jobs
from server.store.tables import JsonObject
from server.trajectories import check_trajectory
from server.views import job_view

router = APIRouter(tags=["jobs"])
ARCHIVE: dict[int | str, dict[str, Any]] = {200: {"content": {"application/zip": {}}, "description": "The labels."}}


@router.post("/projects/{project_id}/import", status_code=202)
def import_dataset(project_id: str, request: ImportRequest, services: ServicesDep) -> Job:
    """Index a dataset in place, as a job; scenes that the project has already are left alone."""
    check_format_name(request.format)
    check_trajectory(request.trajectory)
    folder = usable_folder(request.path, services.settings.import_roots)
    return submit_job(services, "import", project_id, request.model_dump() | {"path": location_text(folder)})


@router.post("/projects/{project_id}/export", status_code=202)
def export_labels(project_id: str, request: ExportRequest, services: ServicesDep) -> Job:
    """Write labels as an archive to download, as a job."""
    check_format_name(request.format, writes_labels=True)
    return submit_job(services, "export", project_id, request.model_dump())


@router.post("/projects/{project_id}/export/check")
def check_export_labels(project_id: str, request: ExportRequest, services: ServicesDep) -> ExportCheck:
    """What an export would write, and what the format cannot hold; nothing is written."""
    check_format_name(request.format, writes_labels=True)
    return ExportCheck.model_validate(check_export(services.database, project_id, request.model_dump()))


@router.post("/projects/{project_id}/merge-labels", status_code=202)
def merge_labels(project_id: str, request: MergeRequest, services: ServicesDep) -> Job:
    """Put labels or predictions into scenes that exist, as a job."""
    return submit_job(services, "merge", project_id, _merge_arguments(request, services))


@router.post("/projects/{project_id}/merge-labels/check")
def check_merge_labels(project_id: str, request: MergeRequest, services: ServicesDep) -> MergeReport:
    """What labels would change in scenes that exist; nothing is written."""
    arguments = _merge_arguments(request, services)
    with invalid_answers():
        return MergeReport.model_validate(check_merge(services.database, project_id, arguments))


@router.get("/jobs")
def list_jobs(services: ServicesDep, project_id: str | None = None) -> list[Job]:
    """The newest 200, newest first."""
    with services.database.read() as session:
        return [job_view(row) for row in jobs.list_jobs(session, project_id)]


@router.get("/jobs/{job_id}")
def read_job(job_id: str, services: ServicesDep) -> Job:
    """One job."""
    with services.database.read() as session:
        return job_view(jobs.get_job(session, job_id))


@router.post("/jobs/{job_id}/cancel")
def cancel_job(job_id: str, services: ServicesDep) -> Job:
    """Ask a job to stop; one that has ended stays as it is."""
    with services.database.write() as session:
        return job_view(jobs.request_cancel(session, job_id))


@router.get("/jobs/{job_id}/download", response_class=FileResponse, responses=ARCHIVE)
def download_export(job_id: str, services: ServicesDep) -> FileResponse:
    """The archive of an export that is done."""
    with services.database.read() as session:
        row = jobs.get_job(session, job_id)
    name = (row.result or {}).get("file_name")
    if name is None:
        raise NotFoundError(f"job {job_id} has nothing to download")
    folder = services.settings.exports_dir / job_id
    path = check_inside(folder / Path(name).name, [folder])
    if not path.is_file():
        raise NotFoundError(f"{name} is no longer there; export again")
    return FileResponse(path, filename=name, media_type="application/zip")


def _merge_arguments(request: MergeRequest, services: Services) -> JsonObject:
    check_format_name(request.format)
    path = usable_folder(request.path, services.settings.import_roots)
    return request.model_dump() | {"path": location_text(path)}
