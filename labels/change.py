"""The only way labels change: a recorded difference with an author, that can be applied, inverted and squashed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

from labels.errors import LabelError
from labels.label_set import Cuboid, FrameState, ImageBox, LabelSet, Track

RecordKind = Literal["tracks", "cuboids", "image_boxes", "frame_states"]
RECORD_KINDS: tuple[RecordKind, ...] = (
    "tracks",
    "cuboids",
    "image_boxes",
    "frame_states",
)
Record = Track | Cuboid | ImageBox | FrameState
RecordTable = Mapping[RecordKind, tuple[Record, ...]]
UpdateTable = Mapping[RecordKind, tuple[tuple[Record, Record], ...]]

SCHEMA_VERSION = 1
_T = TypeVar("_T")


@dataclass(frozen=True)
class LabelChange:
    """A difference between two label sets.

    Attributes:
        change_id: UUID made by the client; the same change sent twice is stored once.
        scene_id: The scene it belongs to.
        author: Who made it: ``human:<name>``, ``model:<name>@<version>``, ``import:<format>``.
        time: When it was made, ISO 8601 in UTC.
        base_revision: The revision the author saw.
        added: New records by kind.
        updated: Pairs (from, to) by kind; both have the same id.
        removed: Records that go, by kind.
        schema_version: The version of the records inside.
    """

    change_id: str
    scene_id: str
    author: str
    time: str
    base_revision: int
    added: RecordTable = field(default_factory=dict)
    updated: UpdateTable = field(default_factory=dict)
    removed: RecordTable = field(default_factory=dict)
    schema_version: int = SCHEMA_VERSION

    def __post_init__(self) -> None:
        """Raise ``ValueError`` where one record is touched twice or an update changes an id."""
        for kind in RECORD_KINDS:
            if any(before.id != after.id for before, after in self.updated.get(kind, ())):
                raise ValueError(f"updated.{kind} must not change a record's id")
            counts = Counter(self.touched_ids(kind))
            if twice := [record_id for record_id, count in counts.items() if count > 1]:
                raise ValueError(f"{kind} {twice[0]} is touched twice in one change")

    def touched_ids(self, kind: RecordKind) -> list[str]:
        """Ids of all records of a kind that the change adds, updates or removes."""
        ids = [record.id for record in self.added.get(kind, ())]
        ids += [before.id for before, _ in self.updated.get(kind, ())]
        return ids + [record.id for record in self.removed.get(kind, ())]

    @property
    def is_empty(self) -> bool:
        """Whether it touches nothing."""
        return not any(self.touched_ids(kind) for kind in RECORD_KINDS)


def apply(labels: LabelSet, change: LabelChange) -> LabelSet:
    """The labels after the change; the revision rises by one.

    Raises:
        LabelError: The change does not fit: a record it adds exists, one it updates or removes is gone or differs,
            a cuboid has no track, or a track gets two key cuboids in one frame.
    """
    tables: dict[str, Any] = {kind: _apply_kind(getattr(labels, kind), change, kind) for kind in RECORD_KINDS}
    after = replace(labels, revision=labels.revision + 1, **tables)
    check_integrity(after, change)
    return after


def _apply_kind(before: Mapping[str, Record], change: LabelChange, kind: RecordKind) -> dict[str, Record]:
    records = dict(before)
    for old in change.removed.get(kind, ()):
        _expect_present(records, old, kind)
        del records[old.id]
    for old, new in change.updated.get(kind, ()):
        _expect_present(records, old, kind)
        records[new.id] = new
    for new in change.added.get(kind, ()):
        if new.id in records:
            raise LabelError(f"{kind} {new.id} exists already")
        records[new.id] = new
    return records


def _expect_present(records: Mapping[str, Record], expected: Record, kind: RecordKind) -> None:
    found = records.get(expected.id)
    if found is None:
        raise LabelError(f"{kind} {expected.id} does not exist")
    if found != expected:
        raise LabelError(f"{kind} {expected.id} differs from what the change was made for")


def check_integrity(labels: LabelSet, change: LabelChange) -> None:
    """Check what a change may break between records.

    Raises:
        LabelError: A cuboid or image box names a track that does not exist, a track has two key cuboids in one
            frame, or two tracks share an ``external_id``.
    """
    for cuboid in labels.cuboids.values():
        if cuboid.track_id not in labels.tracks:
            raise LabelError(f"cuboid {cuboid.id} names track {cuboid.track_id}, which does not exist")
    for box in labels.image_boxes.values():
        if box.track_id is not None and box.track_id not in labels.tracks:
            raise LabelError(f"image box {box.id} names track {box.track_id}, which does not exist")
    if change.touched_ids("cuboids"):
        places = ((cuboid.track_id, cuboid.frame_index) for cuboid in labels.cuboids.values())
        if twice := _first_repeated(places):
            raise LabelError(f"track {twice[0]} has two key cuboids in frame {twice[1]}")
    if change.touched_ids("tracks"):
        names = (track.external_id for track in labels.tracks.values() if track.external_id is not None)
        if (name := _first_repeated(names)) is not None:
            raise LabelError(f"two tracks share the external id {name}")


def _first_repeated(items: Iterable[_T]) -> _T | None:
    seen: set[_T] = set()
    for item in items:
        if item in seen:
            return item
        seen.add(item)
    return None


def invert(change: LabelChange, *, change_id: str, base_revision: int) -> LabelChange:
    """The change that takes this one back: applying both leaves the labels as they were, but for the revision."""
    return replace(
        change,
        change_id=change_id,
        base_revision=base_revision,
        added=change.removed,
        removed=change.added,
        updated={kind: tuple((after, before) for before, after in pairs) for kind, pairs in change.updated.items()},
    )


def squash(changes: Sequence[LabelChange]) -> LabelChange:
    """One change with the effect of several made in a row; keeps the first one's id, author and base.

    Raises:
        ValueError: No change given, or the changes do not follow each other.
    """
    if not changes:
        raise ValueError("squash needs at least one change")
    tables = {kind: _squash_kind(changes, kind) for kind in RECORD_KINDS}
    return replace(
        changes[0],
        added={kind: added for kind, (added, _, _) in tables.items() if added},
        updated={kind: updated for kind, (_, updated, _) in tables.items() if updated},
        removed={kind: removed for kind, (_, _, removed) in tables.items() if removed},
    )


def _squash_kind(
    changes: Sequence[LabelChange], kind: RecordKind
) -> tuple[tuple[Record, ...], tuple[tuple[Record, Record], ...], tuple[Record, ...]]:
    first: dict[str, Record | None] = {}
    last: dict[str, Record | None] = {}
    for change in changes:
        steps: list[tuple[str, Record | None, Record | None]] = []
        steps += [(old.id, old, None) for old in change.removed.get(kind, ())]
        steps += [(old.id, old, new) for old, new in change.updated.get(kind, ())]
        steps += [(new.id, None, new) for new in change.added.get(kind, ())]
        for record_id, before, after in steps:
            if record_id in last and last[record_id] != before:
                raise ValueError(f"changes do not follow each other at {kind} {record_id}")
            first.setdefault(record_id, before)
            last[record_id] = after
    added = tuple(after for key, after in last.items() if first[key] is None and after is not None)
    removed = tuple(before for key, before in first.items() if before is not None and last[key] is None)
    updated = tuple(
        (before, after)
        for key, before in first.items()
        if before is not None and (after := last[key]) is not None and before != after
    )
    return added, updated, removed
