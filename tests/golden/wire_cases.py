"""Clouds in the points' wire form, in one slice and in several, and the numbers that they stand for."""

from __future__ import annotations

import base64
from typing import Any
from unittest.mock import patch

import numpy as np

from pointcloud import PointCloud
from pointcloud.wire import STEP_M, encode, wire_order

Json = dict[str, Any]
SLICE_POINTS = 40


def wire_cases() -> Json:
    """What the server sends and what the browser must make of it."""
    rng = np.random.default_rng(5)
    with patch("pointcloud.wire.SLICE_POINTS", SLICE_POINTS):
        return {"cases": [_merged(rng), _whole(rng), _empty(), _one_place(rng)]}


def _merged(rng: np.random.Generator) -> Json:
    """Sweeps of several times in three slices, far out."""
    count = 90
    cloud = PointCloud(
        _steps(rng, count),
        "ego",
        intensity=rng.integers(0, 256, count).astype(np.float32),
        ring=rng.integers(0, 64, count).astype(np.uint16),
        origin_m=np.array([39_000.0, -20_000.0, 12.0]),
    )
    age_ms = rng.integers(-15_000, 15_000, count)
    return _case("merged", cloud, age_ms, dropped_count=7)


def _whole(rng: np.random.Generator) -> Json:
    """One sweep with the times and colours of its points."""
    count = 20
    age_ms = rng.integers(-100, 100, count)
    cloud = PointCloud(
        _steps(rng, count),
        "ego",
        time_offset_ns=(-1_000_000 * age_ms).astype(np.int32),
        rgb=rng.integers(0, 256, (count, 3)).astype(np.uint8),
    )
    return _case("whole", cloud, age_ms, sends_ages=False)


def _empty() -> Json:
    return _case("empty", PointCloud.empty("ego"), None)


def _one_place(rng: np.random.Generator) -> Json:
    """More points than a slice holds, all at one place."""
    count = 50
    cloud = PointCloud(np.full((count, 3), [3.0, -1.5, 0.25], np.float32), "ego")
    return _case("one place", cloud, rng.integers(0, 9, count))


def _steps(rng: np.random.Generator, count: int) -> Any:
    return (rng.integers(-9_000, 9_000, (count, 3)) * STEP_M).astype(np.float32)


def _case(name: str, cloud: PointCloud, age_ms: Any, *, dropped_count: int = 0, sends_ages: bool = True) -> Json:
    sent = None if age_ms is None or not sends_ages else (age_ms * 1e-3).astype(np.float32)
    order = wire_order(cloud)
    slice_count = max(1, -(-len(cloud) // SLICE_POINTS))
    return {
        "name": name,
        "bytes_base64": base64.b64encode(encode(cloud, sent, dropped_count=dropped_count)).decode(),
        "slice_count": slice_count,
        "total_count": len(cloud),
        "dropped_count": dropped_count,
        "positions_m": np.round(cloud.positions_m[order], 3).tolist(),
        "intensity": None if cloud.intensity is None else cloud.intensity[order].astype(int).tolist(),
        "ring": None if cloud.ring is None else cloud.ring[order].tolist(),
        "age_ms": None if age_ms is None else age_ms[order].tolist(),
        "rgb": None if cloud.rgb is None else cloud.rgb[order].tolist(),
    }
