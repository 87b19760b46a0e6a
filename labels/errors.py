"""What can be wrong with labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from geometry.errors import TrueboxError


class LabelError(TrueboxError):
    """Labels contradict each other or the rules of this room."""


class RecordError(LabelError):
    """A stored or sent record is not what the schema says; ``where`` is its place, such as ``added.cuboids[3]``."""

    def __init__(self, where: str, reason: str) -> None:
        """Build the one-line message ``where: reason``."""
        self.where = where
        self.reason = reason
        super().__init__(f"{where}: {reason}" if where else reason)


@dataclass(frozen=True)
class Conflict:
    """One record that somebody else changed first.

    Attributes:
        kind: The record kind, such as ``cuboids``.
        id: The record's id.
        reason: Why the change cannot be made, as a sentence.
        yours: The record as the change wants it, or None where it removes it.
        theirs: The record as it is, or None where it is gone.
    """

    kind: str
    id: str
    reason: str
    yours: Any
    theirs: Any


class StaleRevisionError(LabelError):
    """A change touches records that others have changed since the revision it is based on."""

    def __init__(self, base: int, current: int, conflicts: Sequence[Conflict]) -> None:
        """Keep the revisions and every conflicting record."""
        self.base = base
        self.current = current
        self.conflicts = tuple(conflicts)
        super().__init__(
            f"{len(self.conflicts)} record(s) changed since revision {base} (now {current}): {self.conflicts[0].reason}"
        )
