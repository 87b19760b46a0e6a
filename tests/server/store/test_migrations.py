"""The history of the tables ends at what the code says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from server.store.db import Database
from server.store.migrations import alembic_config
from server.store.tables import Base, SceneFilesRow, SceneRow


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


def test_an_older_database_keeps_its_labels(tmp_path: Path, make_scene_row: Any) -> None:
    """From the tables before answers and file states, with a scene and its labels."""
    database = Database(f"sqlite:///{tmp_path / 'truebox.sqlite'}")
    with database._writing.begin() as connection:
        command.upgrade(alembic_config(connection), "0001")
        connection.execute(text("INSERT INTO projects VALUES ('p', 'town', '', '{}')"))
        connection.execute(
            text(
                "INSERT INTO scenes VALUES ('s', 'p', 0, 'drive', 'drive', 'kitti-tracking', '/data', 1, 3, '[]', '[]',"
                " '[]', NULL, 1, '', '')"
            )
        )
        connection.execute(text("INSERT INTO cuboids VALUES ('s', 'c', 't', 0, 1, '{}')"))
        connection.execute(text("INSERT INTO label_changes VALUES ('s', 1, 'change', 'human:a', '', 1, '{}')"))
    database.migrate()
    with database.read() as session:
        scene = session.get_one(SceneRow, "s")
        assert (scene.name, scene.assume, scene.trajectory, scene.poses, scene.changed_files) == (
            "drive",
            {},
            {},
            None,
            {},
        )
        assert session.get(SceneFilesRow, "s") is None
        for table in ("cuboids", "label_changes"):
            assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 1
    with database.write() as session:
        assert make_scene_row(session, 3)
    database.close()
