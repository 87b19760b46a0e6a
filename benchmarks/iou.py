"""Overlap of all pairs of boxes, from above and in space, beside shapely's vectorised polygons in the same run.

Both begin with what their own users hold: columns of numbers here, polygons there. ``from_boxes`` adds the gathering of
``Box`` objects to our side.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import interleaved_ms
from geometry import Box, BoxColumns, iou_bev_and_3d
from geometry.arrays import FloatArray

NAME = "iou"
DENSE_M, SPARSE_M = 7.0, 60.0
"""Half the side of the square that the boxes are strewn on: 18 % of the pairs overlap, or hardly any."""
TIMES = 20
"""Runs of ours in each turn, so that it, like shapely's hundred times longer run, is not mostly its own beginning."""


def run(*, boxes: int = 300, rounds: int = 7) -> dict[str, float | int | str | None]:
    """Two sets of boxes, crowded as proposals around labels are, and spread as the objects of a street are."""
    figures: dict[str, float | int | str | None] = {"pairs": boxes * boxes}
    for name, half_side_m in (("dense", DENSE_M), ("sparse", SPARSE_M)):
        figures |= {f"{name}_{key}": value for key, value in _measure(boxes, half_side_m, rounds).items()}
    return figures


def _measure(boxes: int, half_side_m: float, rounds: int) -> dict[str, float]:
    a, b = _crowd(boxes, half_side_m, 1), _crowd(boxes, half_side_m, 2)
    columns_a, columns_b = BoxColumns.from_boxes(a), BoxColumns.from_boxes(b)
    solids_a, solids_b = _Solids.of(a), _Solids.of(b)
    times_ms = interleaved_ms(
        {
            "ours": lambda: _again(lambda: iou_bev_and_3d(columns_a, columns_b)),
            "from_boxes": lambda: _again(lambda: iou_bev_and_3d(a, b)),
            "shapely": lambda: solids_a.iou_bev_and_3d(solids_b),
        },
        rounds=rounds,
        warm_up=1,
    )
    ours, shapelys = iou_bev_and_3d(columns_a, columns_b), solids_a.iou_bev_and_3d(solids_b)
    pairs = boxes * boxes
    times_ms["ours"] /= TIMES
    times_ms["from_boxes"] /= TIMES
    return {
        "overlapping_percent": 100.0 * float((shapelys[0] > 0).mean()),
        "million_pairs_per_s": pairs / times_ms["ours"] / 1e3,
        "shapely_million_pairs_per_s": pairs / times_ms["shapely"] / 1e3,
        "times_shapely": times_ms["shapely"] / times_ms["ours"],
        "times_shapely_from_boxes": times_ms["shapely"] / times_ms["from_boxes"],
        "max_difference": max(float(np.abs(mine - its).max()) for mine, its in zip(ours, shapelys, strict=True)),
    }


def _again(run: Callable[[], object]) -> None:
    for _ in range(TIMES):
        run()


def _crowd(count: int, half_side_m: float, seed: int) -> list[Box]:
    rng = np.random.default_rng(seed)
    centers = rng.uniform([-half_side_m, -half_side_m, -0.5], [half_side_m, half_side_m, 0.5], (count, 3))
    sizes = rng.normal([4.2, 1.8, 1.6], 0.2, (count, 3))
    yaws = rng.uniform(-np.pi, np.pi, count)
    return [Box.from_yaw(*row) for row in zip(centers, sizes, yaws, strict=True)]


@dataclass(frozen=True, eq=False)
class _Solids:
    """Upright boxes as shapely knows them: polygons, and how high they reach."""

    footprints: NDArray[np.object_]
    low: FloatArray
    high: FloatArray

    @classmethod
    def of(cls, boxes: list[Box]) -> _Solids:
        import shapely

        corners = np.array([box.corners() for box in boxes])
        return cls(np.asarray(shapely.polygons(corners[:, :4, :2])), corners[:, 0, 2], corners[:, 4, 2])

    def iou_bev_and_3d(self, other: _Solids) -> tuple[FloatArray, FloatArray]:
        """Both overlaps with one intersection of the polygons."""
        import shapely

        common = shapely.area(shapely.intersection(self.footprints[:, None], other.footprints[None, :]))
        area_a, area_b = shapely.area(self.footprints)[:, None], shapely.area(other.footprints)[None, :]
        rise = np.minimum(self.high[:, None], other.high) - np.maximum(self.low[:, None], other.low)
        volume = common * np.clip(rise, 0.0, None)
        volumes = area_a * (self.high - self.low)[:, None] + area_b * (other.high - other.low)
        return np.asarray(common / (area_a + area_b - common)), np.asarray(volume / (volumes - volume))
