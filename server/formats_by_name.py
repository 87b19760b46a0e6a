"""Names of formats, and answers to their questions, as people send them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from server.errors import InvalidError


def check_format_name(name: str | None, *, writes_labels: bool = False) -> None:
    """Raise ``InvalidError`` where a name is given that no format has, or that cannot write labels."""
    from formats import all_formats

    if name is None:
        return
    formats = {item.name: item for item in all_formats() if item.can_write_labels or not writes_labels}
    if name not in formats:
        what = "a format that writes labels" if writes_labels else "a format"
        raise InvalidError(f"format: expected {what} ({', '.join(formats)}), found {name}")


@contextmanager
def invalid_answers() -> Iterator[None]:
    """Raise ``InvalidError`` where the body raises ``ValueError``, as on an answer that is no choice of a question."""
    try:
        yield
    except ValueError as error:
        raise InvalidError(str(error)) from error
