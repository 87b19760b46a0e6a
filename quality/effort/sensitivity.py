"""How much the ratios hang on the unit costs: the same counts at other prices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from quality.effort.effort import Effort
from quality.effort.scene import ReviewMode
from quality.effort.work import BASELINES, Baseline

REVIEW_S = (0.1, 0.3, 1.0)
DRAWING_S = ((30.0, 9.0), (60.0, 15.0))
"""A box drawn and a box put right: cheap, and nearer to published figures."""


@dataclass(frozen=True)
class SensitivityRow:
    """One set of prices.

    Attributes:
        review_s: A box looked at, by itself or as a picture of a strip.
        create_s: A box drawn.
        keyframe_s: A box put right.
        without_seeds: By baseline, None where there is nothing to label.
        with_seeds: By baseline.
    """

    review_s: float
    create_s: float
    keyframe_s: float
    without_seeds: dict[Baseline, float | None]
    with_seeds: dict[Baseline, float | None]


def sensitivity_table(effort: Effort, review: ReviewMode) -> list[SensitivityRow]:
    """The ratios at six sets of prices."""
    return list(_rows(effort, review))


def _rows(effort: Effort, review: ReviewMode) -> Iterator[SensitivityRow]:
    for (create_s, keyframe_s), review_s in product(DRAWING_S, REVIEW_S):
        seconds = replace(
            effort.sheet.seconds, create=create_s, keyframe=keyframe_s, review_box=review_s, thumbnail=review_s
        )
        repriced = replace(effort, sheet=replace(effort.sheet, seconds=seconds))
        ratios = {baseline: repriced.ratio(baseline, review, with_interval=False) for baseline in BASELINES}
        yield SensitivityRow(
            *(review_s, create_s, keyframe_s),
            {baseline: ratio.without_seeds for baseline, ratio in ratios.items()},
            {baseline: ratio.with_seeds for baseline, ratio in ratios.items()},
        )
