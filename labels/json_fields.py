"""Typed reading of one JSON object's fields, with the place in every complaint."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from labels.errors import RecordError
from labels.label_set import Attributes


class JsonFields:
    """The fields of one JSON object; each must be read once, and none may be left over."""

    def __init__(self, value: Any, where: str) -> None:
        """Raise ``RecordError`` unless ``value`` is a JSON object."""
        if not isinstance(value, Mapping):
            raise RecordError(where, f"expected an object, found {_kind(value)}")
        self._value = value
        self._read: set[str] = set()
        self.where = where

    def raw(self, name: str) -> Any:
        """The field as it is; it must be there."""
        if name not in self._value:
            raise RecordError(self.where, f"expected the field {name}, found none")
        self._read.add(name)
        return self._value[name]

    def has(self, name: str) -> bool:
        """Whether the field is there."""
        return name in self._value

    def text(self, name: str, *, max_length: int = 200) -> str:
        """A text that is not empty."""
        value = self.raw(name)
        if not isinstance(value, str) or not 0 < len(value) <= max_length:
            raise self.wrong(name, f"a text of 1 to {max_length} characters", value)
        return value

    def optional_text(self, name: str) -> str | None:
        """A text or null."""
        return None if self._is_null(name) else self.text(name)

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        """One of the allowed texts."""
        value = self.raw(name)
        if value not in allowed:
            raise self.wrong(name, f"one of {', '.join(allowed)}", value)
        return str(value)

    def boolean(self, name: str) -> bool:
        """True or false."""
        value = self.raw(name)
        if not isinstance(value, bool):
            raise self.wrong(name, "true or false", value)
        return value

    def index(self, name: str) -> int:
        """A whole number from 0 to 2³¹ - 1."""
        value = self.raw(name)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
            raise self.wrong(name, "a whole number from 0", value)
        return value

    def optional_number(self, name: str) -> float | None:
        """A finite number or null."""
        return None if self._is_null(name) else _finite(self, name, self.raw(name))

    def numbers(self, name: str, count: int) -> list[float]:
        """A list of that many finite numbers."""
        value = self.raw(name)
        if not isinstance(value, list | tuple) or len(value) != count:
            raise self.wrong(name, f"{count} numbers", value)
        return [_finite(self, name, item) for item in value]

    def attributes(self, name: str) -> Attributes:
        """An object of texts, finite numbers and booleans."""
        value = self.raw(name)
        if not isinstance(value, Mapping):
            raise self.wrong(name, "an object", value)
        for key, item in value.items():
            usable = isinstance(item, str | bool) or (isinstance(item, int | float) and _is_finite(item))
            if not isinstance(key, str) or not usable:
                raise self.wrong(f"{name}.{key}", "a text, a finite number, true or false", item)
        return dict(value)

    def finish(self) -> None:
        """Raise ``RecordError`` where a field was not read: it would be lost."""
        if unknown := sorted(set(self._value) - self._read):
            raise RecordError(self.where, f"unknown field {unknown[0]}")

    def wrong(self, name: str, expected: str, found: Any) -> RecordError:
        """The error for a field that holds something else."""
        return RecordError(f"{self.where}.{name}", f"expected {expected}, found {_kind(found)}")

    def _is_null(self, name: str) -> bool:
        return self.raw(name) is None


def _finite(fields: JsonFields, name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
        raise fields.wrong(name, "a finite number", value)
    return float(value)


def _is_finite(value: int | float) -> bool:
    # Compared, because a whole number of 400 digits, which JSON may hold, has no float at all.
    return -sys.float_info.max <= value <= sys.float_info.max


def _kind(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
