"""``truebox check``: a table for people, JSON for programs, and an exit code for both."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from quality import all_checks
from server.cli import main

RULES = {check.rule for check in all_checks()}


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs ``truebox check``; (status, stdout, stderr)."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "160")

    def check(*arguments: object) -> tuple[int, str, str]:
        status = main(["check", *map(str, arguments)])
        return status, *capfd.readouterr()

    return check


@pytest.fixture(scope="module")
def kitti_0003(shared_data: Path) -> Path:
    return shared_data / "kitti_tracking"


def shift_row(source: Path, target: Path, scene: str, frame: int, track: int) -> None:
    """Copy a tracking set's labels and calibration, with one object half a metre to the side."""
    for folder in ("label_02", "calib"):
        (target / "training" / folder).mkdir(parents=True)
        shutil.copy(source / "training" / folder / f"{scene}.txt", target / "training" / folder)
    path = target / "training" / "label_02" / f"{scene}.txt"
    rows = [row.split() for row in path.read_text().splitlines()]
    for row in rows:
        if row[:2] == [str(frame), str(track)]:
            row[13] = str(float(row[13]) + 0.5)
    path.write_text("\n".join(" ".join(row) for row in rows) + "\n")


def test_people_s_labels_pass(run: Any, kitti_0003: Path) -> None:
    status, out, err = run(kitti_0003, "--scene", "0003")
    assert (status, err) == (0, "")
    assert "1 scene(s), 72 frames, 197 key cuboids" in out
    assert "0 error(s), 2 warning(s), 4 hint(s)" in out
    assert "0003 frame 22: Car 1: no lidar point lies in the cuboid, 5 m away" in out


def test_half_a_metre_off_is_an_error(run: Any, kitti_0003: Path, tmp_path: Path) -> None:
    shift_row(kitti_0003, tmp_path, "0003", 30, 0)
    status, out, _ = run(tmp_path, "--json")
    report = json.loads(out)
    assert status == 1
    assert report["counts"]["error"] == 1
    (error,) = [finding for finding in report["findings"] if finding["severity"] == "error"]
    assert (error["scene"], error["rule"], error["frame_index"]) == ("0003", "edge_difference", 30)
    assert error["details"]["object"] == "Car 0"
    assert error["value"] > error["details"]["tolerance_px"]


def test_json_has_the_documented_shape(run: Any, dataset: Any) -> None:
    status, out, _ = run(dataset.path, "--json")
    report = json.loads(out)
    assert status == 1
    assert set(report) == {"path", "format", "counts", "rules", "scenes", "problems", "findings"}
    assert {row["rule"] for row in report["rules"]} == RULES
    assert all(set(row) == {"rule", "title", "description", "severity", "counts"} for row in report["rules"])
    assert report["scenes"] == [{"name": "0000", "frames": 3, "cuboids": 4, "findings": len(report["findings"])}]
    keys = {"scene", "rule", "severity", "sentence", "frame_index", "value", "details", "label_ids"}
    assert all(set(finding) == keys for finding in report["findings"])
    for severity, count in report["counts"].items():
        assert count == sum(finding["severity"] == severity for finding in report["findings"])
        assert count == sum(row["counts"][severity] for row in report["rules"])


def test_the_same_twice(run: Any, dataset: Any) -> None:
    assert run(dataset.path, "--json") == run(dataset.path, "--json")


def test_rules_are_chosen(run: Any, dataset: Any) -> None:
    _, out, _ = run(dataset.path, "--json", "--rule", "alpha", "--rule", "edge_difference")
    assert [row["rule"] for row in json.loads(out)["rules"]] == ["alpha", "edge_difference"]
    _, out, _ = run(dataset.path, "--json", "--no-points")
    assert {row["rule"] for row in json.loads(out)["rules"]} == RULES - {"no_points"}


def test_scenes_are_chosen(run: Any, make_dataset: Any) -> None:
    dataset = make_dataset(scenes=2)
    _, out, _ = run(dataset.path, "--json", "--scene", "0001")
    assert [row["name"] for row in json.loads(out)["scenes"]] == ["0001"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--rule", "spelling"), "there is no rule spelling; there is: acceleration, alpha, "),
        (("--scene", "0099"), "there is no scene 0099; there is: 0000"),
        (("--format", "paper"), "format: expected a format ("),
    ],
)
def test_bad_choices_are_one_clear_line(run: Any, dataset: Any, arguments: Any, message: str) -> None:
    status, out, err = run(dataset.path, *arguments)
    assert (status, out) == (1, "")
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert message in err


def test_what_cannot_be_read_is_named(run: Any, dataset: Any) -> None:
    labels = dataset.training / "label_02" / "0000.txt"
    labels.write_text(labels.read_text() + "1 9 Car nonsense\n")
    _, out, _ = run(dataset.path)
    assert "label_02/0000.txt: line 6: " in out


def test_a_folder_without_labels_is_not_called_good(run: Any, dataset: Any) -> None:
    (dataset.training / "label_02" / "0000.txt").unlink()
    status, out, _ = run(dataset.path)
    assert status == 0
    assert "there are no labels to check" in out


def test_help_documents_the_json(run: Any) -> None:
    status, out, _ = run("--help")
    assert status == 0
    assert "Example: truebox check" in out
    assert all(word in out for word in ("frame_index", "label_ids", "details", "exit code"))
