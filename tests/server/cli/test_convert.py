from __future__ import annotations

import json
from pathlib import Path

import pytest

from server.cli.main import BAD_INPUT, main


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    """Labels and calibration of one made sequence."""
    root = tmp_path / "drive"
    for name in ("label_02", "calib"):
        (root / name).mkdir(parents=True)
    row = "0 0 0.1 50 40 60 60 1.8 0.6 0.8 -1.0 1.7 12.0 0.3"
    (root / "label_02" / "0000.txt").write_text(
        f"0 3 Car {row}\n1 3 Car {row}\n0 -1 DontCare -1 -1 -10 1 2 3 4 -1000 -1000 -1000 -10 -1 -1 -1\n"
    )
    numbers = "150 0 99.5 0 0 150 49.5 0 0 0 1 0"
    (root / "calib" / "0000.txt").write_text(
        "".join(f"P{i}: {numbers}\n" for i in range(4))
        + "R_rect 1 0 0 0 1 0 0 0 1\nTr_velo_cam 0 -1 0 0 0 0 -1 0 1 0 0 0\nTr_imu_velo 1 0 0 0 0 1 0 0 0 0 1 0\n"
    )
    return root


def test_a_folder_is_converted_and_the_result_said(
    drive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["convert", str(drive), str(tmp_path / "out"), "--to", "native", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result == {
        "from": "kitti-tracking",
        "to": "native",
        "losses": [],
        "problems": [],
        "guesses": [],
        "categories": [{"category": "Car", "target": "Car", "tracks": 1}],
        "unknown_categories": {},
        "unconfirmed": 0,
        "written": True,
        "path": str(tmp_path / "out"),
        "scenes": 1,
        "rows": 5,
        "files": result["files"],
        "sensor_files": {"linked": 0, "copied": 0, "written": 0},
    }
    assert main(["convert", str(tmp_path / "out"), str(tmp_path / "back"), "--to", "kitti-tracking"]) == 0
    assert "3 labels of 1 scene(s) written" in capsys.readouterr().out


def test_what_is_lost_is_said_before_writing(drive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", str(drive), str(tmp_path / "out"), "--to", "kitti-raw"]) == 0
    notes = capsys.readouterr().err
    assert "note: ignore regions (DontCare): left out, as tracklets are 3D alone (1 times)" in notes


@pytest.mark.parametrize("json_option", [[], ["--json"]])
def test_strict_writes_nothing_where_anything_is_lost(
    drive: Path, tmp_path: Path, json_option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["convert", str(drive), str(out), "--to", "kitti-raw", "--strict", *json_option]) == BAD_INPUT
    shown = capsys.readouterr()
    assert "nothing is written" in shown.err
    assert not out.exists()
    if json_option:
        result = json.loads(shown.out)
        assert result["written"] is False
        assert "ignore regions (DontCare): left out, as tracklets are 3D alone" in [
            loss["message"] for loss in result["losses"]
        ]


def test_a_folder_with_files_is_refused_unless_forced(
    drive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").touch()
    arguments = ["convert", str(drive), str(tmp_path / "out"), "--to", "kitti-object"]
    assert main(arguments) == BAD_INPUT
    assert "--force writes into it" in capsys.readouterr().err
    assert main([*arguments, "--force"]) == 0
    assert (tmp_path / "out" / "mine.txt").exists()
    assert (tmp_path / "out" / "0000" / "label_2" / "000001.txt").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--to", "vhs"], "expected a format that writes labels"),
        (["--to", "native", "--from", "vhs"], "expected a format ("),
        (["--to", "native", "--from", "kitti-raw"], "found none"),
    ],
)
def test_bad_requests_are_one_line(
    drive: Path, tmp_path: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["convert", str(drive), str(tmp_path / "out"), *arguments]) == BAD_INPUT
    error = capsys.readouterr().err
    assert message in error
    assert len(error.strip().splitlines()) == 1


def test_a_dataset_without_sequences_makes_no_drive(
    drive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["convert", str(drive), str(tmp_path / "object"), "--to", "kitti-object"]) == 0
    assert main(["convert", str(tmp_path / "object"), str(tmp_path / "out"), "--to", "kitti-tracking"]) == BAD_INPUT
    assert "they make no drive; use kitti-object or native" in capsys.readouterr().err


def test_categories_go_by_the_nearest_names_or_by_those_in_a_file(
    drive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = drive / "label_02" / "0000.txt"
    rows.write_text(rows.read_text().replace("1 3 Car", "1 4 Lorry"))
    written = tmp_path / "map.yaml"
    written.write_text("categories:\n  Lorry: Truck\n  Car: null\n")
    command = ["convert", str(drive), str(tmp_path / "out"), "--to", "kitti-raw", "--sensor-data", "none"]
    assert main([*command, "--unknown", "refuse"]) == BAD_INPUT
    assert "--unknown refuse: Lorry (1 tracks)" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert main([*command, "--mapping", str(written), "--unknown", "refuse"]) == 0
    notes = capsys.readouterr().err
    assert "note: Lorry is written as Truck (1 tracks)" in notes
    assert "note: category Car: left out (1 times)" in notes


def test_only_what_is_asked_for_is_converted(drive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["convert", str(drive), str(tmp_path / "out"), "--to", "native", "--json"]
    assert main([*command, "--scenes", "0000", "--categories", "Van,Truck", "--sources", "imported"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["scenes"], result["categories"], result["losses"]) == (1, [], [])
    assert main([*command, "--scenes", "0009", "--force"]) == BAD_INPUT
    assert "scenes must be among those" in capsys.readouterr().err


@pytest.mark.parametrize("given", ["width", "=5", "width=", "a=1"])
def test_an_answer_must_answer_a_question(
    drive: Path, tmp_path: Path, given: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["convert", str(drive), str(tmp_path / "out"), "--to", "native", "--assume", given]
    assert main(command) == BAD_INPUT
    assert "assume" in capsys.readouterr().err
    assert main([*command, "--assume", given]) == BAD_INPUT


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError("the disk is full")])
def test_what_is_cut_short_leaves_no_folder(
    drive: Path, tmp_path: Path, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    from formats.native.native import Native

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(Native, "sensor_files", fail)
    before = sorted(tmp_path.iterdir())
    assert main(["convert", str(drive), str(tmp_path / "out"), "--to", "native"]) != 0
    assert sorted(tmp_path.iterdir()) == before
