"""What effort is measured on: the tracks that are right, the tracks that are proposed, and where the lidar was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

import numpy as np

from geometry.arrays import BoolArray, FloatArray, IntArray

ReviewMode = Literal["boxes", "all_strips", "strips"]
"""Every proposed box looked at; a strip for each track; or one for each of the check band, and a sample of the accept
band."""
IgnoreTest = Callable[[IntArray, FloatArray], BoolArray]
"""From frames (N,) and boxes in ``base`` (N, 7) to (N,) whether a false box there is nobody's fault."""


class Band(IntEnum):
    """What is to be done with a proposal."""

    ACCEPT = 0
    CHECK = 1
    REDO = 2


@dataclass(frozen=True, eq=False)
class EffortTrack:
    """One object, as it is or as it is proposed.

    Attributes:
        identity: Unique among the tracks of its side.
        category: Its name in the taxonomy.
        frames: (F,) ascending.
        boxes_base: (F, 7) centre x, y, z, length, width, height, yaw, upright in ``base``: ``world``, or each frame's
            ``ego`` where there are no poses.
        bands: (F,) of ``Band``, for proposals; None is the check band throughout.
        is_scored: (F,) for the truth, whether the box counts, as it does not where hardly a point shows it; None: all.
    """

    identity: str
    category: str
    frames: IntArray
    boxes_base: FloatArray
    bands: IntArray | None = None
    is_scored: BoolArray | None = None

    def __post_init__(self) -> None:
        """Raise ``ValueError`` where columns do not belong together or boxes are none."""
        count = len(self.frames)
        if self.boxes_base.shape != (count, 7):
            raise ValueError(f"boxes_base of {self.identity} must be ({count}, 7), got {self.boxes_base.shape}")
        for name in ("bands", "is_scored"):
            column = getattr(self, name)
            if column is not None and column.shape != (count,):
                raise ValueError(f"{name} of {self.identity} must be ({count},), got {column.shape}")
        if self.bands is not None and not np.isin(self.bands, list(Band)).all():
            raise ValueError(f"bands of {self.identity} must be 0, 1 or 2")
        if (np.diff(self.frames) <= 0).any():
            raise ValueError(f"frames of {self.identity} must rise")
        if not np.isfinite(self.boxes_base).all() or (self.boxes_base[:, 3:6] <= 0.0).any():
            raise ValueError(f"boxes_base of {self.identity} must be finite, with sizes above zero")


@dataclass(frozen=True, eq=False)
class EffortScene:
    """One scene, F frames.

    Attributes:
        times_s: (F,) rising.
        truth: What is right.
        proposals: What is proposed.
        lidar_base: (F, 3) where the lidar is in ``base``: boxes get another size about the corner that it sees.
        in_world: Whether ``base`` is ``world``, so that it can be told what stands.
        is_ignored: Says which boxes without a partner are neither right nor wrong; None: all are wrong.
        is_seed: (F,) frames that were labelled beforehand: left out on both sides, their cost is that of ``Seeds``.
    """

    times_s: FloatArray
    truth: Sequence[EffortTrack]
    proposals: Sequence[EffortTrack]
    lidar_base: FloatArray
    in_world: bool = True
    is_ignored: IgnoreTest | None = None
    is_seed: BoolArray | None = None

    def __post_init__(self) -> None:
        """Raise ``ValueError`` where frames differ in number, times do not rise or identities are used twice."""
        count = len(self.times_s)
        if self.lidar_base.shape != (count, 3) or (self.is_seed is not None and self.is_seed.shape != (count,)):
            raise ValueError(f"lidar_base and is_seed must have one row for each of {count} frames")
        if (np.diff(self.times_s) <= 0).any():
            raise ValueError("times_s must rise")
        for side in (self.truth, self.proposals):
            names = [track.identity for track in side]
            if len(set(names)) != len(names):
                raise ValueError("identities must be unique")
            if any(len(track.frames) and not 0 <= track.frames[0] <= track.frames[-1] < count for track in side):
                raise ValueError(f"frames must lie in 0 … {count - 1}")

    def __len__(self) -> int:
        """The number of frames to label, those of the seeds left out."""
        return len(self.times_s) - (0 if self.is_seed is None else int(self.is_seed.sum()))


@dataclass(frozen=True, eq=False)
class BoxTable:
    """The boxes of one side outside the seed frames, as N rows by frame and then by track.

    Attributes:
        names: The tracks' identities, in alphabetical order, so that nothing depends on the order they came in.
        categories: The tracks' categories.
        track: (N,) places in the names.
        frame: (N,).
        boxes: (N, 7).
        bands: (N,) of ``Band``.
        is_scored: (N,).
    """

    names: tuple[str, ...]
    categories: tuple[str, ...]
    track: IntArray
    frame: IntArray
    boxes: FloatArray
    bands: IntArray
    is_scored: BoolArray

    @classmethod
    def of(cls, tracks: Sequence[EffortTrack], is_seed: BoolArray | None) -> BoxTable:
        """Gather tracks."""
        ordered = sorted(tracks, key=lambda track: track.identity)
        lengths = [len(track.frames) for track in ordered]
        frame = _joined(track.frames for track in ordered)
        number = np.repeat(np.arange(len(ordered)), lengths)
        bands = _joined(_or_all(track.bands, len(track.frames), Band.CHECK) for track in ordered)
        scored = _joined(_or_all(track.is_scored, len(track.frames), 1) for track in ordered).astype(np.bool_)
        boxes = np.concatenate([track.boxes_base for track in ordered] + [np.zeros((0, 7))])
        order = np.lexsort((number, frame))
        if is_seed is not None:
            order = order[~is_seed[frame[order]]]
        names, categories = (tuple(getattr(track, name) for track in ordered) for name in ("identity", "category"))
        return cls(names, categories, number[order], frame[order], boxes[order], bands[order], scored[order])

    def take(self, rows: IntArray) -> BoxTable:
        """Some rows, in order."""
        columns = {name: getattr(self, name)[rows] for name in ("track", "frame", "boxes", "bands", "is_scored")}
        return BoxTable(self.names, self.categories, **columns)

    def rows_by_track(self, chosen: BoolArray) -> list[IntArray]:
        """For each track its rows of a mask (N,), by frame."""
        rows = np.flatnonzero(chosen)
        rows = rows[np.argsort(self.track[rows], kind="stable")]
        return np.split(rows, np.searchsorted(self.track[rows], np.arange(1, len(self.names)))) if self.names else []


def _or_all(column: IntArray | BoolArray | None, count: int, value: int) -> IntArray | BoolArray:
    return np.full(count, value) if column is None else column


def _joined(columns: Iterable[IntArray | BoolArray]) -> IntArray:
    return np.concatenate([np.zeros(0, np.int64), *columns]).astype(np.int64)
