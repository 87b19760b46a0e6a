"""PandaSet's clouds: both lidars' points of a frame in one table, in map coordinates, with each point's own time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formats.errors import FormatError
from formats.pandaset.data_frame import Columns, read_table
from formats.pandaset.write_table import table_bytes
from fusion import Scene
from fusion.fuse import place_sweep
from geometry import SE3
from geometry.arrays import BoolArray, Float32Array, FloatArray
from pointcloud import PointCloud, PointFileError

NS_PER_S = 1e9
MAX_OFFSET_NS = 2**31 - 1
MAX_PLACE_M = 1e9


@dataclass(frozen=True)
class PandarReader:
    """Reads the points of one lidar of a table into its own frame.

    Attributes:
        sensor_id: The lidar in the column ``d``.
        lidar_from_map: Where the lidar was.
        time_ns: The sweep's time, from which points' times count.
    """

    sensor_id: int
    lidar_from_map: SE3
    time_ns: int

    def __call__(self, path: Path, sensor: str) -> PointCloud:
        """The points; raises ``PointFileError``."""
        columns = _table(path)
        kept = _of_sensor(columns, self.sensor_id)
        positions_map = np.stack([_numbers(path, columns, axis)[kept] for axis in "xyz"], axis=1)
        # Comparing with NaN gives False.
        placed: BoolArray = np.asarray((np.abs(positions_map) < MAX_PLACE_M).all(axis=1))
        intensity = _numbers(path, columns, "i")[kept][placed] if "i" in columns else None
        return PointCloud.from_positions(
            self.lidar_from_map.apply(positions_map[placed]),
            sensor,
            intensity=None if intensity is None else _float32(intensity),
            time_offset_ns=self._offsets(_numbers(path, columns, "t")[kept][placed]) if "t" in columns else None,
            dropped_count=int(len(placed) - np.count_nonzero(placed)),
        )

    def _offsets(self, times_s: FloatArray) -> NDArray[np.int32] | None:
        offsets_ns = np.rint((times_s - self.time_ns / NS_PER_S) * NS_PER_S)
        if not np.isfinite(offsets_ns).all() or np.abs(offsets_ns).max(initial=0.0) > MAX_OFFSET_NS:
            return None
        return offsets_ns.astype(np.int32)


@dataclass(frozen=True)
class PandarCounter:
    """Counts the points of one lidar of a table.

    Attributes:
        sensor_id: The lidar in the column ``d``.
    """

    sensor_id: int

    def __call__(self, path: Path) -> int:
        """How many; raises ``PointFileError``."""
        return int(np.count_nonzero(_of_sensor(_table(path), self.sensor_id)))


def write_clouds(target: Path, scene: Scene, frame_index: int, map_from_ego: SE3, lidars: Sequence[str]) -> None:
    """Write the clouds of a frame as one table; raises ``PointFileError`` where one cannot be read."""
    frame = scene.frame(frame_index)
    parts: list[dict[str, NDArray[Any]]] = []
    for sweep in frame.sweeps:
        placed = place_sweep(scene, sweep, frame.timestamp_ns)
        if placed.cloud is None:
            raise PointFileError(sweep.path, placed.problems[0].message)
        parts.append(_columns(placed.cloud, map_from_ego, sweep.timestamp_ns, lidars.index(sweep.sensor)))
    names = ("x", "y", "z", "i", "t", "d")
    empty: dict[str, NDArray[Any]] = {name: np.zeros(0, np.int64 if name == "d" else np.float64) for name in names}
    target.write_bytes(table_bytes({name: np.concatenate([part[name] for part in (*parts, empty)]) for name in names}))


def _columns(cloud_ego: PointCloud, map_from_ego: SE3, time_ns: int, sensor_id: int) -> dict[str, NDArray[Any]]:
    count = len(cloud_ego)
    positions_map = map_from_ego.apply(cloud_ego.positions_m)
    offsets_ns = np.zeros(count) if cloud_ego.time_offset_ns is None else cloud_ego.time_offset_ns.astype(np.float64)
    intensity = np.zeros(count) if cloud_ego.intensity is None else cloud_ego.intensity.astype(np.float64)
    return {
        **{axis: np.ascontiguousarray(positions_map[:, column]) for column, axis in enumerate("xyz")},
        "i": intensity,
        "t": time_ns / NS_PER_S + offsets_ns / NS_PER_S,
        "d": np.full(count, sensor_id, dtype=np.int64),
    }


def _of_sensor(columns: Columns, sensor_id: int) -> BoolArray:
    """Which rows are a lidar's; tables without the column are the first lidar's."""
    if "d" in columns:
        return np.asarray(columns["d"] == sensor_id)
    count = len(next(iter(columns.values()), ()))
    return np.full(count, sensor_id == 0)


def _numbers(path: Path, columns: Columns, name: str) -> FloatArray:
    if name not in columns or columns[name].dtype.kind not in "biuf":
        raise PointFileError(path, f"expected a column {name} of numbers, found {', '.join(columns)[:80] or 'none'}")
    return columns[name].astype(np.float64)


def _float32(values: FloatArray) -> Float32Array:
    """Values as a cloud holds them, none beyond what those can be; 0 for what is no number."""
    most = float(np.finfo(np.float32).max)
    return np.nan_to_num(np.clip(values, -most, most)).astype(np.float32)


def _table(path: Path) -> Columns:
    try:
        stat = path.stat()
        return _cached_table(path, stat.st_mtime, stat.st_size)
    except OSError as error:
        raise PointFileError(path, f"expected a file of points, found none ({error.strerror})") from error
    except FormatError as error:
        raise PointFileError(error.path, error.reason, error.line) from error


@lru_cache(maxsize=2)
def _cached_table(path: Path, _time: float, _size: int) -> Columns:
    """A table, kept for the frame's other lidar."""
    return read_table(path)
