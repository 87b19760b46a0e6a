"""JSON files that are read within bounds and written one record a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from formats.errors import FormatError
from formats.listing import read_bounded

MAX_JSON_BYTES = 256 << 20
JsonObject = dict[str, Any]


def read_json(path: Path) -> Any:
    """The value of a JSON file.

    Raises:
        FormatError: It cannot be read, is far too large, is no UTF-8 or no JSON, or holds NaN or
            the like.
    """
    data = read_bounded(path, MAX_JSON_BYTES)
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=_refuse_constant)
        # Half a surrogate pair can be written as an escape, and then in no other file.
        if b"\\ud" in data.lower():
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as error:
        raise FormatError(path, f"expected JSON, found a fault: {error.msg}", error.lineno) from error
    except UnicodeError as error:
        raise FormatError(path, f"expected UTF-8, found something else: {error}"[:200]) from error
    except (ValueError, RecursionError) as error:
        raise FormatError(path, f"expected plain JSON: {error}") from error
    return value


def json_text(value: Mapping[str, Any]) -> str:
    """An object as text, each entry of a list or object in it on its own line; numbers come back to the last bit."""
    return "{\n" + ",\n".join(f"{_dump(key)}: {_entry(item)}" for key, item in value.items()) + "\n}\n"


def _entry(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(_dump(item) for item in value) + "\n]"
    if isinstance(value, Mapping) and value:
        return "{\n" + ",\n".join(f"{_dump(key)}: {_dump(item)}" for key, item in value.items()) + "\n}"
    return _dump(value)


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"found {name}, which is no number of JSON")
