"""What commands print: results to stdout, progress and errors to stderr."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

    from server.jobs.context import Report


def show_text(text: str) -> None:
    """One line of the result."""
    typer.echo(text)


def show_json(value: Any) -> None:
    """The result for a program."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def show_pretty(*renderables: RenderableType) -> None:
    """The result for a person: tables and the like; a text stays one line, so that it can be searched and copied."""
    from rich.console import Console
    from rich.text import Text

    console = Console()
    for renderable in renderables:
        console.print(renderable, soft_wrap=isinstance(renderable, Text))


def show_note(text: str) -> None:
    """A line for a person that is not the result."""
    typer.echo(text, err=True)


def show_error(message: str) -> None:
    """One clear line."""
    typer.secho("error: ", fg=typer.colors.RED, bold=True, nl=False, err=True)
    typer.echo(" ".join(message.split()), err=True)


@contextmanager
def spinner(title: str) -> Iterator[None]:
    """A sign of life on stderr while work goes on that cannot say how far it is."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(title):
        yield


@contextmanager
def progress_bar(title: str) -> Iterator[Report]:
    """A bar on stderr while the work reports; nothing where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[message]}"),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=1.0, message="")

        def report(progress: float, message: str) -> None:
            bar.update(task, completed=progress, message=message)

        yield report
