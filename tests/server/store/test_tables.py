"""The tables suit PostgreSQL too: no SQL of SQLite's own, no name that is too long."""

from __future__ import annotations

import pytest
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from server.store.tables import RECORD_COLUMNS, RECORD_TABLES, Base


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_tables_compile_for_postgresql(table: Table) -> None:
    dialect = postgresql.dialect()
    assert f"CREATE TABLE {table.name}" in str(CreateTable(table).compile(dialect=dialect))
    for index in table.indexes:
        assert "CREATE INDEX" in str(CreateIndex(index).compile(dialect=dialect))


def test_projected_fields_are_columns() -> None:
    for kind, table in RECORD_TABLES.items():
        assert set(RECORD_COLUMNS[kind]) <= set(table.__table__.columns.keys())
