"""The database: connections, transactions, and the only SQL that is SQLite's own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

BUSY_TIMEOUT_MS = 15_000
POOL_SIZE = 10
POOL_OVERFLOW = 60


class Database:
    """One database; ``read`` and ``write`` give sessions, and one write happens at a time.

    Attributes:
        url: The SQLAlchemy URL it was opened with, so that a worker process can open it too.
    """

    def __init__(self, url: str) -> None:
        """Connect lazily; nothing is created before ``migrate``."""
        self.url = url
        self._engine = _make_engine(url)
        self._writing = self._engine.execution_options(truebox_writes=True)
        # SQLite's own waiting polls; a lock hands over at once, and keeps what is published in order.
        self._write_lock = threading.Lock()

    @property
    def engine(self) -> Engine:
        """For migrations and tests."""
        return self._engine

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the database and changes nothing."""
        with Session(self._engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that is committed at the end, or rolled back where the body raises.

        What ``after_commit`` was given runs before the next writer starts.
        """
        with self._write_lock, Session(self._writing, expire_on_commit=False) as session:
            session.connection()
            yield session
            session.commit()
            for callback in session.info.get("after_commit", ()):
                callback()

    def migrate(self) -> None:
        """Create or upgrade the tables."""
        from server.store.migrations import upgrade

        url = make_url(self.url)
        if url.get_backend_name() == "sqlite" and url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        with self._write_lock, self._writing.begin() as connection:
            upgrade(connection)

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()


def after_commit(session: Session, callback: Callable[[], None]) -> None:
    """Run ``callback`` once the write session's work is safe on disk."""
    session.info.setdefault("after_commit", []).append(callback)


def _make_engine(url: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_size=POOL_SIZE, max_overflow=POOL_OVERFLOW)
    engine = create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(dbapi_connection: Any, _record: Any) -> None:
    # The driver must not open transactions by itself: ``_begin_sqlite`` does.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    # FULL: an acknowledged change survives a power cut, not only a crash of the process.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that turns into a writer may fail at once; an immediate one waits its turn.
    writes = connection.get_execution_options().get("truebox_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
