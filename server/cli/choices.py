"""Choices that several commands take: answers, category mappings, and what of the labels is meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from server.cli.output import show_note

if TYPE_CHECKING:
    from formats.mapping import CategoryMapping, Unknown

UnknownChoice = Literal["keep", "drop", "refuse"]


def parse_path(text: str) -> Path:
    """A folder of this machine or of an object store; raises ``FormatError``."""
    from formats.location import parse_location

    return parse_location(text)


LocationArgument = Annotated[
    Path,
    typer.Argument(
        metavar="PATH",
        parser=parse_path,
        help="The dataset's folder, or one in an object store (s3://…).",
        show_default=False,
    ),
]
AssumeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--assume",
        metavar="QUESTION=ANSWER",
        help="Settle what the format leaves open, again for more; see truebox inspect.",
        show_default=False,
    ),
]
MappingOption = Annotated[
    Path | None,
    typer.Option(
        "--mapping", help="What categories become, as YAML; else the nearest names that are known.", show_default=False
    ),
]
UnknownOption = Annotated[
    UnknownChoice | None,
    typer.Option(
        "--unknown",
        help="Categories without a name there: keep their names, leave them out, or write nothing. \\[keep]",
        show_default=False,
    ),
]
CategoriesOption = Annotated[
    list[str] | None,
    typer.Option("--categories", "--category", help="Only these, by commas or again for more.", show_default=False),
]
SourcesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--sources",
        "--source",
        help="Only human, propagated, model, imported or full sources, by commas or again for more.",
        show_default=False,
    ),
]
ScenesOption = Annotated[
    list[str] | None,
    typer.Option("--scenes", "--scene", help="Only these, by commas or again for more.", show_default=False),
]
UnconfirmedOption = Annotated[
    bool,
    typer.Option(
        "--include-unconfirmed/--confirmed-only",
        help="With what nobody agreed with, or only what somebody made or confirmed.",
    ),
]


def listed(values: Iterable[str] | None) -> list[str] | None:
    """What was given by commas or again and again; None where nothing was."""
    names = [name.strip() for value in values or () for name in value.split(",")]
    return [name for name in names if name] or None


def answers(given: Iterable[str] | None) -> dict[str, str]:
    """The answers by question.

    Raises:
        InvalidError: One is not of the form ``question=answer``, or a question is answered twice.
    """
    from server.errors import InvalidError

    found: dict[str, str] = {}
    for text in given or ():
        question, sign, answer = (part.strip() for part in text.partition("="))
        if not (question and sign and answer):
            raise InvalidError(f"--assume: expected question=answer, found {text}")
        if question in found:
            raise InvalidError(f"--assume: {question} is answered twice")
        found[question] = answer
    return found


def written_mapping(path: Path | None) -> CategoryMapping | None:
    """The mapping in a file that was named; raises ``FormatError``."""
    from formats.mapping_file import read_mapping

    return None if path is None else read_mapping(path)


def kept_or_dropped(choice: UnknownChoice | None) -> Unknown | None:
    """What happens to unknown categories; to refuse them, they are kept until somebody looks."""
    return "keep" if choice == "refuse" else choice


def check_unknown(unknown: Mapping[str, int], choice: UnknownChoice | None) -> None:
    """Say which categories have no name where they go, and end where that was asked for.

    Raises:
        InvalidError: There are some, and the choice is to refuse them.
    """
    from server.errors import InvalidError

    if not unknown:
        return
    names = ", ".join(f"{name} ({tracks} tracks)" for name, tracks in unknown.items())
    if choice == "refuse":
        raise InvalidError(f"nothing is written: categories without a name there, and --unknown refuse: {names}")
    done = "left out" if choice == "drop" else "kept as they are"
    show_note(f"note: categories without a name there are {done}: {names}; choose with --mapping or --unknown")
