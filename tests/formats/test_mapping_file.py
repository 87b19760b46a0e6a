from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formats import FormatError
from formats.mapping import MAPPED_FROM, MAPPED_TO, CategoryMapping
from formats.mapping_file import MAX_BYTES, mapping_text, read_mapping

DOCS = Path(__file__).parents[2] / "docs" / "mapping.md"
names = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12)
mappings = st.builds(
    CategoryMapping, st.dictionaries(names, st.none() | names, max_size=6), st.sampled_from(["keep", "drop"])
)
in_one_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(folder: Path, text: str | bytes) -> CategoryMapping:
    path = folder / "map.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_mapping(path)


@given(mapping=mappings)
@in_one_folder
def test_what_is_written_is_read(tmp_path: Path, mapping: CategoryMapping) -> None:
    assert read(tmp_path, mapping_text(mapping)) == mapping


def test_names_are_taken_as_they_stand(tmp_path: Path) -> None:
    mapping = read(tmp_path, "categories:\n  No: yes\n  1: 2.50\n  a: null\n  b: ~\n  c:\n  'null': 'null'\n")
    assert mapping.to == {"No": "yes", "1": "2.50", "a": None, "b": None, "c": None, "null": "null"}


def test_an_empty_file_says_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "") == read(tmp_path, "categories:\n") == CategoryMapping()


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("- a\n- b\n", 1, "expected the fields categories and unknown, found a list"),
        ("categories:\n  Car: a\n  Car: b\n", 3, "'Car' is listed twice, first in line 2"),
        ("unknown: drop\nunknown: keep\n", 2, "'unknown' is listed twice, first in line 1"),
        ("unknown: guess\n", 1, "expected keep or drop, found 'guess'"),
        ("categories:\n  Car: [a]\n", 2, "expected a name, found something nested"),
        ("categories:\n  ? [a]\n  : b\n", 2, "expected a name, found something nested"),
        ("categories:\n  Car: ''\n", 2, "expected a name of 1 to 200 printable characters, found ''"),
        (f"categories:\n  Car: {'x' * 201}\n", 2, "expected a name of 1 to 200"),
        ("categories: 5\n", 1, "expected names and new names, found '5'"),
        ("categories:\n  a: &x b\n  c: *x\n", 3, "expected a name, found a reference"),
        ("kategories:\n  Car: a\n", 2, "expected one of the fields categories, unknown, found 'kategories'"),
        ("categories:\n  Car: a\n Van: b\n", 3, "expected YAML"),
        ("a: b\n---\nc: d\n", None, "expected YAML"),
        ("a: \x00", None, "expected YAML"),
        ("[" * 100_000, 1, "found something nested"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, line: int | None, message: str) -> None:
    with pytest.raises(FormatError, match=message) as caught:
        read(tmp_path, text)
    assert line is None or caught.value.line == line


def test_a_file_that_is_too_large_or_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="at most 1 MiB"):
        read(tmp_path, " " * (MAX_BYTES + 1))
    with pytest.raises(FormatError, match="none that can be read"):
        read_mapping(tmp_path / "nothing.yaml")


@given(
    data=st.binary(max_size=80) | st.text("categories: unknown\n-?*&!|>'\"{}[],#%@ \t0", max_size=80).map(str.encode)
)
@in_one_folder
def test_no_bytes_do_anything_else(tmp_path: Path, data: bytes) -> None:
    with suppress(FormatError):
        read(tmp_path, data)


def test_the_example_is_one(tmp_path: Path) -> None:
    text = DOCS.read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", text, flags=re.DOTALL)
    (tmp_path / "map.yaml").write_text(example, encoding="utf-8")
    mapping = read_mapping(tmp_path / "map.yaml")
    assert mapping.to == {"Van": "vehicle.car", "Lorry": "vehicle.truck", "Misc": None}
    assert MAPPED_FROM in text
    assert MAPPED_TO in text
