"""Tokens: 32 hex digits, made from names so that writing twice gives the same."""

from __future__ import annotations

import re
from uuid import NAMESPACE_URL, uuid5

TOKEN = re.compile(r"[0-9a-f]{32}")


def make_token(*names: str | int) -> str:
    """The token of something by its names, from the widest to its own."""
    return uuid5(NAMESPACE_URL, "truebox:nuscenes/" + "/".join(map(str, names))).hex


def is_token(text: str | None) -> bool:
    """Whether a text has the form of a token."""
    return text is not None and TOKEN.fullmatch(text) is not None
