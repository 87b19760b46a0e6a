"""A suggestion of how occluded cuboids are, where nobody said it: from nearer cuboids and from the lidar's points."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from formats.kitti.derive_rows import DerivedRows
from formats.selection import SelectedCuboid
from fusion import Scene, lidar_visible_share, occlusion_level, visible_shares
from geometry import SE3
from geometry.arrays import FloatArray
from pointcloud import PointFileError


class OcclusionSuggester:
    """Suggests levels of the cuboids of one scene; a frame's points are read when one of its cuboids is asked for."""

    def __init__(self, scene: Scene, selected: Sequence[SelectedCuboid], derived: DerivedRows) -> None:
        """Take the cuboids of all frames, because they hide each other."""
        self._scene = scene
        self._selected = selected
        self._derived = derived
        self._rows: defaultdict[int, list[int]] = defaultdict(list)
        for row, item in enumerate(selected):
            self._rows[item.cuboid.frame_index].append(row)
        self._shares_by_cover = lru_cache(maxsize=1)(self._read_cover)
        self._points = lru_cache(maxsize=1)(self._read_points)

    def level(self, row: int) -> int:
        """0, 1 or 2 of a cuboid by its place among those selected: the less visible of both measures counts."""
        cuboid = self._selected[row].cuboid
        shares = [self._shares_by_cover(cuboid.frame_index)[row]]
        for points_lidar, lidar_from_ego in self._points(cuboid.frame_index):
            seen = lidar_visible_share(points_lidar, cuboid.box_ego.transform(lidar_from_ego))
            if seen is not None:
                shares.append(seen)
        return occlusion_level(float(np.nanmin([1.0, *shares])))

    def _read_cover(self, frame_index: int) -> dict[int, float]:
        rows = self._rows[frame_index]
        shares = visible_shares(self._derived.trunc_ltrb_px[rows], self._derived.distance_m[rows])
        return dict(zip(rows, shares.tolist(), strict=True))

    def _read_points(self, frame_index: int) -> list[tuple[FloatArray, SE3]]:
        """The sweeps of a frame with their lidars' places; one that cannot be read is named when scenes are checked."""
        clouds: list[tuple[FloatArray, SE3]] = []
        for sweep in self._scene.frames[frame_index].sweeps:
            try:
                points = sweep.cloud().positions_m
            except PointFileError:
                continue
            clouds.append((points, self._scene.rig.ego_from_sensor[sweep.sensor].inverse()))
        return clouds
