"""Long work that can be watched and stopped."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float, str], None]
"""Told the share that is done, 0 … 1, and what is being done."""
ShouldStop = Callable[[], bool]


class Stopped(Exception):  # noqa: N818 (it is no error)
    """The work was stopped because somebody asked for it."""


def no_progress(_share: float, _what: str) -> None:
    """Tell nobody."""


def never() -> bool:
    """Go on to the end."""
    return False


def part_of(progress: Progress, first: float, last: float) -> Progress:
    """Progress of a step that is a part of more, from one share to another."""
    return lambda share, what: progress(first + (last - first) * share, what)
