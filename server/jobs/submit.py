"""A request becomes a job."""

from __future__ import annotations

from server.errors import AlreadyRunningError
from server.schemas.jobs import Job
from server.services import Services
from server.store import jobs, projects
from server.store.tables import JsonObject
from server.views import job_view

ONE_AT_A_TIME: frozenset[jobs.JobKind] = frozenset({"autolabel"})
"""Kinds of which a project has one job at most: a second would undo what the first does."""


def submit_job(services: Services, kind: jobs.JobKind, project_id: str, arguments: JsonObject) -> Job:
    """Make a job that runs as soon as a worker is free.

    Raises:
        NotFoundError: There is no such project.
        AlreadyRunningError: The project has such a job, and one at a time is all there can be.
    """
    with services.database.write() as session:
        name = projects.get_project(session, project_id).name
        if kind in ONE_AT_A_TIME and jobs.is_active(session, kind, project_id):
            raise AlreadyRunningError(f"{name}: such a job waits or runs already; wait for it, or cancel it first")
        row = jobs.create_job(session, kind, project_id, arguments)
    services.jobs.submit(row.id)
    return job_view(row)
