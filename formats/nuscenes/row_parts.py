"""What rows of several tables have in common."""

from __future__ import annotations

from collections.abc import Sequence

from formats.carried import KEY
from formats.nuscenes.rows import EXACT_TIME, NS_PER_US
from formats.nuscenes.table_index import JsonObject
from geometry import SE3


def neighbours(tokens: Sequence[str]) -> list[tuple[str, str]]:
    """The token before and the token after each; empty at the ends."""
    return list(zip(["", *tokens[:-1]], [*tokens[1:], ""], strict=True))


def place_fields(dst_from_src: SE3) -> JsonObject:
    """A transform as the fields ``translation`` and ``rotation``, w first."""
    return {"translation": dst_from_src.translation.tolist(), "rotation": dst_from_src.quat_wxyz.tolist()}


def timed_row(row: JsonObject, timestamp_ns: int, carried: JsonObject) -> JsonObject:
    """A row that carries its exact time where microseconds do not say it."""
    if timestamp_ns % NS_PER_US:
        carried = {EXACT_TIME: timestamp_ns, **carried}
    return row | ({KEY: carried} if carried else {})
