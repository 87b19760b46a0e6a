"""A category mapping as a small YAML file that people write, checked line by line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast, get_args

import yaml

from formats.errors import FormatError
from formats.listing import read_bounded
from formats.mapping import CategoryMapping, MappedCategory, Unknown

MAX_BYTES = 1 << 20
MAX_NAME = 200
MAX_DEPTH = 2
FIELDS = ("categories", "unknown")
NULL = "tag:yaml.org,2002:null"
HEADING = """\
# What each category becomes: its name, then the new one; null leaves its objects out.
# unknown: what happens to categories that are not listed, keep or drop.
"""


def read_mapping(path: Path) -> CategoryMapping:
    """The mapping in a file.

    It looks like this::

        unknown: keep        # or drop; keep where it is not said
        categories:
          Van: vehicle.car
          Misc: null         # leave these out

    Names are taken as they stand: ``No`` and ``1`` are names, too.

    Raises:
        FormatError: It cannot be read, is not YAML, or says something else; names the line.
    """
    text = read_bounded(path, MAX_BYTES).decode("utf-8", errors="replace")
    root = _compose(path, text)
    unknown: Unknown = "keep"
    to: dict[str, str | None] = {}
    for key, value in _pairs(path, root, f"the fields {' and '.join(FIELDS)}"):
        if key == "unknown":
            unknown = _unknown(path, value)
        elif key == "categories":
            to = {name: _new_name(path, new) for name, new in _pairs(path, value, "names and new names")}
        else:
            raise _error(path, value, f"expected one of the fields {', '.join(FIELDS)}, found {key!r}")
    return CategoryMapping(to, unknown)


def mapping_text(mapping: CategoryMapping) -> str:
    """The file of a mapping; reading it gives its names and its choice for those that are not listed."""
    value = {"unknown": mapping.unknown, "categories": dict(mapping.to)}
    return HEADING + yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=4096)


def mapping_of(rows: list[MappedCategory]) -> CategoryMapping:
    """The mapping that says what becomes of the categories in use, to be edited."""
    return CategoryMapping({row.category: row.target for row in rows})


def _compose(path: Path, text: str) -> yaml.Node | None:
    """The tree of the file, of a depth that a mapping has: names that stand for other parts are refused."""
    try:
        depth = 0
        for event in yaml.parse(text, yaml.SafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH or isinstance(event, yaml.AliasEvent):
                found = "a reference" if isinstance(event, yaml.AliasEvent) else "something nested"
                raise FormatError(path, f"expected a name, found {found}", _line(event.start_mark))
        return yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise FormatError(path, f"expected YAML: {error.problem}", _line(mark)) from error
    except yaml.YAMLError as error:
        raise FormatError(path, f"expected YAML: {' '.join(str(error).split())}") from error


def _pairs(path: Path, node: yaml.Node | None, expected: str) -> Iterator[tuple[str, yaml.Node]]:
    if node is None or (isinstance(node, yaml.ScalarNode) and node.tag == NULL):
        return
    if not isinstance(node, yaml.MappingNode):
        raise _error(path, node, f"expected {expected}, found {_kind(node)}")
    first_lines: dict[str, int | None] = {}
    for key, value in node.value:
        name = _name(path, key)
        if name in first_lines:
            raise _error(path, key, f"{name!r} is listed twice, first in line {first_lines[name]}")
        first_lines[name] = _line(key.start_mark)
        yield name, value


def _new_name(path: Path, node: yaml.Node) -> str | None:
    if isinstance(node, yaml.ScalarNode) and node.tag == NULL:
        return None
    return _name(path, node)


def _name(path: Path, node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise _error(path, node, f"expected a name, found {_kind(node)}")
    name = str(node.value)
    if not 0 < len(name) <= MAX_NAME or name != name.strip() or not name.isprintable():
        raise _error(path, node, f"expected a name of 1 to {MAX_NAME} printable characters, found {name[:60]!r}")
    return name


def _unknown(path: Path, node: yaml.Node) -> Unknown:
    for choice in get_args(Unknown):
        if isinstance(node, yaml.ScalarNode) and node.value == choice:
            return cast(Unknown, choice)
    raise _error(path, node, f"expected keep or drop, found {_kind(node)}")


def _kind(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return repr(node.value[:60])
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"


def _error(path: Path, node: yaml.Node, reason: str) -> FormatError:
    return FormatError(path, reason, _line(node.start_mark))


def _line(mark: Any) -> int | None:
    """The line of a place in the file, from 1."""
    return mark.line + 1 if mark else None
