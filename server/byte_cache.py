"""Bounded caches of bytes by key: in memory, and on disk behind it."""

from __future__ import annotations

import os
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

MAX_UNWRITTEN = 32
"""Entries that may wait for the disk."""


class MemoryCache:
    """The entries used last, up to a number of bytes."""

    def __init__(self, max_bytes: int) -> None:
        """Keep at most that many bytes."""
        self._max_bytes = max_bytes
        self._entries: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()
        self.byte_count = 0

    def get(self, key: str) -> bytes | None:
        """The entry, which counts as used now."""
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
            return self._entries.get(key)

    def put(self, key: str, data: bytes) -> None:
        """Keep an entry and let the oldest go; one larger than the whole cache is not kept."""
        with self._lock:
            self.byte_count += len(data) - len(self._entries.pop(key, b""))
            self._entries[key] = data
            while self.byte_count > self._max_bytes:
                self.byte_count -= len(self._entries.popitem(last=False)[1])


class DiskCache:
    """Files in a folder, up to a number of bytes; survives a restart and may be deleted at any time."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        """Use the folder; 0 bytes keep nothing."""
        self._folder = folder
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._byte_count = sum(size for _, size, _ in self._files()) if max_bytes else 0

    def get(self, key: str) -> bytes | None:
        """The entry, which counts as used now."""
        path = self._folder / key
        try:
            data = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return data

    def put(self, key: str, data: bytes) -> None:
        """Keep an entry; when the folder is full the oldest fifth goes. A full disk only costs the cache."""
        if len(data) > self._max_bytes:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".", delete=False) as file:
                file.write(data)
            Path(file.name).replace(self._folder / key)
        except OSError:
            return
        with self._lock:
            self._byte_count += len(data)
            if self._byte_count > self._max_bytes:
                self._prune()

    def _prune(self) -> None:
        files = sorted(self._files())
        self._byte_count = sum(size for _, size, _ in files)
        for _, size, path in files:
            if self._byte_count <= self._max_bytes * 4 // 5:
                break
            path.unlink(missing_ok=True)
            self._byte_count -= size

    def _files(self) -> list[tuple[float, int, Path]]:
        """(last use, size, path) of each entry."""
        if not self._folder.is_dir():
            return []
        with os.scandir(self._folder) as entries:
            stats = [(entry.stat(), Path(entry.path)) for entry in entries if entry.is_file()]
        return [(stat.st_mtime, stat.st_size, path) for stat, path in stats]


class ByteCache:
    """Memory in front of disk; who asks does not wait for the disk to take what was made."""

    def __init__(self, memory: MemoryCache, disk: DiskCache) -> None:
        """Join the two."""
        self._memory = memory
        self._disk = disk
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="byte-cache")
        self._room = threading.BoundedSemaphore(MAX_UNWRITTEN)

    def get_or_make(self, key: str, make: Callable[[], bytes]) -> bytes:
        """The entry, made where neither has it."""
        data = self._memory.get(key)
        if data is None:
            data = self._disk.get(key)
            if data is None:
                data = make()
                self._write_later(key, data)
            self._memory.put(key, data)
        return data

    def close(self) -> None:
        """Wait until the disk has what was made."""
        self._writer.shutdown(wait=True)

    def _write_later(self, key: str, data: bytes) -> None:
        # A disk that cannot keep up only costs the cache.
        if self._room.acquire(blocking=False):
            self._writer.submit(self._write, key, data)

    def _write(self, key: str, data: bytes) -> None:
        try:
            self._disk.put(key, data)
        finally:
            self._room.release()
