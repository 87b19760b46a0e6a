"""Finds the formats: every sub-package of this one that lists some in ``FORMATS``."""

from __future__ import annotations

import pkgutil
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path

from formats import deskew
from formats.deskew import with_deskew, without_deskew
from formats.errors import FormatError
from formats.format import NO_ANSWERS, Answers, Dataset, Format, Question
from formats.listing import is_text
from formats.location import is_there
from fusion import Scene

NOTHING = "expected a dataset's folder, found nothing"


@cache
def all_formats() -> tuple[Format, ...]:
    """Every format, by name."""
    packages = [info.name for info in pkgutil.iter_modules([str(Path(__file__).parent)]) if info.ispkg]
    found: list[Format] = [item for name in packages for item in import_module(f"formats.{name}").FORMATS]
    return tuple(sorted(found, key=lambda item: item.name))


def get_format(name: str) -> Format:
    """The format of that name.

    Raises:
        ValueError: There is none.
    """
    for item in all_formats():
        if item.name == name:
            return item
    raise ValueError(f"format must be one of {', '.join(item.name for item in all_formats())}, got {name}")


def detect_format(path: Path) -> Format:
    """The format of a folder, or of a file that is a dataset by itself.

    Raises:
        FormatError: There is nothing, or no format knows it.
    """
    if not is_there(path):
        raise FormatError(path, NOTHING)
    for item in sorted(all_formats(), key=lambda item: item.is_last_resort):
        if item.detect(path):
            return item
    known = ", ".join(item.name for item in all_formats() if item.can_read_labels or item.can_read_scenes)
    raise FormatError(path, f"expected a dataset, found none of {known}; name one to hear what it looks for")


def open_dataset(path: Path, format: str | None = None, assume: Answers = NO_ANSWERS) -> Dataset:  # noqa: A002
    """Open a folder as references to its files.

    Args:
        path: The folder.
        format: The format's name; detected where None.
        assume: Answers to questions that the format leaves open.

    Raises:
        FormatError: There is nothing, the folder is no dataset, or not of that format.
        ValueError: There is no such format, question or answer.
    """
    item = detect_format(path) if format is None else get_format(format)
    if not is_there(path):
        raise FormatError(path, NOTHING)
    if not is_text(str(path)):
        raise FormatError(path, "expected a path in UTF-8, found another")
    check_answers(item, assume)
    dataset = item.open_dataset(path, without_deskew(assume))
    return replace(dataset, scenes=tuple(with_deskew(scene, assume) for scene in dataset.scenes))


def open_scene(path: Path, name: str, format: str, assume: Answers = NO_ANSWERS) -> Scene:  # noqa: A002
    """Open one scene again, by its ``path``, ``name``, ``format`` and ``assume``.

    Raises:
        FormatError: The scene is no longer there.
        ValueError: There is no such format, question or answer.
    """
    item = get_format(format)
    check_answers(item, assume)
    return with_deskew(item.open_scene(path, name, without_deskew(assume)), assume)


def check_answers(item: Format, assume: Answers) -> None:
    """Raise ``ValueError`` on an answer to a question that the format does not ask, or one that is no choice of it."""
    for name, answer in assume.items():
        question = find_question(item, name)
        if question is None:
            known = ", ".join(asked.name for asked in (*item.questions, deskew.QUESTION))
            raise ValueError(f"assume must answer a question of {item.name} ({known}), got {name}")
        if question.choices and answer not in question.choices:
            raise ValueError(f"assume {name} must be one of {', '.join(question.choices)}, got {answer}")


def find_question(item: Format, name: str) -> Question | None:
    """The question that a name belongs to, or None."""
    return next((asked for asked in (*item.questions, deskew.QUESTION) if _asks(asked, name)), None)


def _asks(question: Question, name: str) -> bool:
    return name.startswith(question.name[:-1]) if question.name.endswith(".*") else name == question.name
