"""The projection of the label log: the records as they are now, each with the revision that last touched it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.orm import Session

from labels import RECORD_KINDS, RecordKind
from server.store.tables import (
    RECORD_COLUMNS,
    RECORD_TABLES,
    JsonObject,
    RecordRow,
    RemovedRecordRow,
)

CHUNK = 500
"""Values in one SQL list: below every database's limit on parameters."""

_T = TypeVar("_T")


@dataclass(frozen=True)
class StoredRecord:
    """A record as it is: its JSON, and the revision of the change that last touched it."""

    id: str
    body: JsonObject
    revision: int


def chunks(items: Iterable[_T]) -> Iterator[list[_T]]:
    """Split into lists that one statement can take."""
    rest = iter(items)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def find_records(session: Session, scene_id: str, kind: RecordKind, ids: Sequence[str]) -> dict[str, StoredRecord]:
    """Those of the ids that exist."""
    table = RECORD_TABLES[kind]
    found: dict[str, StoredRecord] = {}
    for chunk in chunks(ids):
        found |= {record.id: record for record in select_records(session, scene_id, kind, table.id.in_(chunk))}
    return found


def select_records(
    session: Session, scene_id: str, kind: RecordKind, *where: ColumnElement[bool]
) -> Iterator[StoredRecord]:
    """All records of a kind that meet the conditions, oldest touch first."""
    table: type[RecordRow] = RECORD_TABLES[kind]
    statement = (
        select(table.id, table.body, table.revision)
        .where(table.scene_id == scene_id, *where)
        .order_by(table.revision, table.id)
    )
    for record_id, body, revision in session.execute(statement):
        yield StoredRecord(record_id, body, revision)


def find_removed(session: Session, scene_id: str, kind: RecordKind, ids: Sequence[str]) -> dict[str, int]:
    """Those of the ids that existed once and are gone, with the revision that removed them."""
    found: dict[str, int] = {}
    for chunk in chunks(ids):
        statement = select(RemovedRecordRow.id, RemovedRecordRow.revision).where(
            RemovedRecordRow.scene_id == scene_id, RemovedRecordRow.kind == kind, RemovedRecordRow.id.in_(chunk)
        )
        found |= dict(session.execute(statement).all())
    return found


def removed_since(session: Session, scene_id: str, kind: RecordKind, since: int) -> list[str]:
    """Ids of the records of a kind that went after a revision and did not come back."""
    statement = (
        select(RemovedRecordRow.id)
        .where(RemovedRecordRow.scene_id == scene_id, RemovedRecordRow.kind == kind, RemovedRecordRow.revision > since)
        .order_by(RemovedRecordRow.revision, RemovedRecordRow.id)
    )
    return list(session.scalars(statement))


def write_change(session: Session, scene_id: str, body: JsonObject, revision: int) -> None:
    """Bring the tables to what the change says; it must fit (``conflicts.check_change``)."""
    for kind in RECORD_KINDS:
        _write_kind(session, scene_id, kind, body, revision)


def clear(session: Session, scene_id: str) -> None:
    """Empty a scene's tables, not its log."""
    for table in (*RECORD_TABLES.values(), RemovedRecordRow):
        session.execute(delete(table).where(table.scene_id == scene_id))


def _write_kind(session: Session, scene_id: str, kind: RecordKind, body: JsonObject, revision: int) -> None:
    added: list[JsonObject] = body["added"].get(kind, [])
    updated: list[JsonObject] = [pair["to"] for pair in body["updated"].get(kind, [])]
    removed: list[str] = [record["id"] for record in body["removed"].get(kind, [])]
    # All old rows go before any new one comes: two tracks may swap their numbers in one change.
    _delete_rows(session, RECORD_TABLES[kind], scene_id, [*removed, *(record["id"] for record in updated)])
    _delete_rows(session, RemovedRecordRow, scene_id, [record["id"] for record in added], RemovedRecordRow.kind == kind)
    _insert_rows(
        session,
        RemovedRecordRow,
        [{"scene_id": scene_id, "kind": kind, "id": record_id, "revision": revision} for record_id in removed],
    )
    _insert_rows(
        session,
        RECORD_TABLES[kind],
        [
            {
                "scene_id": scene_id,
                "id": record["id"],
                "revision": revision,
                "body": record,
                **{column: record[column] for column in RECORD_COLUMNS[kind]},
            }
            for record in (*added, *updated)
        ],
    )


def _delete_rows(
    session: Session,
    table: type[RecordRow | RemovedRecordRow],
    scene_id: str,
    ids: Sequence[str],
    *where: ColumnElement[bool],
) -> None:
    for chunk in chunks(ids):
        session.execute(
            delete(table)
            .where(table.scene_id == scene_id, table.id.in_(chunk), *where)
            .execution_options(synchronize_session=False)
        )


def _insert_rows(session: Session, table: type[RecordRow | RemovedRecordRow], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(table).execution_options(render_nulls=True), rows)
