"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from server.settings import Settings
    from server.store.db import Database
    from server.store.tables import ProjectRow

DataDirOption = Annotated[
    Path | None,
    typer.Option("--data-dir", help="Where projects and labels are kept [$TRUEBOX_DATA_DIR].", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
FormatOption = Annotated[
    str | None, typer.Option("--format", help="The dataset's format; found out where not given.", show_default=False)
]
HostOption = Annotated[
    str | None, typer.Option(help="Address to listen on; this machine's own only [127.0.0.1].", show_default=False)
]


def make_settings(data_dir: Path | None, *, host: str | None = None, port: int | None = None) -> Settings:
    """The settings of the environment, but for what the command line says.

    Raises:
        InvalidError: A variable of the environment cannot be used.
    """
    from pydantic import ValidationError

    from server.errors import InvalidError
    from server.settings import Settings

    given = {"data_dir": data_dir and data_dir.absolute(), "host": host, "port": port}
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        problem = error.errors()[0]
        name = "_".join(str(part) for part in problem["loc"]).upper()
        raise InvalidError(f"TRUEBOX_{name}: {problem['msg']}") from error


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The store, with its tables up to date."""
    from server.store.db import Database

    database = Database(settings.sqlalchemy_url)
    try:
        database.migrate()
        yield database
    finally:
        database.close()


def find_named_project(session: Session, name_or_id: str) -> ProjectRow:
    """A project by its name or id; raises ``NotFoundError`` that names those there are."""
    from server.errors import NotFoundError
    from server.store.projects import find_project, list_projects
    from server.store.tables import ProjectRow

    row = find_project(session, name_or_id) or session.get(ProjectRow, name_or_id)
    if row is None:
        names = ", ".join(found.name for found in list_projects(session)) or "none"
        raise NotFoundError(f"there is no project {name_or_id}; there is: {names}")
    return row
