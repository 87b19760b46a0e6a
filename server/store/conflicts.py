"""Whether a change fits the labels as they are: conflicts with others are shown, contradictions refused.

A conflict is settled per record: a change is refused as stale only where a record it touches, or one that its own
records lean on, was changed by others first. Everything else is rebased silently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from labels import (
    RECORD_KINDS,
    Conflict,
    Cuboid,
    ImageBox,
    LabelChange,
    LabelError,
    RecordKind,
    StaleRevisionError,
    Track,
)
from labels.records import DECODERS, ENCODERS
from server.store.records import (
    StoredRecord,
    chunks,
    find_records,
    find_removed,
    select_records,
)
from server.store.tables import CuboidRow, ImageBoxRow, JsonObject, LabelChangeRow, TrackRow

_T = TypeVar("_T")
NOUNS: dict[RecordKind, str] = {
    "tracks": "track",
    "cuboids": "cuboid",
    "image_boxes": "image box",
    "frame_states": "state of frame",
}


def check_change(session: Session, change: LabelChange, current_revision: int, body: JsonObject) -> None:
    """Compare a change with the tables.

    Args:
        session: A write session.
        change: The change.
        current_revision: The scene's.
        body: The change as it was sent: where JSON is the same, records need not be read to compare them.

    Raises:
        StaleRevisionError: Others were first; holds every conflicting record.
        LabelError: The change contradicts itself or labels that its author knew.
    """
    check = _Check(session, change, body)
    check.own_records()
    # The rest leans on the records that exist; without them its complaints would be echoes.
    if not check.conflicts:
        check.named_tracks()
        check.left_behind()
        check.places()
        check.external_ids()
    if check.conflicts:
        raise StaleRevisionError(change.base_revision, current_revision, check.conflicts)


@dataclass
class _Check:
    session: Session
    change: LabelChange
    body: JsonObject
    conflicts: list[Conflict] = field(default_factory=list)

    def own_records(self) -> None:
        """Each record must be what its author saw, and touched by nobody else since."""
        for kind in RECORD_KINDS:
            ids = self.change.touched_ids(kind)
            stored = find_records(self.session, self.change.scene_id, kind, ids)
            removed = find_removed(self.session, self.change.scene_id, kind, [i for i in ids if i not in stored])
            revisions = {record.id: record.revision for record in stored.values()} | removed
            by_others = self._touched_by_others(revisions)
            sent = _sent_before(self.body, kind)
            for record_id, before, after in _steps(self.change, kind):
                seen = _Seen(before, sent.get(record_id))
                reason = _reason(kind, record_id, seen, stored.get(record_id), record_id in by_others)
                if reason:
                    yours = None if after is None else ENCODERS[kind](after)
                    self._add_conflict(kind, record_id, reason, yours, stored.get(record_id))

    def _touched_by_others(self, revisions: dict[str, int]) -> set[str]:
        newer = {i: revision for i, revision in revisions.items() if revision > self.change.base_revision}
        authors: dict[int, str] = {}
        for chunk in chunks(sorted(set(newer.values()))):
            statement = select(LabelChangeRow.revision, LabelChangeRow.author).where(
                LabelChangeRow.scene_id == self.change.scene_id, LabelChangeRow.revision.in_(chunk)
            )
            authors |= dict(self.session.execute(statement).all())
        return {i for i, revision in newer.items() if authors[revision] != self.change.author}

    def named_tracks(self) -> None:
        """A cuboid or image box must name a track that exists after the change."""
        added = {track.id for track in self._put("tracks", Track)}
        naming: dict[str, tuple[RecordKind, str]] = {}
        naming |= {c.track_id: ("cuboids", c.id) for c in self._put("cuboids", Cuboid)}
        naming |= {b.track_id: ("image_boxes", b.id) for b in self._put("image_boxes", ImageBox) if b.track_id}
        leaving = {track.id for track in self.change.removed.get("tracks", ())}
        wanted = [track_id for track_id in naming if track_id not in added]
        known = find_records(self.session, self.change.scene_id, "tracks", wanted).keys() - leaving
        missing = [track_id for track_id in wanted if track_id not in known]
        removed = find_removed(self.session, self.change.scene_id, "tracks", missing)
        for track_id in missing:
            kind, record_id = naming[track_id]
            reason = f"{NOUNS[kind]} {record_id} names track {track_id}, which does not exist"
            self._clash("tracks", track_id, reason, None, removed.get(track_id, 0))

    def left_behind(self) -> None:
        """A track that goes must leave nothing that names it."""
        for chunk in chunks(track.id for track in self.change.removed.get("tracks", ())):
            self._left_behind_in(
                "cuboids", select_records(self.session, self.change.scene_id, "cuboids", CuboidRow.track_id.in_(chunk))
            )
            self._left_behind_in(
                "image_boxes",
                select_records(self.session, self.change.scene_id, "image_boxes", ImageBoxRow.track_id.in_(chunk)),
            )

    def _left_behind_in(self, kind: RecordKind, naming: Iterator[StoredRecord]) -> None:
        touched = set(self.change.touched_ids(kind))
        for record in naming:
            if record.id not in touched:
                reason = f"track {record.body['track_id']} cannot go while {NOUNS[kind]} {record.id} belongs to it"
                self._clash(kind, record.id, reason, record, record.revision)

    def places(self) -> None:
        """A track has at most one key cuboid a frame."""
        touched = set(self.change.touched_ids("cuboids"))
        wanted = self._unique(
            self._put("cuboids", Cuboid),
            lambda cuboid: (cuboid.track_id, cuboid.frame_index),
            lambda cuboid: f"track {cuboid.track_id} has two key cuboids in frame {cuboid.frame_index}",
        )
        for chunk in chunks(wanted):
            track_ids, frames = zip(*chunk, strict=True)
            near = (CuboidRow.track_id.in_(set(track_ids)), CuboidRow.frame_index.in_(set(frames)))
            for theirs in select_records(self.session, self.change.scene_id, "cuboids", *near):
                place = (theirs.body["track_id"], theirs.body["frame_index"])
                if theirs.id not in touched and place in wanted:
                    reason = f"track {place[0]} has a key cuboid in frame {place[1]} already"
                    self._clash("cuboids", wanted[place].id, reason, theirs, theirs.revision, wanted[place])

    def external_ids(self) -> None:
        """No two tracks share an ``external_id``."""
        touched = set(self.change.touched_ids("tracks"))
        wanted = self._unique(
            (track for track in self._put("tracks", Track) if track.external_id is not None),
            lambda track: track.external_id,
            lambda track: f"two tracks share the external id {track.external_id}",
        )
        for chunk in chunks(wanted):
            for theirs in select_records(self.session, self.change.scene_id, "tracks", TrackRow.external_id.in_(chunk)):
                if theirs.id not in touched:
                    name = theirs.body["external_id"]
                    reason = f"track {theirs.id} has the external id {name} already"
                    self._clash("tracks", wanted[name].id, reason, theirs, theirs.revision, wanted[name])

    def _put(self, kind: RecordKind, record_type: type[_T]) -> Iterator[_T]:
        """The records of a kind as they are after the change."""
        after = (*self.change.added.get(kind, ()), *(to for _, to in self.change.updated.get(kind, ())))
        return (record for record in after if isinstance(record, record_type))

    def _unique(self, records: Iterator[_T], key: Callable[[_T], Any], reason: Callable[[_T], str]) -> dict[Any, _T]:
        unique: dict[Any, _T] = {}
        for record in records:
            if key(record) in unique:
                raise LabelError(reason(record))
            unique[key(record)] = record
        return unique

    def _clash(
        self,
        kind: RecordKind,
        record_id: str,
        reason: str,
        theirs: StoredRecord | None,
        revision: int,
        yours: Any = None,
    ) -> None:
        """A conflict where others caused it after the base, else the author's own contradiction."""
        if revision <= self.change.base_revision:
            raise LabelError(reason)
        self._add_conflict(kind, record_id, reason, None if yours is None else ENCODERS[kind](yours), theirs)

    def _add_conflict(
        self, kind: RecordKind, record_id: str, reason: str, yours: Any, theirs: StoredRecord | None
    ) -> None:
        self.conflicts.append(Conflict(kind, record_id, reason, yours, None if theirs is None else theirs.body))


def _steps(change: LabelChange, kind: RecordKind) -> Iterator[tuple[str, Any, Any]]:
    """(id, before, after) of every record of a kind; None where it does not exist."""
    for record in change.removed.get(kind, ()):
        yield record.id, record, None
    for before, after in change.updated.get(kind, ()):
        yield before.id, before, after
    for record in change.added.get(kind, ()):
        yield record.id, None, record


@dataclass(frozen=True)
class _Seen:
    """A record as the author of a change saw it: read, and as it was sent; None where it did not exist."""

    record: Any
    body: JsonObject | None

    def is_as(self, kind: RecordKind, stored: StoredRecord, name: str) -> bool:
        """Whether it is the stored one."""
        return self.body == stored.body or bool(DECODERS[kind](stored.body, name) == self.record)


def _sent_before(body: JsonObject, kind: RecordKind) -> dict[str, JsonObject]:
    """The records of a kind that a change names as they were, by id."""
    before = [*body["removed"].get(kind, ()), *(pair["from"] for pair in body["updated"].get(kind, ()))]
    return {record["id"]: record for record in before}


def _reason(kind: RecordKind, record_id: str, seen: _Seen, stored: StoredRecord | None, by_others: bool) -> str | None:
    name = f"{NOUNS[kind]} {record_id}"
    if seen.record is None:
        if stored is not None:
            return f"{name} exists already"
        return f"{name} was removed by others" if by_others else None
    if stored is None:
        return f"{name} was removed by others"
    return f"{name} was changed by others" if by_others or not seen.is_as(kind, stored, name) else None
