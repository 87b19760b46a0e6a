"""Frames' clouds made ready for fitting, kept while there is room; the one asked for next is made meanwhile."""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from server.errors import NotFoundError
from server.points import points_fingerprint
from server.security import check_inside
from server.settings import Settings

if TYPE_CHECKING:
    from fusion import Scene
    from pointcloud import FitScene

MOST_POINTS = 6_000_000
"""Of all clouds kept together: some 300 MB."""


class FrameClouds:
    """The clouds used last, by the fingerprint of all that goes into them; safe to use from several threads."""

    def __init__(self, settings: Settings, most_points: int = MOST_POINTS) -> None:
        """Nothing is read before it is asked for."""
        self._settings, self._most_points = settings, most_points
        self._clouds: OrderedDict[str, Future[FitScene]] = OrderedDict()
        self._lock = threading.Lock()
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="clouds")

    def get(self, scene: Scene, frame_index: int) -> FitScene:
        """A frame's fused points.

        Raises:
            NotFoundError: The frame has no cloud.
            PointFileError: No sweep of it can be read.
        """
        if not scene.frames[frame_index].sweeps:
            raise NotFoundError(f"frame {frame_index} has no cloud")
        key = points_fingerprint(scene, frame_index)
        with self._lock:
            known = self._clouds.get(key)
            future: Future[FitScene] = known or Future()
            self._clouds[key] = future
            self._clouds.move_to_end(key)
        if known is None:
            self._make(key, future, scene, frame_index)
        return future.result()

    def find(self, scene: Scene, frame_index: int) -> FitScene | None:
        """As ``get``, but None where the frame has no cloud that can be read."""
        from pointcloud import PointFileError

        try:
            return self.get(scene, frame_index)
        except (NotFoundError, PointFileError):
            return None

    def known(self, scene: Scene, frame_index: int) -> FitScene | None:
        """A cloud that is at hand, without reading any."""
        if not scene.frames[frame_index].sweeps:
            return None
        with self._lock:
            future = self._clouds.get(points_fingerprint(scene, frame_index))
        return future.result() if future is not None and future.done() and future.exception() is None else None

    def prefetch(self, scene: Scene, frame_index: int) -> None:
        """Make a cloud ready in the background; nothing happens beyond the scene, or once the server ends."""
        if 0 <= frame_index < len(scene.frames) and self.known(scene, frame_index) is None:
            try:
                self._executor.submit(self.find, scene, frame_index)
            except RuntimeError:  # the executor was shut down: the server ends
                return

    def close(self) -> None:
        """End the background work."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _make(self, key: str, future: Future[FitScene], scene: Scene, frame_index: int) -> None:
        try:
            future.set_result(self._read(scene, frame_index))
        except BaseException as error:
            with self._lock:
                self._clouds.pop(key, None)
            future.set_exception(error)
            raise
        self._make_room()

    def _read(self, scene: Scene, frame_index: int) -> FitScene:
        from fusion import fuse_frame, lidar_center_ego
        from pointcloud import FitScene, PointFileError

        for sweep in scene.frames[frame_index].sweeps:
            check_inside(sweep.path, [scene.path, *self._settings.import_roots])
        fused = fuse_frame(scene, frame_index)
        if not fused.point_counts:
            problem = fused.problems[0]
            raise PointFileError(scene.path / problem.path, problem.message)
        return FitScene.of(fused.cloud.positions_m, lidar_center_ego(scene))

    def _make_room(self) -> None:
        with self._lock:
            done = {key: len(future.result().points) for key, future in self._clouds.items() if _is_kept(future)}
            total = sum(done.values())
            for key, count in list(done.items())[:-1]:
                if total <= self._most_points:
                    return
                del self._clouds[key]
                total -= count


def _is_kept(future: Future[FitScene]) -> bool:
    return future.done() and future.exception() is None
