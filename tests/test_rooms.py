"""The house is in order: every room has its face, its place in the walls and tests that mirror it."""

from __future__ import annotations

import ast
import importlib
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
ROOMS = sorted(path.parent.name for path in REPOSITORY.glob("*/__init__.py"))


@pytest.fixture(scope="module")
def pyproject() -> dict[str, Any]:
    return tomllib.loads((REPOSITORY / "pyproject.toml").read_text())


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_in_one_sentence_what_it_is(room: str) -> None:
    docstring = importlib.import_module(room).__doc__
    assert docstring, f"{room}/__init__.py has no docstring"
    assert docstring.strip().endswith(".")
    assert "\n\n" not in docstring.strip()


@pytest.mark.parametrize("room", ROOMS)
def test_all_that_a_room_promises_is_there(room: str) -> None:
    module = importlib.import_module(room)
    promised: list[str] = getattr(module, "__all__", [])
    assert [name for name in promised if not hasattr(module, name)] == []
    assert len(promised) == len(set(promised))


@pytest.mark.parametrize("room", ROOMS)
def test_all_that_a_room_imports_into_its_face_is_promised(room: str) -> None:
    tree = ast.parse((REPOSITORY / room / "__init__.py").read_text())
    imported = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == room
        for alias in node.names
    }
    assert imported - set(getattr(importlib.import_module(room), "__all__", [])) == set()


def test_every_room_is_shipped_typed_and_walled(pyproject: dict[str, Any]) -> None:
    tool = pyproject["tool"]
    layers = "|".join(tool["importlinter"]["contracts"][0]["layers"])
    walled = sorted([name.strip() for name in layers.split("|")] + ["benchmarks"])
    assert sorted(tool["hatch"]["build"]["targets"]["wheel"]["packages"]) == ROOMS
    assert sorted(tool["importlinter"]["root_packages"]) == ROOMS
    assert walled == ROOMS
    typed = {entry.removesuffix("/*.py") for entry in tool["mypy"]["files"]}
    assert set(ROOMS) - typed == set()


def test_tests_mirror_the_rooms() -> None:
    """A test file is named after a module or folder of its room, or after the room; flows live beside the rooms."""
    strangers = [
        str(path.relative_to(REPOSITORY))
        for room in ROOMS
        for path in (REPOSITORY / "tests" / room).rglob("test_*.py")
        if not _mirrored(path, REPOSITORY / "tests", REPOSITORY)
    ]
    assert strangers == []


def _mirrored(test: Path, tests: Path, root: Path) -> bool:
    folder, name = root / test.parent.relative_to(tests), test.stem.removeprefix("test_")
    return (folder / f"{name}.py").is_file() or (folder / name).is_dir() or name == folder.name


def test_tests_are_no_packages() -> None:
    """Same-named test files of two rooms would clash in packages of one name."""
    assert list((REPOSITORY / "tests").rglob("__init__.py")) == []


def test_lock_file_names_no_host() -> None:
    """Packages come from whatever registry npm is set up for."""
    lock = json.loads((REPOSITORY / "viewer" / "web" / "package-lock.json").read_text())
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []


def test_every_package_of_the_lock_file_is_pinned_by_its_digest() -> None:
    lock = json.loads((REPOSITORY / "viewer" / "web" / "package-lock.json").read_text())
    assert [name for name, package in lock["packages"].items() if name and "integrity" not in package] == []
