"""Which frames to label next: those that hold what is rare, doubtful, and unlike what was labelled."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from autolabel.labeled_scene import FEW_BOXES
from autolabel.proposal import Proposal
from geometry.arrays import FloatArray

FAR_S = 10.0
"""So long from any labelled frame, the surroundings are new."""
NEW_PLACE = 0.5
"""How much new surroundings count, in doubtful objects."""
SEEN_AGAIN = 0.3
"""An object that another suggested frame shows counts so much less."""


@dataclass(frozen=True)
class Suggestion:
    """A frame worth labelling.

    Attributes:
        frame_index: The frame.
        gain: What it would tell, in doubtful objects.
        doubtful: Places in the list of proposals of the objects in it that count most, the most doubtful first.
        rare: Categories in it of which little is labelled.
        away_s: Time to the nearest labelled frame; None where there is none.
    """

    frame_index: int
    gain: float
    doubtful: tuple[int, ...]
    rare: tuple[str, ...]
    away_s: float | None


def label_next(
    times_s: Sequence[float],
    labeled: Collection[int],
    proposals: Sequence[Proposal],
    counts: Mapping[str, int],
    most: int = 3,
) -> list[Suggestion]:
    """The frames of a scene that tell most, one after the other, each seen beside those before.

    An object counts by its doubt, ``4 p (1 - p)``, and by how little of its category is labelled.

    Args:
        times_s: The time of each frame.
        labeled: Frames that are labelled.
        proposals: What the machine found; none before it was asked.
        counts: Labelled boxes of each category.
        most: How many frames.
    """
    known = set(labeled)
    worth = np.array([_worth(each, counts) for each in proposals])
    found: list[Suggestion] = []
    while len(found) < most and len(known) < len(times_s):
        away = _away(times_s, known)
        gains = [
            -np.inf if frame in known else NEW_PLACE * min(away[frame] / FAR_S, 1.0) + _told(frame, proposals, worth)
            for frame in range(len(times_s))
        ]
        best = int(np.argmax(gains))
        there = [number for number, each in enumerate(proposals) if best in each.boxes_ego]
        found.append(_suggestion(best, float(gains[best]), there, worth, (proposals, counts), float(away[best])))
        known.add(best)
        worth[there] *= SEEN_AGAIN
    return found


def _worth(proposal: Proposal, counts: Mapping[str, int]) -> float:
    doubt = 4.0 * proposal.score * (1.0 - proposal.score)
    need = FEW_BOXES / max(counts.get(proposal.category, 0), 1)
    return float(doubt * np.sqrt(np.clip(need, 1.0, FEW_BOXES)))


def _told(frame: int, proposals: Sequence[Proposal], worth: FloatArray) -> float:
    return float(sum(worth[number] for number, each in enumerate(proposals) if frame in each.boxes_ego))


def _away(times_s: Sequence[float], known: Collection[int]) -> FloatArray:
    """(F,) seconds to the nearest labelled frame; without any, to the scene's ends: its middle comes first."""
    times = np.asarray(times_s, dtype=np.float64)
    marks = times[sorted(known)] if known else np.array([times[0] - FAR_S / 2, times[-1] + FAR_S / 2])
    return np.asarray(np.abs(times[:, None] - marks).min(axis=1))


def _suggestion(
    frame: int,
    gain: float,
    there: Sequence[int],
    worth: FloatArray,
    found: tuple[Sequence[Proposal], Mapping[str, int]],
    away_s: float,
) -> Suggestion:
    proposals, counts = found
    doubtful = sorted((number for number in there if worth[number] > 0.1), key=lambda number: -worth[number])
    rare = sorted(
        {proposals[number].category for number in there if counts.get(proposals[number].category, 0) < FEW_BOXES}
    )
    return Suggestion(frame, gain, tuple(doubtful[:5]), tuple(rare), away_s)
