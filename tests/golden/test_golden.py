"""The stored golden numbers, which the TypeScript tests read, are what Python computes."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
MAKERS: Mapping[str, Callable[[], Any]] = runpy.run_path(str(HERE / "make_golden.py"))["MAKERS"]
STORED = HERE.parent / "data" / "golden"


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_stored_numbers_are_what_python_computes(name: str) -> None:
    stored = json.loads((STORED / f"{name}.json").read_text(encoding="utf-8"))
    made = json.loads(json.dumps(MAKERS[name]()))
    for place, found, expected in _leaves(made, stored, name):
        hint = f"{place}; run python tests/golden/make_golden.py if the change is wanted"
        if isinstance(expected, float) and isinstance(found, float):
            assert found == pytest.approx(expected, rel=1e-12, abs=1e-12), hint
        else:
            assert found == expected, hint


def test_every_file_has_a_maker() -> None:
    assert {path.stem for path in STORED.glob("*.json")} == set(MAKERS)


def _leaves(found: Any, expected: Any, place: str) -> Iterator[tuple[str, Any, Any]]:
    """Pairs of single values at the same place; where the shapes differ, the shapes themselves."""
    if isinstance(found, dict) and isinstance(expected, dict) and found.keys() == expected.keys():
        for key in found:
            yield from _leaves(found[key], expected[key], f"{place}.{key}")
    elif isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        for index, (one, other) in enumerate(zip(found, expected, strict=True)):
            yield from _leaves(one, other, f"{place}[{index}]")
    else:
        yield place, found, expected
