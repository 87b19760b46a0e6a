"""What the machine sees of a scene: each frame's points in ego, its time and its pose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np

from autolabel.point_cache import SHARED, PointCache
from fusion import Scene, fuse_frame, lidar_center_ego
from geometry import SE3, Trajectory
from geometry.arrays import Float32Array, FloatArray
from pointcloud import PointCloud

PointsOf = Callable[[int], Float32Array]
FAR_M = 1e4
"""A coordinate beyond this is an error of the file, not a place."""
BRIGHTEST = 0.98


class Recording:
    """A scene's frames; only the points of those used last stay in memory. Several threads may ask."""

    def __init__(
        self,
        times_ns: Sequence[int],
        trajectory: Trajectory | None,
        points: PointsOf,
        lidar_center_ego: FloatArray,
        cache: PointCache = SHARED,
    ) -> None:
        """Take references.

        Args:
            times_ns: The time of each frame, ascending.
            trajectory: Ego poses, or None where the scene has none: everything is then told in ``ego``.
            points: A frame's (N, 4) x, y, z in ``ego`` in metres and intensity 0 … 1 (0 where there is none), finite.
            lidar_center_ego: (3,) where they are seen from.
            cache: Where points stay in memory.
        """
        self.times_ns, self.trajectory, self.lidar_center_ego = tuple(times_ns), trajectory, lidar_center_ego
        self._points, self._cache, self._number = points, cache, cache.join(self)
        self._lock = Lock()

    @classmethod
    def of(cls, scene: Scene) -> Recording:
        """A scene's recording; frames without a cloud that can be read have no points."""

        def points(index: int) -> Float32Array:
            return points_of(fuse_frame(scene, index).cloud)

        return cls(scene.frame_times_ns, scene.trajectory, points, lidar_center_ego(scene))

    def __len__(self) -> int:
        """The number of frames."""
        return len(self.times_ns)

    def part(self, first: int, last: int) -> Recording:
        """The frames from one to another, both included; they are counted from 0 there."""
        times_ns = self.times_ns[first : last + 1]
        return Recording(times_ns, self.trajectory, lambda index: self.points(first + index), self.lidar_center_ego)

    @property
    def in_world(self) -> bool:
        """Whether ``base_from_ego`` leads to ``world``; else ``base`` is each frame's own ``ego``."""
        return self.trajectory is not None

    def base_from_ego(self, frame_index: int) -> SE3:
        """Into the frame of reference that objects move in."""
        if self.trajectory is None:
            return SE3.identity()
        return self.trajectory.world_from_ego(self.times_ns[frame_index])

    def time_s(self, frame_index: int) -> float:
        """Since the first frame."""
        return (self.times_ns[frame_index] - self.times_ns[0]) * 1e-9

    def points(self, frame_index: int) -> Float32Array:
        """(N, 4) x, y, z in ``ego`` and intensity 0 … 1 of a frame."""
        # Who asks for what another thread is just reading waits for it.
        with self._lock:
            points = self._cache.get(self._number, frame_index)
            if points is None:
                points = self._points(frame_index)
                self._cache.put(self._number, frame_index, points)
            return points


def points_of(cloud: PointCloud) -> Float32Array:
    """(N, 4) finite points of a cloud, with intensities stretched so that a bright one is 1 whatever the lidar."""
    values = np.zeros((len(cloud.xyz), 4), np.float32)
    values[:, :3] = cloud.positions_m
    if cloud.intensity is not None and len(values):
        intensity = np.nan_to_num(np.asarray(cloud.intensity, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
        bright = float(np.quantile(intensity, BRIGHTEST))
        values[:, 3] = np.clip(intensity / bright, 0.0, 1.0) if bright > 0.0 else 0.0
    return values[(np.abs(values[:, :3]) < FAR_M).all(axis=1)]
