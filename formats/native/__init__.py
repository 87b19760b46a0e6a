"""Truebox's own folder: everything a scene holds, to the last bit; docs/native-format.md describes it."""

from formats.format import Format
from formats.native.native import Native

FORMATS: tuple[Format, ...] = (Native(),)

__all__ = ["FORMATS", "Native"]
