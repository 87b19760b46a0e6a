"""How like real recordings a simulated drive is: what its points and objects look like in numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import wasserstein_distance

from geometry.arrays import FloatArray
from geometry.box import Box

RANGE_EDGES_M = np.array([0.0, 5.0, 7.5, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 80.0, np.inf])
INTENSITY_EDGES = np.array([0.0, 0.02, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.7, 1.0])
POINTS_EDGES_LOG2 = np.array([-np.inf, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, np.inf])
AT_RANGE_M = 20.0
FAR_M = 30.0
MIN_POINTS = 3


@dataclass(frozen=True, eq=False)
class Recording:
    """What a set of frames is judged by.

    Attributes:
        points_per_frame: Mean number of points of a sweep.
        range_m: (N,) distance of every point from the lidar.
        intensity: (N,) 0 … 1.
        object_points: (K,) points in the box of each object, times (range / 20 m)², since they thin out like that.
    """

    points_per_frame: float
    range_m: FloatArray
    intensity: FloatArray
    object_points: FloatArray


def recording(sweeps: Sequence[FloatArray], objects: Iterable[FloatArray]) -> Recording:
    """From whole sweeps and from objects.

    Args:
        sweeps: (N, 4) x, y, z in metres in the lidar's frame and intensity.
        objects: ``points_at_range`` of the objects of some frames.

    Raises:
        ValueError: There is no sweep.
    """
    if not sweeps:
        raise ValueError("sweeps must hold at least one, got none")
    every = np.concatenate(sweeps).astype(np.float64)
    return Recording(
        len(every) / len(sweeps),
        np.linalg.norm(every[:, :3], axis=1),
        every[:, 3],
        np.concatenate([np.zeros(0), *objects]),
    )


def points_at_range(points_lidar: FloatArray, boxes_lidar: Sequence[Box]) -> FloatArray:
    """(K,) points in each box as many as there would be at 20 m, for boxes with at least three points."""
    counts = np.array([int(box.contains(points_lidar[:, :3], 0.05).sum()) for box in boxes_lidar], dtype=np.float64)
    ranges = np.array([float(np.linalg.norm(box.center)) for box in boxes_lidar])
    return np.asarray((counts * (ranges / AT_RANGE_M) ** 2)[counts >= MIN_POINTS])


def compare(made: Recording, real: Recording) -> dict[str, float]:
    """Differences of two recordings, by name.

    ``*_distance`` is the share of a histogram that lies in other bins (total variation, 0 … 1); ``*_shift`` is how far
    a value has to be moved on average (first Wasserstein distance, in the value's unit). Medians and shares are given
    for both.
    """
    figures = {
        "range_distance": _distance(made.range_m, real.range_m, RANGE_EDGES_M),
        "range_shift_m": float(wasserstein_distance(_thinned(made.range_m), _thinned(real.range_m))),
        "intensity_distance": _distance(made.intensity, real.intensity, INTENSITY_EDGES),
        "intensity_shift": float(wasserstein_distance(_thinned(made.intensity), _thinned(real.intensity))),
    }
    if len(made.object_points) and len(real.object_points):
        made_log2, real_log2 = np.log2(made.object_points), np.log2(real.object_points)
        figures["object_points_distance"] = _distance(made_log2, real_log2, POINTS_EDGES_LOG2)
    for name, recorded in (("made", made), ("real", real)):
        figures |= {f"{name}_{key}": value for key, value in _summary(recorded).items()}
    return figures


def _summary(recorded: Recording) -> dict[str, float]:
    summary = {
        "points": recorded.points_per_frame,
        "median_range_m": float(np.median(recorded.range_m)),
        "far_percent": 100.0 * float((recorded.range_m > FAR_M).mean()),
        "median_intensity": float(np.median(recorded.intensity)),
        "dark_percent": 100.0 * float((recorded.intensity < INTENSITY_EDGES[1]).mean()),
    }
    if len(recorded.object_points):
        summary["object_points_at_20_m"] = float(np.median(recorded.object_points))
    return summary


def _distance(made: FloatArray, real: FloatArray, edges: FloatArray) -> float:
    """Total variation between the histograms of two samples."""
    shares = [np.histogram(np.clip(values, edges[0], None), edges)[0] / len(values) for values in (made, real)]
    return float(np.abs(shares[0] - shares[1]).sum() / 2)


def _thinned(values: FloatArray) -> FloatArray:
    """At most 20 000 of the values, evenly by rank."""
    return np.asarray(np.sort(values)[:: max(1, len(values) // 20_000)])
