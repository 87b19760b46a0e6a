"""Scenes that are open: references to files, indexed once and kept while there is room."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from server.errors import FolderMissingError
from server.store.tables import SceneRow

if TYPE_CHECKING:
    from fusion import Scene

SceneKey = tuple[str, str]


class SceneCache:
    """The scenes used last, by id and dataset path."""

    def __init__(self, capacity: int) -> None:
        """Keep at most that many scenes."""
        self._capacity = capacity
        self._scenes: OrderedDict[SceneKey, Scene] = OrderedDict()
        self._lock = threading.Lock()

    def open(self, row: SceneRow) -> Scene:
        """The scene of a row.

        Raises:
            FolderMissingError: Its folder is gone.
            FormatError: Its folder does not hold it any more.
        """
        key = (row.id, row.dataset_path)
        with self._lock:
            if key in self._scenes:
                self._scenes.move_to_end(key)
                return self._scenes[key]
        scene = _open(row)
        with self._lock:
            self._scenes[key] = scene
            while len(self._scenes) > self._capacity:
                self._scenes.popitem(last=False)
        return scene

    def forget(self) -> None:
        """Index anew from now on: an import may have found changed folders."""
        with self._lock:
            self._scenes.clear()


def _open(row: SceneRow) -> Scene:
    from formats import FormatError

    try:
        return open_stored_scene(row)
    except FormatError as error:
        if is_missing(row.dataset_path):
            message = f"{row.dataset_path}: expected the folder of scene {row.name}, found none; relink it if it moved"
            raise FolderMissingError(message, row.project_id, row.dataset_path) from error
        raise


def is_missing(dataset_path: str) -> bool:
    """Whether a scene's folder is not where it was."""
    from formats.location import is_remote, parse_location

    path = parse_location(dataset_path)
    # An object store would have to be asked for every list of scenes.
    return not is_remote(path) and not path.exists()


def open_stored_scene(row: SceneRow, dataset_path: str | None = None) -> Scene:
    """Open the scene of a row by its format, with the answers and the poses that were chosen at its import.

    Args:
        row: The scene.
        dataset_path: Where to look for it instead of where it was last.

    Raises:
        FormatError: Its folder is gone.
    """
    from formats import open_scene
    from formats.location import parse_location
    from server.trajectories import with_stored_trajectory

    scene = open_scene(parse_location(dataset_path or row.dataset_path), row.source_name, row.format, row.assume)
    return with_stored_trajectory(scene, row)
