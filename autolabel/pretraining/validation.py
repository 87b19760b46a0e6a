"""How much a model finds in worlds that it was not trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autolabel.classes import ClassSet
from autolabel.detections import Detections
from autolabel.network.detect import Detector
from autolabel.network.grid import GridSpec
from autolabel.training.examples import Example, ExampleSource
from autolabel.training.targets import FEWEST_POINTS
from autolabel.upright import overlap_bev
from geometry.rotation import wrap_angle
from quality.metrics.precision_from_above import SeenObjects, precision_from_above

OVERLAPS = (0.5, 0.7)
MATCHED = 0.5


@dataclass(frozen=True)
class Validation:
    """What came of it.

    Attributes:
        precision: Overlap → class or ``all`` → average precision 0 … 1, None where there is nothing to find.
        flips: Class → share of the objects found whose front and rear are swapped, None where none was found.
        frames: How many frames.
        objects: How many objects were to be found.
    """

    precision: dict[str, Any]
    flips: dict[str, float | None]
    frames: int
    objects: int


def validate(detector: Detector, examples: ExampleSource, classes: ClassSet, grid: GridSpec) -> Validation:
    """Look for the objects of some examples on a grid, and compare."""
    truth: list[SeenObjects] = []
    found: list[SeenObjects] = []
    turns: list[tuple[int, bool]] = []
    for number in range(len(examples)):
        example = examples[number]
        seen = detector.detect_in(example.sweeps(), grid)
        truth.append(_truth(example, grid))
        nothing = np.zeros(len(seen), np.int64)
        found.append(SeenObjects.of(nothing, seen.classes, seen.boxes_ego, seen.scores, nothing == 0))
        turns += _turns(example, seen)
    truths, finds = SeenObjects.join(_numbered(truth)), SeenObjects.join(_numbered(found))
    report = precision_from_above(truths, finds, [item.name for item in classes], OVERLAPS)
    flips = {item.name: _share(turns, number) for number, item in enumerate(classes)}
    return Validation(report, flips, len(examples), int(truths.is_scored.sum()))


def _truth(example: Example, grid: GridSpec) -> SeenObjects:
    is_scored = (example.point_counts >= FEWEST_POINTS) & grid.holds(example.boxes[:, 0], example.boxes[:, 1])
    boxes = np.concatenate([example.boxes, example.ignored])
    classes = np.append(example.classes, np.zeros(len(example.ignored), np.int64))
    scored = np.append(is_scored, np.zeros(len(example.ignored), bool))
    return SeenObjects.of(np.zeros(len(boxes), np.int64), classes, boxes, np.ones(len(boxes)), scored)


def _numbered(parts: Sequence[SeenObjects]) -> list[SeenObjects]:
    """Frame by frame."""
    return [
        SeenObjects(part.frame + number, part.category, part.boxes, part.score, part.is_scored)
        for number, part in enumerate(parts)
    ]


def _turns(example: Example, seen: Detections) -> list[tuple[int, bool]]:
    """For each object found, its class and whether its front and rear are swapped."""
    if not len(seen) or not len(example.boxes):
        return []
    overlap = overlap_bev(example.boxes, seen.boxes_ego)
    best = overlap.argmax(axis=1)
    found = np.flatnonzero(overlap[np.arange(len(best)), best] >= MATCHED)
    away = np.abs(wrap_angle(example.boxes[found, 6] - seen.boxes_ego[best[found], 6]))
    return list(zip(example.classes[found].tolist(), (away > np.pi / 2).tolist(), strict=True))


def _share(turns: Sequence[tuple[int, bool]], number: int) -> float | None:
    own = [swapped for owner, swapped in turns if owner == number]
    return sum(own) / len(own) if own else None
