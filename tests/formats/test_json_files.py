from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from formats import FormatError
from formats.json_files import json_text, read_json, read_json_or_complain, read_object_or_complain
from formats.listing import Listing


def test_numbers_come_back_to_the_last_digit(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json_text({"t": [0.1 + 0.2, 1700000000.123456789]}))
    assert read_json(tmp_path / "a.json") == {"t": [0.1 + 0.2, 1700000000.123456789]}
    (tmp_path / "b.json").write_text("[1700000000.123456789, 3]")
    assert read_json(tmp_path / "b.json", exact=True) == [Decimal("1700000000.123456789"), Decimal(3)]


@pytest.mark.parametrize("text", ["", "{", "[NaN]", "[" * 100_000, '["\\ud800"]', "[1e999999999999999999999]"])
def test_what_is_no_json_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text)
    if text.startswith("[1e"):
        assert read_json(tmp_path / "a.json") == [float("inf")]
        with pytest.raises(FormatError):
            read_json(tmp_path / "a.json", exact=True)
        return
    with pytest.raises(FormatError):
        read_json(tmp_path / "a.json")


def test_a_file_is_read_or_complained_of(tmp_path: Path) -> None:
    listing = Listing(root=tmp_path, base=tmp_path)
    (tmp_path / "list.json").write_text("[1]")
    (tmp_path / "bad.json").write_text("{")
    assert read_json_or_complain(tmp_path / "absent.json", listing) is None
    assert listing.problems == []
    assert read_json_or_complain(tmp_path / "list.json", listing) == [1]
    assert read_object_or_complain(tmp_path / "list.json", listing) is None
    assert read_object_or_complain(tmp_path / "bad.json", listing) is None
    assert [problem.path for problem in listing.problems] == ["list.json", "bad.json"]
    assert listing.problems[0].message == "expected an object, found something else"
