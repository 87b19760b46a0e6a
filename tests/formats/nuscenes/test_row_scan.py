from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats import FormatError
from formats.nuscenes import row_scan
from formats.nuscenes.row_scan import scan_rows
from formats.nuscenes.table_index import index_by_group, index_by_token, read_whole

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_characters="{}")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
    max_leaves=4,
)


def depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    return max(map(depth, value), default=0) if isinstance(value, list) else 0


rows = st.dictionaries(st.text(st.characters(exclude_characters="{}"), max_size=5), values, max_size=4)


@given(
    table=st.lists(rows.filter(lambda row: depth(row) <= 4), max_size=6),
    indent=st.sampled_from([None, 0, 2]),
    chunk=st.integers(1, 40),
)
def test_rows_are_found_wherever_chunks_end(table: list[Any], indent: int | None, chunk: int) -> None:
    text = json.dumps(table, indent=indent)
    complaints: list[str] = []
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(row_scan, "CHUNK_BYTES", chunk)
        path = Path(folder) / "table.json"
        path.write_text(text)
        found = list(scan_rows(path, complaints.append))
    assert [json.loads(row) for _, row in found] == table
    assert all(text.encode()[offset : offset + len(row)] == row for offset, row in found)
    assert complaints == []


@pytest.mark.parametrize(
    ("text", "count", "said"),
    [
        ("", 0, "cut off"),
        ("{}", 1, "cut off"),
        ('[{"a": 1}, {"a": 2}', 2, "cut off"),
        ('[{"a": 1}, {"a": 2', 1, "cut off"),
        ('[{"a": 1}, 7, {"a": 2}]', 2, "1 faults between 2 rows"),
        ('[{"a": "}"}]', 1, "cut off"),
        ("null", 0, "cut off"),
        ("[" + "{" * 100_000, 0, "1000 faults"),
        ("[" + '{"a":' * 50_000 + "1" + "}" * 50_000 + "]", 0, "1000 faults"),
    ],
)
def test_what_is_no_list_of_objects_is_said(tmp_path: Path, text: str, count: int, said: str) -> None:
    path = tmp_path / "table.json"
    path.write_text(text)
    complaints: list[str] = []
    assert len(list(scan_rows(path, complaints.append))) == count
    assert len(complaints) == 1
    assert said in complaints[0]


def test_a_row_without_an_end_does_not_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_scan, "CHUNK_BYTES", 1000)
    monkeypatch.setattr(row_scan, "MAX_ROW_BYTES", 5000)
    path = tmp_path / "table.json"
    path.write_text('[{"a": "' + "x" * 100_000 + '"}]')
    complaints: list[str] = []
    assert not list(scan_rows(path, complaints.append))
    assert "no end of it after 0 rows" in complaints[0]


def test_too_many_rows_are_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_scan, "MAX_ROWS", 3)
    path = tmp_path / "table.json"
    path.write_text(json.dumps([{}] * 9))
    complaints: list[str] = []
    assert len(list(scan_rows(path, complaints.append))) == 3
    assert "3 rows and 0 faults so far" in complaints[0]


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"none\.json.*no file that can be read"):
        list(scan_rows(tmp_path / "none.json", lambda _: None))


def test_an_index_gives_each_group_its_rows_and_each_token_its_own(tmp_path: Path) -> None:
    path = tmp_path / "table.json"
    table = [{"token": f"t{i}", "of": f"g{i % 3}", "value": i} for i in range(20)]
    table += [{"token": "t3", "of": "g9", "value": -1}, {"of": "g0"}, {"token": "t21"}]
    path.write_text(json.dumps(table, indent=1))
    complaints: list[str] = []
    groups = index_by_group(path, "of", {b"g0": 0, b"g2": 5}, complaints.append)
    assert [row.get("value") for row in groups.of(0)] == [*range(0, 20, 3), None]
    assert [row["value"] for row in groups.of(5)] == list(range(2, 20, 3))
    assert groups.of(1) == []
    assert "9 rows whose of is that of no scene" in complaints[0]
    tokens = index_by_token(path, complaints.append)
    assert {token: row.get("value") for token, row in tokens.of(["t3", "t19", "none"]).items()} == {"t3": 3, "t19": 19}
    assert tokens.of([]) == {}
    assert len(read_whole(path, complaints.append)) == 21
    assert "2 rows without a token of their own" in complaints[-1]
