"""Average precision of boxes seen from above, for any categories, whatever format their labels came in.

A prediction, the surest first, takes the object of its category that it overlaps most and that no surer one took; it is
right where that overlap is large enough. What lies on objects that are not scored counts neither way. Precision is
averaged at 40 recalls, as by Simonelli et al., Disentangling Monocular 3D Object Detection, 2019.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from geometry import BoxColumns, iou_bev_aligned
from geometry.arrays import BoolArray, FloatArray, IntArray
from quality.metrics.overlaps import pairs_of_frames

RECALLS = np.arange(1, 41) / 40.0
EXCUSED_OVERLAP = 0.2
ALL = "all"
BOX_COLUMNS = ("center", "half_lwh", "cos_yaw", "sin_yaw")


@dataclass(frozen=True, eq=False)
class SeenObjects:
    """N objects of many frames, ordered by frame.

    Attributes:
        frame: (N,) never falling; truth and prediction count frames alike.
        category: (N,) numbers of categories.
        boxes: N boxes.
        score: (N,) how sure; of the truth anything.
        is_scored: (N,) whether the truth is to be found; of a prediction whether it is judged.
    """

    frame: IntArray
    category: IntArray
    boxes: BoxColumns
    score: FloatArray
    is_scored: BoolArray

    @classmethod
    def of(
        cls, frame: IntArray, category: IntArray, rows: FloatArray, score: FloatArray, is_scored: BoolArray
    ) -> SeenObjects:
        """From rows (N, 7) of centre, size and yaw, in any order."""
        order = np.argsort(frame, kind="stable")
        boxes = BoxColumns.from_arrays(rows[order, :3], rows[order, 3:6], rows[order, 6])
        return cls(frame[order], category[order], boxes, score[order], is_scored[order])

    @classmethod
    def join(cls, parts: Sequence[SeenObjects]) -> SeenObjects:
        """Several after each other; the frames of one come after those of the part before."""
        frame, category, score, is_scored = (
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("frame", "category", "score", "is_scored")
        )
        boxes = BoxColumns(*(np.concatenate([getattr(part.boxes, name) for part in parts]) for name in BOX_COLUMNS))
        return cls(frame, category, boxes, score, is_scored)

    def __len__(self) -> int:
        return len(self.frame)


def precision_from_above(
    truth: SeenObjects, prediction: SeenObjects, names: Sequence[str], min_overlaps: Sequence[float] = (0.5, 0.7)
) -> dict[str, Any]:
    """Average precision (0 to 1) by overlap such as ``0.5``, then by category and for ``all`` pooled.

    Args:
        truth: What is so.
        prediction: What is claimed.
        names: The categories' names by number.
        min_overlaps: Overlaps (intersection over union from above) from which a prediction is right.

    Returns:
        By overlap and name the precision; None where the truth has nothing to find.
    """
    i, j = pairs_of_frames(truth.frame, prediction.frame)
    overlap = iou_bev_aligned(truth.boxes.take(i), prediction.boxes.take(j))
    report: dict[str, Any] = {}
    for least in min_overlaps:
        is_right = _right(truth, prediction, i, j, overlap, least)
        by_name = {name: _average(truth, prediction, is_right, [number]) for number, name in enumerate(names)}
        report[f"{least:g}"] = by_name | {ALL: _average(truth, prediction, is_right, range(len(names)))}
    return report


def _right(
    truth: SeenObjects, prediction: SeenObjects, i: IntArray, j: IntArray, overlap: FloatArray, least: float
) -> IntArray:
    """(P,) 1 where a prediction is right, 0 where it is wrong, -1 where it does not count."""
    result = np.where(prediction.is_scored, 0, -1)
    excused = ~truth.is_scored[i] & (overlap > EXCUSED_OVERLAP)
    same = (truth.category[i] == prediction.category[j]) & (overlap >= least)
    order = np.lexsort((-overlap, -prediction.score[j]))
    taken: set[int] = set()
    settled: set[int] = set()
    for pair in order[same[order]].tolist():
        a, b = int(i[pair]), int(j[pair])
        if a in taken or b in settled:
            continue
        taken.add(a)
        settled.add(b)
        result[b] = 1 if truth.is_scored[a] else -1
    on_excused = np.unique(j[excused])
    result[on_excused[result[on_excused] == 0]] = -1
    return result


def _average(truth: SeenObjects, prediction: SeenObjects, is_right: IntArray, numbers: Sequence[int]) -> float | None:
    wanted = int((np.isin(truth.category, numbers) & truth.is_scored).sum())
    if wanted == 0:
        return None
    counted = np.flatnonzero(np.isin(prediction.category, numbers) & (is_right >= 0))
    falling = counted[np.argsort(-prediction.score[counted], kind="stable")]
    right = np.cumsum(is_right[falling])
    precision = right / np.arange(1, len(falling) + 1)
    best_from_here = np.maximum.accumulate(precision[::-1])[::-1]
    places = np.searchsorted(right / wanted, RECALLS - 1e-12)
    return float(np.append(best_from_here, 0.0)[np.minimum(places, len(falling))].mean())
