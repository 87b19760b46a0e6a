"""A difference between labels that is not yet a change: nobody has signed it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from labels.change import RECORD_KINDS, LabelChange, Record, RecordKind, RecordTable, UpdateTable
from labels.label_set import Cuboid, FrameState, ImageBox, LabelSet, Track

NewId = Callable[[], str]
KINDS: dict[type[Record], RecordKind] = {
    Track: "tracks",
    Cuboid: "cuboids",
    ImageBox: "image_boxes",
    FrameState: "frame_states",
}


def new_uuid() -> str:
    """A random id for a new record."""
    return str(uuid4())


@dataclass(frozen=True)
class LabelEdit:
    """What a ``LabelChange`` needs; one edit is one change and so one step of undo.

    Attributes:
        added: New records by kind.
        updated: Pairs (from, to) by kind.
        removed: Records that go, by kind.
    """

    added: RecordTable = field(default_factory=dict)
    updated: UpdateTable = field(default_factory=dict)
    removed: RecordTable = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.added or self.updated or self.removed)

    def signed(self, *, change_id: str, scene_id: str, author: str, time: str, base_revision: int) -> LabelChange:
        """The change, as somebody's."""
        return LabelChange(change_id, scene_id, author, time, base_revision, self.added, self.updated, self.removed)


class Draft:
    """Labels being edited; what comes out is the difference from what they were."""

    def __init__(self, labels: LabelSet) -> None:
        """Start from labels, which stay as they are."""
        self._before: dict[RecordKind, dict[str, Any]] = {kind: dict(getattr(labels, kind)) for kind in RECORD_KINDS}
        self._after: dict[RecordKind, dict[str, Any]] = {kind: {} for kind in RECORD_KINDS}

    def put(self, record: Record) -> None:
        """Add a record, or replace the one with its id."""
        self._after[KINDS[type(record)]][record.id] = record

    def remove(self, record: Record) -> None:
        """Take a record away."""
        self._after[KINDS[type(record)]][record.id] = None

    def edit(self) -> LabelEdit:
        """The difference."""
        added: dict[RecordKind, tuple[Record, ...]] = {}
        updated: dict[RecordKind, tuple[tuple[Record, Record], ...]] = {}
        removed: dict[RecordKind, tuple[Record, ...]] = {}
        for kind in RECORD_KINDS:
            pairs = [(self._before[kind].get(key), after) for key, after in self._after[kind].items()]
            if new := tuple(after for before, after in pairs if before is None and after is not None):
                added[kind] = new
            if gone := tuple(before for before, after in pairs if before is not None and after is None):
                removed[kind] = gone
            both = ((before, after) for before, after in pairs if before is not None and after is not None)
            if changed := tuple((before, after) for before, after in both if before != after):
                updated[kind] = changed
        return LabelEdit(added, updated, removed)
