"""The same unit costs as they are found in the label log: how long people really took."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from labels import LabelChange, LabelError
from quality.effort.costs import UnitCosts
from quality.effort.verbs import Deed, Verb, deed_of

IDLE_S = 60.0
LEAST_TIMES = 5
PEOPLE = "human:"
PRICED: dict[Verb, str] = {
    "create": "create",
    "keyframe": "keyframe",
    "position": "position",
    "heading": "heading",
    "flip": "flip",
    "size": "size",
    "category": "category",
    "delete": "delete",
    "trim": "trim",
    "merge": "merge",
    "review": "review_box",
}
"""Verbs that are a unit cost of their own; agreeing with boxes is priced by the box."""


@dataclass(frozen=True)
class VerbTime:
    """Time of one kind of change.

    Attributes:
        changes: How many there were.
        timed: Those whose time is known: not the first ones of a sitting.
        seconds: Their active time together.
        mean_s: By change, or by box where boxes are agreed with; None where none is known.
        median_s: The same.
        assumed_s: What the unit costs say; None where they say nothing.
    """

    changes: int
    timed: int
    seconds: float
    mean_s: float | None
    median_s: float | None
    assumed_s: float | None


@dataclass(frozen=True)
class MeasuredTime:
    """The time that people's changes of a scene took.

    Attributes:
        seconds: Active time in all.
        sittings: Stretches of work between pauses.
        changes: Changes by people.
        boxes: Key cuboids that were touched, each counted once for each change.
        seconds_by_author: Active time.
        seconds_by_track: Active time, of changes to several tracks in equal parts.
        verbs: By kind of change.
    """

    seconds: float
    sittings: int
    changes: int
    boxes: int
    seconds_by_author: dict[str, float]
    seconds_by_track: dict[str, float]
    verbs: dict[Verb, VerbTime]

    def unit_costs(self, assumed: UnitCosts, least_times: int = LEAST_TIMES) -> UnitCosts:
        """The assumed costs, with the mean in place of each that was measured often enough."""
        measured = {
            PRICED[verb]: time.mean_s
            for verb, time in self.verbs.items()
            if verb in PRICED and time.timed >= least_times and time.mean_s is not None
        }
        return replace(assumed, **measured)

    def report(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


@dataclass(frozen=True)
class _TimedDeed:
    author: str
    deed: Deed
    seconds: float | None


def measure_time(changes: Sequence[LabelChange], assumed: UnitCosts, idle_s: float = IDLE_S) -> MeasuredTime:
    """Active time of the changes that people made.

    A change took the time since the same author's last one. A gap above ``idle_s`` is a pause: the change after it
    begins a sitting, its own time is not known, and it counts for nothing rather than for a guess.

    Args:
        changes: Of one scene, in any order; those of models and imports are left out.
        assumed: To compare with.
        idle_s: The longest gap that is work.

    Raises:
        ValueError: ``idle_s`` is not above zero.
        LabelError: A change's time is no date and time of day.
    """
    if not idle_s > 0.0:
        raise ValueError(f"idle_s must be above zero, got {idle_s}")
    timed = list(_timed(changes, idle_s))
    by_author: defaultdict[str, float] = defaultdict(float)
    by_track: defaultdict[str, float] = defaultdict(float)
    for item in timed:
        by_author[item.author] += item.seconds or 0.0
        for track_id in sorted(item.deed.track_ids):
            by_track[track_id] += (item.seconds or 0.0) / len(item.deed.track_ids)
    return MeasuredTime(
        seconds=sum(by_author.values()),
        sittings=sum(item.seconds is None for item in timed),
        changes=len(timed),
        boxes=sum(item.deed.boxes for item in timed),
        seconds_by_author=dict(by_author),
        seconds_by_track=dict(by_track),
        verbs=_by_verb(timed, assumed),
    )


def _timed(changes: Sequence[LabelChange], idle_s: float) -> Iterator[_TimedDeed]:
    last: dict[str, datetime] = {}
    people = [(_moment(change), change) for change in changes if change.author.startswith(PEOPLE)]
    for moment, change in sorted(people, key=lambda pair: pair[0]):
        before = last.get(change.author)
        gap_s = None if before is None else (moment - before).total_seconds()
        last[change.author] = moment
        yield _TimedDeed(change.author, deed_of(change), gap_s if gap_s is not None and gap_s <= idle_s else None)


def _moment(change: LabelChange) -> datetime:
    try:
        moment = datetime.fromisoformat(change.time)
    except ValueError as error:
        raise LabelError(f"change {change.change_id}: expected an ISO 8601 time, found {change.time!r}") from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _by_verb(timed: Sequence[_TimedDeed], assumed: UnitCosts) -> dict[Verb, VerbTime]:
    counts = Counter(item.deed.verb for item in timed)
    known: defaultdict[Verb, list[tuple[float, int]]] = defaultdict(list)
    for item in timed:
        if item.seconds is not None:
            # Agreeing with a track is one change of many boxes.
            pieces = max(1, item.deed.boxes) if item.deed.verb == "review" else 1
            known[item.deed.verb].append((item.seconds, pieces))
    return {verb: _verb_time(verb, counts[verb], known[verb], assumed) for verb in sorted(counts)}


def _verb_time(verb: Verb, changes: int, known: list[tuple[float, int]], assumed: UnitCosts) -> VerbTime:
    unit = PRICED.get(verb)
    seconds, pieces = sum(pair[0] for pair in known), sum(pair[1] for pair in known)
    return VerbTime(
        changes=changes,
        timed=len(known),
        seconds=seconds,
        mean_s=seconds / pieces if pieces else None,
        median_s=float(np.median([pair[0] / pair[1] for pair in known])) if known else None,
        assumed_s=None if unit is None else float(getattr(assumed, unit)),
    )
