"""Which cuboid each point of a sweep belongs to, in the order of the sweep's file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from formats.errors import FormatError
from formats.listing import read_bounded
from fusion import Scene, Sweep
from fusion.fuse import MAX_RANGE_M, place_sweep
from geometry import Box
from geometry.arrays import BoolArray, FloatArray, IntArray
from pointcloud import PointFileError, read_kitti_bin

NO_BOX = -1
MAX_CLOUD_BYTES = 2 << 30
KITTI_NUMBERS = 4


def points_of_boxes(points: FloatArray, boxes: Sequence[Box]) -> IntArray:
    """The index of the box that each point (N, 3) lies in, -1 for none; of several boxes the smallest."""
    owners = np.full(len(points), NO_BOX, dtype=np.int64)
    for index in sorted(range(len(boxes)), key=lambda index: -boxes[index].volume_m3):
        box = boxes[index]
        radius = float(np.linalg.norm(box.size_lwh_m)) / 2.0
        near = np.flatnonzero((np.abs(points - box.center) <= radius).all(axis=1))
        # A smaller box comes later and takes its points from a larger one.
        owners[near[box.contains(points[near])]] = index
    return owners


def owners_in_file_order(scene: Scene, sweep: Sweep, at_ns: int, boxes_ego: Sequence[Box]) -> IntArray:
    """The box of every point of a sweep's file, -1 for none and for points without a finite place.

    Args:
        scene: The scene.
        sweep: One of its sweeps.
        at_ns: The time that the boxes hold for.
        boxes_ego: In ``ego`` at that time.

    Raises:
        FormatError: The cloud cannot be read.
    """
    try:
        kept = _kept(sweep)
    except PointFileError as error:
        raise FormatError(error.path, error.reason) from error
    owners = np.full(len(kept), NO_BOX, dtype=np.int64)
    placed = place_sweep(scene, sweep, at_ns)
    if placed.cloud is not None:
        owners[kept] = points_of_boxes(placed.cloud.positions_m, boxes_ego)
    return owners


def _kept(sweep: Sweep) -> BoolArray:
    """Which points of a file have a place, by its order; a form other than KITTI's is taken to hold no others."""
    cloud = sweep.cloud()
    near = np.asarray((np.abs(cloud.xyz) < MAX_RANGE_M).all(axis=1))
    if sweep.read is not read_kitti_bin or not cloud.dropped_count:
        return near
    rows = np.frombuffer(read_bounded(sweep.path, MAX_CLOUD_BYTES), dtype="<f4").reshape(-1, KITTI_NUMBERS)
    kept = np.asarray(np.isfinite(rows).all(axis=1))
    kept[kept] = near
    return kept
