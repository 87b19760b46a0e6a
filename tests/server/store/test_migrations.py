"""The history of the tables ends at what the code says."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from server.store.db import Database
from server.store.tables import Base


def test_the_steps_make_the_tables_of_the_code(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new' / 'truebox.sqlite'}")
    database.migrate()
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        assert set(inspect(connection).get_table_names()) == {*Base.metadata.tables, "alembic_version"}
    database.close()


def test_a_second_start_changes_nothing(tmp_path: Path) -> None:
    for starts in (1, 2):
        database = Database(f"sqlite:///{tmp_path / 'truebox.sqlite'}")
        database.migrate()
        with database.write() as session:
            session.execute(text("INSERT INTO projects VALUES (lower(hex(randomblob(8))), random(), '', '{}')"))
        with database.read() as session:
            assert session.scalar(text("SELECT count(*) FROM projects")) == starts
        database.close()


def test_sqlite_is_durable_and_checked(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'truebox.sqlite'}")
    database.migrate()
    with database.read() as session:
        pragmas = {
            name: session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    database.close()
