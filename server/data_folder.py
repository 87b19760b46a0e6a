"""One server a data folder: a second would resume the first one's jobs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from server.errors import DataFolderBusyError
from server.settings import Settings


@contextmanager
def hold_data_folder(settings: Settings) -> Iterator[None]:
    """Make the folder and hold it; the system lets go of it even where this process is killed.

    Raises:
        DataFolderBusyError: Another server holds it, or it cannot be written.
    """
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        # A locked SQLite file: the one lock of files that works alike on every system we have a library for.
        lock = sqlite3.connect(settings.data_dir / "server.lock", timeout=0.2, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise DataFolderBusyError(f"{settings.data_dir}: cannot be used as data folder ({error})") from error
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise DataFolderBusyError(
                f"{settings.data_dir}: another Truebox server works here; stop it, or give another --data-dir"
            ) from error
        yield
    finally:
        lock.close()
