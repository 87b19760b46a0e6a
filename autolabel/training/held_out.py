"""Labelled frames kept back from training, and how well a network finds what is in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from autolabel.classes import ClassSet
from autolabel.detections import Detections
from autolabel.network.grid import CELL_M, MULTIPLE, GridSpec
from autolabel.network.sweeps import Sweeps
from autolabel.training.examples import Example, ExampleSource
from autolabel.training.targets import FEWEST_POINTS
from geometry.arrays import Float32Array, FloatArray, IntArray
from quality.metrics.precision_from_above import ALL, SeenObjects, precision_from_above

FEWEST_FRAMES = 5
"""With fewer labelled frames, all are trained on."""
ONE_IN = 5
MOST_FRAMES = 4
OVERLAPS = (0.5, 0.7)


class Finder(Protocol):
    """What finds objects, such as a ``Detector``."""

    def detect_in(self, sweeps: Sweeps, grid: GridSpec, /) -> Detections:
        """The objects in some sweeps; z is the height of their centres above the ground."""
        ...


def held_out_frames(examples: ExampleSource) -> tuple[int, ...]:
    """Which labelled frames to keep back: about one in five, at equal distances, none with a class's last object.

    None of a source of which not all examples are in memory.
    """
    if len(examples) < FEWEST_FRAMES or not isinstance(examples, list | tuple):
        return ()
    count = min(max(len(examples) // ONE_IN, 1), MOST_FRAMES)
    left = _classes_in(examples)
    kept: list[int] = []
    for wished in ((np.arange(count) + 0.5) * len(examples) / count).tolist():
        by_distance = sorted(range(len(examples)), key=lambda index: abs(index + 0.5 - wished))
        for index in by_distance:
            own = _classes_in([examples[index]])
            is_spare = all(left[number] > amount for number, amount in own.items())
            if index not in kept and own and is_spare:
                kept.append(index)
                left = {number: amount - own.get(number, 0) for number, amount in left.items()}
                break
    return tuple(sorted(kept))


def scores_on(finder: Finder, examples: Sequence[Example], classes: ClassSet) -> Mapping[str, float]:
    """Average precision on some examples, by overlap, and ``score``, the one number to compare networks by."""
    truth: list[tuple[IntArray, IntArray, FloatArray, FloatArray, IntArray]] = []
    found: list[tuple[IntArray, IntArray, FloatArray, FloatArray, IntArray]] = []
    for number, example in enumerate(examples):
        sweeps = example.sweeps()
        seen = finder.detect_in(sweeps, grid_of(sweeps.current))
        found.append(_rows(number, seen.classes, seen.boxes_ego, seen.scores, np.ones(len(seen), np.int64)))
        is_scored = (example.point_counts >= FEWEST_POINTS).astype(np.int64)
        truth.append(_rows(number, example.classes, example.boxes, np.ones(len(is_scored)), is_scored))
        nothing = np.zeros(len(example.ignored), np.int64)
        truth.append(_rows(number, nothing, example.ignored, np.ones(len(nothing)), nothing))
    report = precision_from_above(_table(truth), _table(found), [item.name for item in classes], OVERLAPS)
    pooled = {f"ap_{overlap}": float(report[f"{overlap:g}"][ALL] or 0.0) for overlap in OVERLAPS}
    return {"score": sum(pooled.values()) / len(pooled), **pooled}


def grid_of(cloud: Float32Array) -> GridSpec:
    """The cells that hold a cloud (5, N), as far as a grid may reach."""
    if not cloud.shape[1]:
        return GridSpec.around(MULTIPLE * CELL_M)
    return GridSpec.around(float(np.quantile(np.abs(cloud[:2]).max(axis=0), 0.999)))


def _classes_in(examples: Sequence[Example]) -> dict[int, int]:
    numbers = np.concatenate([np.zeros(0, np.int64), *(example.classes for example in examples)])
    values, counts = np.unique(numbers, return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))


def _rows(
    frame: int, classes: IntArray, boxes: FloatArray, scores: FloatArray, is_scored: IntArray
) -> tuple[IntArray, IntArray, FloatArray, FloatArray, IntArray]:
    return np.full(len(boxes), frame), classes, boxes, scores, is_scored


def _table(parts: Sequence[tuple[IntArray, IntArray, FloatArray, FloatArray, IntArray]]) -> SeenObjects:
    frame, classes, boxes, scores, is_scored = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return SeenObjects.of(frame, classes, boxes, scores, is_scored.astype(bool))
