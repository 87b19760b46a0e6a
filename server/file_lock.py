"""A lock that the system lets go of even where the process that holds it is killed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WAIT_S = 0.2


@contextmanager
def hold_lock(path: Path) -> Iterator[bool]:
    """Hold a lock file; whether it could be had, for another process may hold it.

    Raises:
        OSError, sqlite3.Error: The file cannot be made.
    """
    # A locked SQLite file: the one lock of files that works alike on every system we have a library for.
    lock = sqlite3.connect(path, timeout=WAIT_S, isolation_level=None)
    try:
        yield _begin(lock)
    finally:
        lock.close()


def _begin(lock: sqlite3.Connection) -> bool:
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        return False
    return True
