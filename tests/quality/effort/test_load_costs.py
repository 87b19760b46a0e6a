from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from quality.effort import CostFileError, CostSheet, load_costs
from quality.effort.load_costs import OWN_FILE


def _file(tmp_path: Path, old: str, new: str) -> Path:
    text = OWN_FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "costs.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_own_file_has_the_prices_of_the_study(sheet: CostSheet) -> None:
    assert (sheet.seconds.create, sheet.seconds.keyframe, sheet.seconds.review_box) == (30.0, 9.0, 0.3)
    assert sheet.tolerances.of("Truck").xy_m == 0.3
    assert sheet.keys.most_apart_frames == 10


def test_every_price_of_the_own_file_has_its_reason() -> None:
    lines = OWN_FILE.read_text(encoding="utf-8").split("seconds:\n")[1].split("\nreview:")[0].splitlines()
    assert [line for line in lines if ":" in line.split("#")[0] and "#" not in line] == []


def test_file_of_a_team_is_read(tmp_path: Path) -> None:
    assert load_costs(_file(tmp_path, "create: 30.0", "create: 77")).seconds.create == 77.0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  create: 30.0", "  create: cheap", "create: expected a number, found 'cheap'"),
        ("  create: 30.0", "  create: -1", "create: expected a number from 0 to 1e+06, found -1.0"),
        ("  create: 30.0", "  create: .nan", "create: expected a number from 0"),
        ("  create: 30.0", "  create: 1e999", "create: expected a number"),
        ("  create: 30.0", "  create: '30'", "create: expected a number, found '30'"),
        ("  create: 30.0", "  create: true", "create: expected a number, found 'true'"),
        ("  create: 30.0", "  create: !!float abc", "create: expected a number, found 'abc'"),
        ("  create: 30.0", "  create: " + 5000 * "9", "create: expected a number, found '999"),
        ("  create: 30.0", "  create: [30]", "create: expected a number, found a list"),
        ("  create: 30.0", "  kreate: 30.0", "seconds: expected create, one_click"),
        ("  create: 30.0 ", "  create: 30.0\n  create: 31.0 ", "create is given twice in seconds"),
        ("  flip: 1.0 ", "  # ", "seconds: expected the key flip, found none"),
        ("strip_step: 5 ", "strip_step: 0 ", "strip_step: expected a number from 1"),
        ("strip_step: 5 ", "strip_step: 2.5 ", "strip_step: expected a whole number, found '2.5'"),
        ("  other:\n    words: []", "  others:\n    words: []", "expected the kind other, found person"),
        ("    words: []", "    words: 3", "words: expected a list of words, found '3'"),
        ("review:\n", "review: [\n", "expected YAML"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = _file(tmp_path, old, new)
    with pytest.raises(CostFileError) as caught:
        load_costs(path)
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"{path}:")
    assert "\n" not in str(caught.value)


def test_line_of_what_is_wrong_is_named(tmp_path: Path) -> None:
    path = _file(tmp_path, "  keyframe: 9.0", "  keyframe: nine")
    line = next(n for n, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if "nine" in text)
    with pytest.raises(CostFileError) as caught:
        load_costs(path)
    assert caught.value.line == line


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"[" * 30_000, b"- 1\n", b"x" * 70_000, b"a: &b [*b]"])
def test_what_is_no_such_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "costs.yaml"
    path.write_bytes(content)
    with pytest.raises(CostFileError):
        load_costs(path)


def test_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CostFileError, match="cannot be read"):
        load_costs(tmp_path / "none.yaml")


def test_own_file_is_plain_yaml() -> None:
    assert set(yaml.safe_load(OWN_FILE.read_text(encoding="utf-8"))) == {"seconds", "review", "keys", "tolerances"}
