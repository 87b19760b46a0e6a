"""Jobs as rows: what was asked, how far it is, what came out."""

from __future__ import annotations

from typing import Literal
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.clock import utc_now
from server.errors import NotFoundError
from server.store.tables import JobRow, JsonObject

JobKind = Literal["import", "export", "merge", "autolabel"]
JobState = Literal["queued", "running", "done", "failed", "cancelled"]
ACTIVE: tuple[JobState, ...] = ("queued", "running")


def create_job(session: Session, kind: JobKind, project_id: str, arguments: JsonObject) -> JobRow:
    """A job that waits for a worker."""
    row = JobRow(
        id=str(uuid4()),
        kind=kind,
        project_id=project_id,
        arguments=arguments,
        state="queued",
        progress=0.0,
        message="waiting",
        created_at=utc_now(),
        cancel_requested=False,
    )
    session.add(row)
    session.flush()
    return row


def find_job(session: Session, job_id: str) -> JobRow | None:
    """The job, or None where it is gone."""
    return session.get(JobRow, job_id)


def get_job(session: Session, job_id: str) -> JobRow:
    """The job; raises ``NotFoundError``."""
    row = find_job(session, job_id)
    if row is None:
        raise NotFoundError(f"there is no job {job_id}")
    return row


def list_jobs(session: Session, project_id: str | None = None) -> list[JobRow]:
    """Newest first."""
    statement = select(JobRow).order_by(JobRow.created_at.desc())
    if project_id is not None:
        statement = statement.where(JobRow.project_id == project_id)
    return list(session.scalars(statement.limit(200)))


def active_jobs(session: Session) -> list[JobRow]:
    """Those that wait or run, oldest first."""
    return list(session.scalars(select(JobRow).where(JobRow.state.in_(ACTIVE)).order_by(JobRow.created_at)))


def is_active(session: Session, kind: JobKind, project_id: str) -> bool:
    """Whether a project has a job of a kind that waits or runs."""
    mine = (JobRow.kind == kind, JobRow.project_id == project_id, JobRow.state.in_(ACTIVE))
    return session.scalars(select(JobRow.id).where(*mine).limit(1)).first() is not None


def start(session: Session, job_id: str) -> JobRow | None:
    """Take a waiting job; None where it is not waiting any more."""
    row = session.get(JobRow, job_id)
    if row is None or row.state != "queued":
        return None
    row.state, row.started_at, row.message = "running", utc_now(), "starting"
    return row


def requeue(session: Session, job_id: str) -> None:
    """Put a job back whose worker is gone."""
    _change(session, job_id, state="queued", message="waiting", started_at=None)


def finish(
    session: Session,
    job_id: str,
    state: JobState,
    message: str,
    *,
    error: str | None = None,
    result: JsonObject | None = None,
) -> None:
    """Note how an active job ended; one that has ended stays as it is."""
    values: JsonObject = {"state": state, "message": message, "error": error, "finished_at": utc_now()}
    if state == "done":
        values |= {"progress": 1.0, "result": result}
    _change(session, job_id, **values)


def keep_result(session: Session, job_id: str, result: JsonObject) -> None:
    """Note what a running job did so far."""
    # A copy: the row would not notice that what it holds was changed.
    _change(session, job_id, result=dict(result))


def request_cancel(session: Session, job_id: str) -> JobRow:
    """Ask a job to stop; one that only waits is cancelled at once. Raises ``NotFoundError``."""
    row = get_job(session, job_id)
    if row.state == "queued":
        row.state, row.message, row.finished_at = "cancelled", "cancelled", utc_now()
    elif row.state == "running":
        row.cancel_requested = True
    return row


def _change(session: Session, job_id: str, **values: object) -> None:
    session.execute(
        update(JobRow)
        .where(JobRow.id == job_id, JobRow.state.in_(ACTIVE))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
