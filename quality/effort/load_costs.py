"""Unit costs from a YAML file: this package's own, or a team's."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

import yaml

from quality.effort.costs import CostSheet, KeyRules, KindTolerance, ReviewRules, Tolerances, UnitCosts
from quality.effort.errors import CostFileError

OWN_FILE = Path(__file__).with_name("unit_costs.yaml")
LARGEST_BYTES = 65_536
SHOWN_LETTERS = 40
NUMBER_TAGS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
LARGEST_WHOLE = 2**53
DEEPEST = 4
_T = TypeVar("_T")


def load_costs(path: Path | None = None) -> CostSheet:
    """Read a file of unit costs; without a path this package's own.

    Raises:
        CostFileError: The file cannot be read, or a key is missing, unknown, given twice or out of its range; the
            message names the file, the line, what was expected and what was found.
    """
    path = path or OWN_FILE
    root = _Place(path, _compose(path), "the file")
    parts = root.mapping(("seconds", "review", "keys", "tolerances"))
    kinds = {name: _build(KindTolerance, place) for name, place in parts["tolerances"].mapping(None).items()}
    try:
        tolerances = Tolerances(kinds)
    except ValueError as error:
        raise parts["tolerances"].wrong(str(error)) from error
    return CostSheet(
        _build(UnitCosts, parts["seconds"]),
        _build(ReviewRules, parts["review"]),
        _build(KeyRules, parts["keys"]),
        tolerances,
    )


def _compose(path: Path) -> yaml.Node:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise CostFileError(path, f"expected at most {LARGEST_BYTES} bytes, found {path.stat().st_size}")
        text = path.read_text(encoding="utf-8")
        _check_depth(path, text)
        node = yaml.compose(text, yaml.SafeLoader)
    except OSError as error:
        raise CostFileError(path, f"cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise CostFileError(path, f"expected UTF-8 text, found byte {error.start} of another kind") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else None
        raise CostFileError(path, f"expected YAML, found that {error.problem}", line) from error
    except yaml.YAMLError as error:
        raise CostFileError(path, f"expected YAML: {error}") from error
    if node is None:
        raise CostFileError(path, "expected the keys seconds, review, keys and tolerances, found nothing")
    return node


def _check_depth(path: Path, text: str) -> None:
    """Refuse what would take long to compose."""
    depth = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise CostFileError(path, "expected keys with numbers, found them nested deeper")


def _build(kind: type[_T], place: _Place) -> _T:
    """A dataclass of which all fields, and no others, stand in a mapping."""
    types = {field.name: field.type for field in fields(kind)}  # type: ignore[arg-type]
    given = place.mapping(tuple(types))
    values: dict[str, Any] = {}
    for name, type_ in types.items():
        values[name] = given[name].words() if name == "words" else given[name].number(whole=type_ == "int")
    try:
        return kind(**values)
    except ValueError as error:
        bad = given.get(str(error).partition(":")[0], place)
        raise bad.wrong(str(error)) from error


@dataclass(frozen=True)
class _Place:
    """A node of the file, with its name."""

    path: Path
    node: yaml.Node
    name: str

    def wrong(self, reason: str) -> CostFileError:
        return CostFileError(self.path, reason, self.node.start_mark.line + 1)

    def mapping(self, keys: tuple[str, ...] | None) -> dict[str, _Place]:
        """The values by key: exactly these keys, or any where None."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.wrong(f"{self.name}: expected keys with values, found {self._found()}")
        found: dict[str, _Place] = {}
        for key, value in self.node.value:
            place = _Place(self.path, value, str(key.value))
            if place.name in found:
                raise _Place(self.path, key, place.name).wrong(f"{place.name} is given twice in {self.name}")
            if keys is not None and place.name not in keys:
                reason = f"{self.name}: expected {', '.join(keys)}, found {place.name[:SHOWN_LETTERS]}"
                raise _Place(self.path, key, place.name).wrong(reason)
            found[place.name] = place
        if missing := [key for key in keys or () if key not in found]:
            raise self.wrong(f"{self.name}: expected the key {missing[0]}, found none")
        return found

    def number(self, *, whole: bool) -> float | int:
        value = self._number_or_none() if isinstance(self.node, yaml.ScalarNode) else None
        if value is None or (whole and not isinstance(value, int)):
            wanted = "a whole number" if whole else "a number"
            raise self.wrong(f"{self.name}: expected {wanted}, found {self._found()}")
        return value if whole else float(value)

    def _number_or_none(self) -> float | int | None:
        """What YAML takes for a number, ``0x1f`` and ``1:30`` among them."""
        if self.node.tag not in NUMBER_TAGS:
            return None
        try:
            value = yaml.safe_load(self.node.value)
        except (ValueError, yaml.YAMLError):
            return None
        is_number = isinstance(value, float) or (isinstance(value, int) and abs(value) < LARGEST_WHOLE)
        return value if is_number else None

    def words(self) -> tuple[str, ...]:
        is_list = isinstance(self.node, yaml.SequenceNode)
        if not is_list or not all(isinstance(item, yaml.ScalarNode) for item in self.node.value):
            raise self.wrong(f"{self.name}: expected a list of words, found {self._found()}")
        return tuple(str(item.value).lower() for item in self.node.value)

    def _found(self) -> str:
        if isinstance(self.node, yaml.ScalarNode):
            return repr(self.node.value[:SHOWN_LETTERS])
        return "a list" if isinstance(self.node, yaml.SequenceNode) else "keys with values"
