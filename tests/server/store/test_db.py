"""Transactions: all or nothing, one writer at a time, and what follows a commit."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select

from server.default_taxonomy import default_taxonomy
from server.store.db import Database, after_commit
from server.store.projects import create_project, list_projects
from server.store.tables import ProjectRow


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = Database(f"sqlite:///{tmp_path / 'truebox.sqlite'}")
    made.migrate()
    return made


def test_a_write_that_fails_leaves_nothing_and_tells_nobody(database: Database) -> None:
    told: list[str] = []
    with pytest.raises(ZeroDivisionError):
        add_and_fail(database, told)
    with database.write() as session:
        create_project(session, "whole", default_taxonomy())
        after_commit(session, lambda: told.append("whole"))
    with database.read() as session:
        assert [row.name for row in list_projects(session)] == ["whole"]
    assert told == ["whole"]
    database.close()


def add_and_fail(database: Database, told: list[str]) -> None:
    with database.write() as session:
        create_project(session, "half", default_taxonomy())
        after_commit(session, lambda: told.append("half"))
        raise ZeroDivisionError


def test_writers_of_two_connections_take_turns(database: Database) -> None:
    """As the server and its worker processes do."""
    other = Database(database.url)

    def add(target: Database, prefix: str) -> None:
        for number in range(20):
            with target.write() as session:
                count = session.scalar(select(func.count()).select_from(ProjectRow))
                create_project(session, f"{prefix}{number} after {count}", default_taxonomy())

    threads = [threading.Thread(target=add, args=args) for args in ((database, "a"), (other, "b"), (database, "c"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        counts = sorted(int(row.name.split()[-1]) for row in list_projects(session))
    assert counts == list(range(60))
    database.close()
    other.close()
