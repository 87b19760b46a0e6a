"""Which codings of an answer's bytes a client takes."""

from __future__ import annotations


def accepted_codings(accept_encoding: str) -> frozenset[str]:
    """The names in an ``Accept-Encoding`` header, in lower case, without those it refuses."""
    return frozenset(
        part.split(";")[0].strip().lower()
        for part in accept_encoding.split(",")
        if not part.replace(" ", "").endswith((";q=0", ";q=0.0"))
    )
