"""An object followed through a scene, as the machine proposes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from geometry.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class ProposedTrack:
    """One object.

    Attributes:
        class_index: The number of its class.
        score: 0 … 1, of the whole track.
        is_static: Whether it stands still in ``world``.
        heading: 0.5 … 1, how sure it is that front and rear are not swapped.
        frames: (F,) ascending frame numbers.
        boxes_base: (F, 7) upright boxes in ``base`` (``world``, or each frame's ``ego`` where there are no poses).
        scores: (F,) of each frame by itself; 0 where it was not detected there.
        is_seen: (F,) whether it was detected in the frame, else carried there.
        point_counts: (F,) points in the box, without the ground's.
        shape: Log odds that its points are an object's, from a second look; 0 where nobody took one.
        camera: Log odds that the images show one; 0 where nobody looked.
    """

    class_index: int
    score: float
    is_static: bool
    heading: float
    frames: IntArray
    boxes_base: FloatArray
    scores: FloatArray
    is_seen: BoolArray
    point_counts: IntArray
    shape: float = 0.0
    camera: float = 0.0

    def __post_init__(self) -> None:
        """Raise ``ValueError`` where columns do not belong together."""
        count = len(self.frames)
        if self.boxes_base.shape != (count, 7):
            raise ValueError(f"boxes_base must be ({count}, 7), got {self.boxes_base.shape}")
        for name in ("scores", "is_seen", "point_counts"):
            if getattr(self, name).shape != (count,):
                raise ValueError(f"{name} must be ({count},), got {getattr(self, name).shape}")


def by_frame(tracks: Sequence[ProposedTrack]) -> Mapping[int, list[tuple[int, int]]]:
    """By frame, the tracks that have a box there, by their numbers, and the place of the frame in them."""
    table: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, track in enumerate(tracks):
        for place, frame in enumerate(track.frames.tolist()):
            table[frame].append((number, place))
    return dict(table)


def boxes_at(tracks: Sequence[ProposedTrack], places: Sequence[tuple[int, int]]) -> FloatArray:
    """(N, 7) the boxes at some places of some tracks, as ``by_frame`` tells them, in ``base``."""
    return np.array([tracks[number].boxes_base[place] for number, place in places])


def part(track: ProposedTrack, kept: BoolArray) -> ProposedTrack:
    """A track in some of its frames (F,)."""
    return replace(
        track,
        frames=track.frames[kept],
        boxes_base=track.boxes_base[kept],
        scores=track.scores[kept],
        is_seen=track.is_seen[kept],
        point_counts=track.point_counts[kept],
    )
