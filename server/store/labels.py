"""The one door for labels: a change is checked, appended to the log and projected, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from labels import RECORD_KINDS, LabelChange, LabelError, LabelSet, RecordKind, decode_change
from labels.label_set import Cuboid, FrameState, ImageBox, Track
from labels.records import DECODERS
from server.clock import utc_now
from server.errors import NotFoundError
from server.store import records
from server.store.conflicts import check_change
from server.store.tables import (
    RECORD_TABLES,
    JsonObject,
    LabelChangeRow,
    ProjectRow,
    SceneRow,
)


@dataclass(frozen=True)
class AppendedChange:
    """What became of a change: its revision, and whether it was there already."""

    revision: int
    change_id: str
    was_known: bool
    body: JsonObject


@dataclass(frozen=True)
class PreparedChange:
    """A change that was read and may be stored: reading a large one takes seconds in which others could save.

    Attributes:
        body: As JSON, with its author.
        change: The same, read.
    """

    body: JsonObject
    change: LabelChange


def prepare_change(sent: JsonObject, author: str) -> PreparedChange:
    """Read a change, outside of any transaction.

    Args:
        sent: The change as JSON; stored as it came but for the author.
        author: Who made it, as the server knows.

    Raises:
        RecordError: ``sent`` is not a change.
    """
    body = {**sent, "author": author}
    return PreparedChange(body, decode_change(body))


def append_change(session: Session, scene_id: str, sent: JsonObject, author: str) -> AppendedChange:
    """Store a change once, however often it is sent; as ``append_prepared``.

    Raises:
        RecordError: ``sent`` is not a change.
    """
    return append_prepared(session, scene_id, prepare_change(sent, author))


def append_prepared(session: Session, scene_id: str, prepared: PreparedChange) -> AppendedChange:
    """Store a change once, however often it is sent.

    Args:
        session: A write session.
        scene_id: The scene it was sent to.
        prepared: The change.

    Raises:
        NotFoundError: No such scene.
        StaleRevisionError: Others changed the same records first.
        LabelError: The change does not fit the scene or contradicts the labels.
    """
    body, change = prepared.body, prepared.change
    # A row lock keeps other writers out on databases that let several write at a time.
    scene = session.scalars(select(SceneRow).where(SceneRow.id == scene_id).with_for_update()).one_or_none()
    if scene is None:
        raise NotFoundError(f"there is no scene {scene_id}")
    if known := _find_change(session, change, scene_id):
        return known
    _check_fits_scene(session, change, scene)
    check_change(session, change, scene.revision, body)
    revision = scene.revision + 1
    session.add(
        LabelChangeRow(
            scene_id=scene_id,
            revision=revision,
            change_id=change.change_id,
            author=change.author,
            received_at=utc_now(),
            schema_version=change.schema_version,
            body=body,
        )
    )
    records.write_change(session, scene_id, body, revision)
    scene.revision = revision
    scene.updated_at = utc_now()
    return AppendedChange(revision, change.change_id, False, body)


def read_labels(session: Session, scene_id: str, since: int | None = None) -> JsonObject:
    """All records, or those touched after ``since`` with the ids of those removed after it."""
    answer: JsonObject = {"revision": _revision(session, scene_id), "removed": {}}
    for kind in RECORD_KINDS:
        newer = () if since is None else (RECORD_TABLES[kind].revision > since,)
        answer[kind] = [record.body for record in records.select_records(session, scene_id, kind, *newer)]
        answer["removed"][kind] = [] if since is None else records.removed_since(session, scene_id, kind, since)
    return answer


def read_changes(session: Session, scene_id: str, after: int, limit: int) -> list[JsonObject]:
    """The log from a revision on, oldest first."""
    _revision(session, scene_id)
    statement = (
        select(LabelChangeRow.revision, LabelChangeRow.body)
        .where(LabelChangeRow.scene_id == scene_id, LabelChangeRow.revision > after)
        .order_by(LabelChangeRow.revision)
        .limit(limit)
    )
    return [{"revision": revision, "change": body} for revision, body in session.execute(statement)]


def load_label_set(session: Session, scene_id: str) -> LabelSet:
    """The labels as the other rooms know them."""
    scene = session.get(SceneRow, scene_id)
    if scene is None:
        raise NotFoundError(f"there is no scene {scene_id}")
    taxonomy = session.get_one(ProjectRow, scene.project_id).taxonomy
    tables: dict[str, dict[str, Any]] = {kind: _decoded(session, scene_id, kind) for kind in RECORD_KINDS}
    return LabelSet(taxonomy_version=taxonomy["version"], revision=scene.revision, **tables)


def name_as_stored(session: Session, scene_id: str, body: JsonObject) -> None:
    """Let a change name the records it updates and removes as they are stored.

    Turned into numbers and back, a rotation's last bit differs, and so would the record.
    """
    for kind in RECORD_KINDS:
        pairs, removed = body["updated"].get(kind, []), body["removed"].get(kind, [])
        ids = [pair["from"]["id"] for pair in pairs] + [record["id"] for record in removed]
        bodies = {key: record.body for key, record in records.find_records(session, scene_id, kind, ids).items()}
        for pair in pairs:
            pair["from"] = bodies.get(pair["from"]["id"], pair["from"])
        if removed:
            body["removed"][kind] = [bodies.get(record["id"], record) for record in removed]


def rebuild(session: Session, scene_id: str) -> None:
    """Make a scene's tables anew from its log."""
    records.clear(session, scene_id)
    statement = (
        select(LabelChangeRow.revision, LabelChangeRow.body)
        .where(LabelChangeRow.scene_id == scene_id)
        .order_by(LabelChangeRow.revision)
    )
    last = 0
    for revision, body in session.execute(statement).all():
        records.write_change(session, scene_id, body, revision)
        last = revision
    session.get_one(SceneRow, scene_id).revision = last


def _decoded(session: Session, scene_id: str, kind: RecordKind) -> dict[str, Any]:
    found = records.select_records(session, scene_id, kind)
    return {record.id: DECODERS[kind](record.body, f"{kind}[{record.id}]") for record in found}


def _revision(session: Session, scene_id: str) -> int:
    revision = session.scalar(select(SceneRow.revision).where(SceneRow.id == scene_id))
    if revision is None:
        raise NotFoundError(f"there is no scene {scene_id}")
    return revision


def _find_change(session: Session, change: LabelChange, scene_id: str) -> AppendedChange | None:
    row = session.scalars(select(LabelChangeRow).where(LabelChangeRow.change_id == change.change_id)).one_or_none()
    if row is None:
        return None
    if row.scene_id != scene_id:
        raise LabelError(f"change_id {change.change_id} was used in another scene")
    return AppendedChange(row.revision, row.change_id, True, row.body)


def _check_fits_scene(session: Session, change: LabelChange, scene: SceneRow) -> None:
    if change.scene_id != scene.id:
        raise LabelError(f"the change is for scene {change.scene_id}, but was sent to {scene.id}")
    if change.is_empty:
        raise LabelError("the change touches nothing")
    if change.base_revision > scene.revision:
        raise LabelError(f"base_revision {change.base_revision} is ahead of the scene's revision {scene.revision}")
    categories: set[str] | None = None
    for before, after in _put_records(change):
        _check_frame(after, scene)
        if isinstance(after, Track) and (before is None or before.category != after.category):
            categories = categories if categories is not None else _categories(session, scene)
            if after.category not in categories:
                known = ", ".join(sorted(categories))
                raise LabelError(f"track {after.id}: category {after.category} is not one of the project's ({known})")


def _put_records(change: LabelChange) -> list[tuple[Any, Any]]:
    pairs = [(None, record) for kind in RECORD_KINDS for record in change.added.get(kind, ())]
    return pairs + [pair for kind in RECORD_KINDS for pair in change.updated.get(kind, ())]


def _check_frame(record: Track | Cuboid | ImageBox | FrameState, scene: SceneRow) -> None:
    last = record.last_frame if isinstance(record, Track) else record.frame_index
    if last >= scene.frame_count:
        raise LabelError(f"{record.id}: frame {last} is beyond the scene's last frame, {scene.frame_count - 1}")


def _categories(session: Session, scene: SceneRow) -> set[str]:
    taxonomy = session.get_one(ProjectRow, scene.project_id).taxonomy
    return {category["name"] for category in taxonomy["categories"]}
