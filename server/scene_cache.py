"""Scenes that are open: references to files, indexed once and kept while there is room."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from server.store.tables import SceneRow

if TYPE_CHECKING:
    from fusion import Scene

SceneKey = tuple[str, str, str]


class SceneCache:
    """The scenes used last, by dataset path, name and format."""

    def __init__(self, capacity: int) -> None:
        """Keep at most that many scenes."""
        self._capacity = capacity
        self._scenes: OrderedDict[SceneKey, Scene] = OrderedDict()
        self._lock = threading.Lock()

    def open(self, row: SceneRow) -> Scene:
        """The scene of a row; raises ``FormatError`` where its folder is gone."""
        key = (row.dataset_path, row.source_name, row.format)
        with self._lock:
            if key in self._scenes:
                self._scenes.move_to_end(key)
                return self._scenes[key]
        scene = open_stored_scene(row)
        with self._lock:
            self._scenes[key] = scene
            while len(self._scenes) > self._capacity:
                self._scenes.popitem(last=False)
        return scene

    def forget(self) -> None:
        """Index anew from now on: an import may have found changed folders."""
        with self._lock:
            self._scenes.clear()


def open_stored_scene(row: SceneRow) -> Scene:
    """Open the scene of a row by its format; raises ``FormatError`` where its folder is gone."""
    from formats import open_scene

    return open_scene(Path(row.dataset_path), row.source_name, row.format)
