"""One server a data folder: a second would resume the first one's jobs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from server.errors import DataFolderBusyError
from server.file_lock import hold_lock
from server.settings import Settings


@contextmanager
def hold_data_folder(settings: Settings) -> Iterator[None]:
    """Make the folder and hold it; the system lets go of it even where this process is killed.

    Raises:
        DataFolderBusyError: Another server holds it, or it cannot be written.
    """
    with ExitStack() as stack:
        try:
            settings.data_dir.mkdir(parents=True, exist_ok=True)
            is_held = stack.enter_context(hold_lock(settings.data_dir / "server.lock"))
        except (OSError, sqlite3.Error) as error:
            raise DataFolderBusyError(f"{settings.data_dir}: cannot be used as data folder ({error})") from error
        if not is_held:
            raise DataFolderBusyError(
                f"{settings.data_dir}: another Truebox server works here; stop it, or give another --data-dir"
            )
        yield
