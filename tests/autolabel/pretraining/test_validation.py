"""A detector that knows the truth is told so, and one that turns everything round, too."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
import pytest

from autolabel.detections import Detections
from autolabel.network.detect import Detector
from autolabel.network.grid import GridSpec
from autolabel.network.sweeps import Sweeps
from autolabel.pretraining.shards import CLASSES, examples_of
from autolabel.pretraining.validation import validate
from autolabel.pretraining.worlds import World
from autolabel.training.examples import Example

GRID = GridSpec.around(32.0)


class Knowing:
    """Answers with the examples' own boxes, turned."""

    def __init__(self, examples: list[Example], turn_rad: float) -> None:
        self._waiting, self._turn_rad = iter(examples), turn_rad

    def detect_in(self, _sweeps: Sweeps, _grid: GridSpec) -> Detections:
        example = next(self._waiting)
        boxes = example.boxes.copy()
        boxes[:, 6] += self._turn_rad
        sure = np.ones(len(boxes))
        return Detections(boxes, example.classes, sure, sure)


@pytest.fixture(scope="module")
def examples(worlds: Callable[[int], World]) -> list[Example]:
    return examples_of(worlds(0), GRID)


@pytest.mark.parametrize(("turn_rad", "swapped"), [(0.0, 0.0), (np.pi, 1.0)])
def test_the_truth_scores_one(examples: list[Example], turn_rad: float, swapped: float) -> None:
    knowing = cast("Detector", Knowing(examples, turn_rad))
    result = validate(knowing, examples, CLASSES, GRID)
    assert result.frames == 2
    assert result.objects > 4
    assert result.precision["0.5"]["all"] == pytest.approx(1.0)
    assert result.precision["0.7"]["Pedestrian"] == pytest.approx(1.0)
    assert {share for share in result.flips.values() if share is not None} == {swapped}
