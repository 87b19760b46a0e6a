"""Models: the versions of what a project's labelled frames taught, and which of them proposes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.clock import utc_now
from server.errors import InvalidError, NotFoundError
from server.store.tables import JsonObject, ModelRow

ModelState = Literal["training", "active", "old", "failed"]
TRAINED: tuple[ModelState, ...] = ("active", "old")


@dataclass(frozen=True)
class Lesson:
    """What a model is to learn from.

    Attributes:
        digest: Of the labelled frames.
        learned_from: By scene, ``revision`` and ``frames``.
        box_counts: Labelled boxes by category.
    """

    digest: str
    learned_from: JsonObject
    box_counts: JsonObject


def begin(session: Session, project_id: str, lesson: Lesson, job_id: str | None) -> ModelRow:
    """The next version, in training; an interrupted training on the same labelled frames is gone on with."""
    for row in _rows(session, project_id, "training"):
        if row.lesson == lesson.digest:
            row.job_id = job_id
            return row
        session.delete(row)
    last = session.scalar(select(func.max(ModelRow.version)).where(ModelRow.project_id == project_id))
    made = ModelRow(
        id=str(uuid4()),
        project_id=project_id,
        version=(last or 0) + 1,
        state="training",
        created_at=utc_now(),
        lesson=lesson.digest,
        job_id=job_id,
        learned_from=lesson.learned_from,
        box_counts=lesson.box_counts,
        scores={},
        warnings=[],
        train_s=0.0,
    )
    session.add(made)
    session.flush()
    return made


def fail(session: Session, model_id: str, error: str) -> None:
    """Note why a training came to nothing; the active model stays active."""
    row = session.get(ModelRow, model_id)
    if row is not None and row.state == "training":
        row.state, row.error = "failed", error


def activate(session: Session, row: ModelRow) -> None:
    """Let a version propose from now on."""
    for other in _rows(session, row.project_id, "active"):
        other.state = "old"
    row.state = "active"


def get_version(session: Session, project_id: str, version: int) -> ModelRow:
    """One version; raises ``NotFoundError``."""
    mine = select(ModelRow).where(ModelRow.project_id == project_id, ModelRow.version == version)
    row = session.scalars(mine).one_or_none()
    if row is None:
        raise NotFoundError(f"the project has no model of version {version}")
    return row


def get_trained(session: Session, project_id: str, version: int) -> ModelRow:
    """A version that can propose; raises ``NotFoundError``, or ``InvalidError`` where its training came to nothing."""
    row = get_version(session, project_id, version)
    if row.state not in TRAINED:
        raise InvalidError(f"model {version} cannot propose: {row.error or 'it is still in training'}")
    return row


def active(session: Session, project_id: str) -> ModelRow | None:
    """The version that proposes."""
    return next(iter(_rows(session, project_id, "active")), None)


def newest_trained(session: Session, project_id: str) -> ModelRow | None:
    """The version trained last, whether it is active or not."""
    return next(iter(_rows(session, project_id, *TRAINED)), None)


def list_models(session: Session, project_id: str) -> list[ModelRow]:
    """All versions, newest first."""
    return _rows(session, project_id, "training", "failed", *TRAINED)


def _rows(session: Session, project_id: str, *states: ModelState) -> list[ModelRow]:
    mine = select(ModelRow).where(ModelRow.project_id == project_id, ModelRow.state.in_(states))
    return list(session.scalars(mine.order_by(ModelRow.version.desc())))
