"""Projects: a name, a taxonomy, scenes."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from labels import Taxonomy
from server.clock import utc_now
from server.errors import InvalidError, NameTakenError, NotFoundError
from server.store.tables import JsonObject, ProjectRow, SceneRow
from server.store.taxonomies import decode_taxonomy, encode_taxonomy


def create_project(session: Session, name: str, taxonomy: Taxonomy) -> ProjectRow:
    """A new, empty project; raises ``NameTakenError``."""
    if find_project(session, name) is not None:
        raise NameTakenError(f"there is a project {name} already")
    row = ProjectRow(id=str(uuid4()), name=name, created_at=utc_now(), taxonomy=encode_taxonomy(taxonomy))
    session.add(row)
    session.flush()
    return row


def find_project(session: Session, name: str) -> ProjectRow | None:
    """The project of that name."""
    return session.scalars(select(ProjectRow).where(ProjectRow.name == name)).one_or_none()


def get_project(session: Session, project_id: str) -> ProjectRow:
    """The project; raises ``NotFoundError``."""
    row = session.get(ProjectRow, project_id)
    if row is None:
        raise NotFoundError(f"there is no project {project_id}")
    return row


def list_projects(session: Session) -> list[ProjectRow]:
    """All projects, oldest first."""
    return list(session.scalars(select(ProjectRow).order_by(ProjectRow.created_at, ProjectRow.id)))


def scene_counts(session: Session) -> dict[str, int]:
    """Scenes by project; projects without scenes are left out."""
    statement = select(SceneRow.project_id, func.count()).group_by(SceneRow.project_id)
    return dict(session.execute(statement).all())


def replace_taxonomy(session: Session, project_id: str, value: JsonObject) -> ProjectRow:
    """Store the next version of a project's taxonomy.

    Raises:
        NotFoundError: No such project.
        InvalidError: It contradicts itself, or its version is not the stored one plus 1: others were first.
    """
    row = session.scalars(select(ProjectRow).where(ProjectRow.id == project_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no project {project_id}")
    taxonomy = decode_taxonomy(value)
    expected = row.taxonomy["version"] + 1
    if taxonomy.version != expected:
        raise InvalidError(f"taxonomy.version: expected {expected}, found {taxonomy.version}; read it again first")
    row.taxonomy = encode_taxonomy(taxonomy)
    return row
