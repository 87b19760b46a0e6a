"""Matched pairs told in numbers: for all objects of a class, by range, and by size."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from geometry.arrays import FloatArray, IntArray
from quality.metrics.average_precision import Comparison
from quality.metrics.kitti_rules import EvaluatedClass
from quality.metrics.pairs import PairErrors, Pairs, range_m

RANGE_EDGES_M = (0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 70.0)
"""Where the bins of range begin; the last has no end."""
LENGTH_EDGES_M = (0.0, 1.2, 2.5, 4.0, 5.0, 7.0, 10.0)
"""Where the bins of length begin; the last has no end."""


def summarize(comparison: Comparison, evaluated: EvaluatedClass, pairs: Pairs) -> dict[str, Any]:
    """Counts, recall, precision, overlap and errors of a class."""
    errors = PairErrors.of(comparison.truth, comparison.prediction, pairs)
    return _counts(evaluated, pairs) | {
        "errors": {
            "center_m": _spread(errors.distance_m),
            **{f"{name}_m": _signed(errors.center_m[:, axis]) for axis, name in enumerate(("along", "across", "up"))},
            **{f"{name}_m": _signed(errors.size_m[:, axis]) for axis, name in enumerate(("length", "width", "height"))},
            "yaw_deg": _signed(np.degrees(errors.yaw_rad[~errors.is_flipped])),
            "flipped": int(errors.is_flipped.sum()),
        }
    }


def by_range(
    comparison: Comparison, evaluated: EvaluatedClass, pairs: Pairs, edges_m: Sequence[float] = RANGE_EDGES_M
) -> list[dict[str, Any]]:
    """The same for each bin of range; pairs and missed objects stand where the truth is, false ones where they are."""
    places = range_m(comparison.truth), range_m(comparison.prediction)
    return _by_bin(comparison, evaluated, pairs, places, edges_m)


def by_size(
    comparison: Comparison, evaluated: EvaluatedClass, pairs: Pairs, edges_m: Sequence[float] = LENGTH_EDGES_M
) -> list[dict[str, Any]]:
    """The same for each bin of length; pairs and missed objects by their true length, false ones by their own."""
    lengths = tuple(2.0 * table.boxes.half_lwh[:, 0] for table in (comparison.truth, comparison.prediction))
    return _by_bin(comparison, evaluated, pairs, (lengths[0], lengths[1]), edges_m)


def _by_bin(
    comparison: Comparison,
    evaluated: EvaluatedClass,
    pairs: Pairs,
    values_m: tuple[FloatArray, FloatArray],
    edges_m: Sequence[float],
) -> list[dict[str, Any]]:
    truth_m, prediction_m = values_m
    rows: list[dict[str, Any]] = []
    for low, high in pairwise([*edges_m, np.inf]):
        chosen = _within(truth_m[pairs.truth], low, high)
        part = Pairs(
            pairs.truth[chosen],
            pairs.prediction[chosen],
            pairs.iou_3d[chosen],
            pairs.missed[_within(truth_m[pairs.missed], low, high)],
            pairs.false[_within(prediction_m[pairs.false], low, high)],
            pairs.excused[_within(prediction_m[pairs.excused], low, high)],
        )
        bounds = {"from_m": low, "to_m": None if np.isinf(high) else high}
        errors = PairErrors.of(comparison.truth, comparison.prediction, part)
        yaw_deg = np.degrees(np.abs(errors.yaw_rad[~errors.is_flipped]))
        rows.append(
            bounds
            | _counts(evaluated, part)
            | {"center_m": _mean(errors.distance_m), "yaw_deg": _mean(yaw_deg), "flipped": int(errors.is_flipped.sum())}
        )
    return rows


def list_pairs(comparison: Comparison, pairs: Pairs, frame_names: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Every pair with its errors; ``truth`` and ``prediction`` are places among the rows of the frame, from 0."""
    truth, prediction = comparison.truth, comparison.prediction
    errors = PairErrors.of(truth, prediction, pairs)
    place = np.arange(len(truth)) - np.searchsorted(truth.frame, truth.frame)
    place_predicted = np.arange(len(prediction)) - np.searchsorted(prediction.frame, prediction.frame)
    return [
        {
            "frame": int(truth.frame[i]) if frame_names is None else frame_names[truth.frame[i]],
            "truth": int(place[i]),
            "prediction": int(place_predicted[j]),
            "score": float(prediction.score[j]),
            "iou_3d": float(iou),
            "center_m": center.tolist(),
            "size_m": size.tolist(),
            "yaw_deg": float(np.degrees(yaw)),
        }
        for i, j, iou, center, size, yaw in zip(
            pairs.truth,
            pairs.prediction,
            pairs.iou_3d,
            errors.center_m,
            errors.size_m,
            errors.yaw_rad,
            strict=True,
        )
    ]


def _counts(evaluated: EvaluatedClass, pairs: Pairs) -> dict[str, Any]:
    matched, good = len(pairs.truth), int((pairs.iou_3d > evaluated.min_overlap).sum())
    truth, claimed = matched + len(pairs.missed), matched + len(pairs.false)
    return {
        "truth": truth,
        "prediction": claimed + len(pairs.excused),
        "matched": matched,
        "missed": len(pairs.missed),
        "false": len(pairs.false),
        "excused": len(pairs.excused),
        "good": good,
        "recall": good / truth if truth else None,
        "precision": good / claimed if claimed else None,
        "iou_3d": _mean(pairs.iou_3d),
    }


def _within(values: FloatArray, low: float, high: float) -> IntArray:
    return np.flatnonzero((values >= low) & (values < high))


def _mean(values: FloatArray) -> float | None:
    return float(values.mean()) if len(values) else None


def _spread(sizes: FloatArray) -> dict[str, float | None]:
    if len(sizes) == 0:
        return {"mean": None, "median": None, "p95": None}
    return {
        "mean": float(sizes.mean()),
        "median": float(np.median(sizes)),
        "p95": float(np.percentile(sizes, 95)),
    }


def _signed(values: FloatArray) -> dict[str, float | None]:
    """How large they are, and on which side they lie on average."""
    return {"bias": _mean(values)} | _spread(np.abs(values))
