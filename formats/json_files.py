"""JSON files that are read within bounds and written one record a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NoReturn

from formats.errors import FormatError
from formats.listing import Listing, read_bounded
from fusion import Problem

MAX_JSON_BYTES = 256 << 20
EXACT: dict[str, Any] = {"parse_float": Decimal, "parse_int": Decimal}
JsonObject = dict[str, Any]


def read_json(path: Path, *, exact: bool = False) -> Any:
    """The value of a JSON file.

    Args:
        path: The file.
        exact: Whether numbers come as ``Decimal``, with all their digits.

    Raises:
        FormatError: It cannot be read, is far too large, is no UTF-8 or no JSON, or holds NaN or
            the like.
    """
    data = read_bounded(path, MAX_JSON_BYTES)
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=_refuse_constant, **(EXACT if exact else {}))
        # Half a surrogate pair can be written as an escape, and then in no other file.
        if not exact and b"\\ud" in data.lower():
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as error:
        raise FormatError(path, f"expected JSON, found a fault: {error.msg}", error.lineno) from error
    except UnicodeError as error:
        raise FormatError(path, f"expected UTF-8, found something else: {error}"[:200]) from error
    except (ValueError, InvalidOperation, RecursionError) as error:
        raise FormatError(path, f"expected plain JSON: {str(error)[:200]}") from error
    return value


def read_json_or_complain(path: Path, listing: Listing, *, exact: bool = False) -> Any | None:
    """The value of a JSON file of a dataset; None where there is no such file, or where it is none, which is said."""
    if not listing.file(path):
        return None
    try:
        return read_json(path, exact=exact)
    except FormatError as error:
        listing.problems.append(Problem.of(error, listing.base))
        return None


def read_object_or_complain(path: Path, listing: Listing) -> Mapping[str, Any] | None:
    """As ``read_json_or_complain``, of a file that holds an object."""
    value = read_json_or_complain(path, listing)
    if value is None or isinstance(value, dict):
        return value
    listing.complain(path, "expected an object, found something else")
    return None


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
