"""``truebox thin``: a folder of dense tracks in, a folder with the fewest keys out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from server.cli.main import BAD_INPUT, BAD_USAGE, main

ROW = "{frame} 3 Car 0 0 0.1 50 40 60 60 1.8 1.6 4.0 {x:.3f} 1.7 12.0 0.3\n"


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    """Ten frames of one car that goes evenly to the side."""
    root = tmp_path / "drive"
    for name in ("label_02", "calib"):
        (root / name).mkdir(parents=True)
    (root / "label_02" / "0000.txt").write_text(
        "".join(ROW.format(frame=frame, x=-1.0 + 0.5 * frame) for frame in range(10))
    )
    numbers = "150 0 99.5 0 0 150 49.5 0 0 0 1 0"
    (root / "calib" / "0000.txt").write_text(
        "".join(f"P{i}: {numbers}\n" for i in range(4))
        + "R_rect 1 0 0 0 1 0 0 0 1\nTr_velo_cam 0 -1 0 0 0 0 -1 0 1 0 0 0\nTr_imu_velo 1 0 0 0 0 1 0 0 0 0 1 0\n"
    )
    return root


def test_even_motion_needs_two_keys(drive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main(["thin", str(drive), str(out), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["keys_before"], result["keys_after"], result["tracks"]) == (10, 2, 1)
    assert result["scenes"][0]["scene"] == "0000"
    # Every frame still has its cuboid when the folder is read again.
    assert main(["convert", str(out), str(tmp_path / "back"), "--to", "kitti-tracking"]) == 0
    rows = (tmp_path / "back" / "label_02" / "0000.txt").read_text().splitlines()
    assert len(rows) == 10


def test_keys_with_answers_can_stay(drive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["thin", str(drive), str(tmp_path / "out"), "--keep-answers", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["keys_after"], result["answers_lost"]) == (10, 0)


def test_bad_arguments_are_one_line(drive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["thin", str(tmp_path / "nowhere"), str(tmp_path / "out")]) == BAD_INPUT
    assert main(["thin", str(drive), str(tmp_path / "out"), "--tolerance-m", "-1"]) == BAD_USAGE
    assert main(["thin", str(drive), str(tmp_path / "out"), "--tolerance-m", "nan"]) == BAD_USAGE
    assert main(["thin", str(drive), str(drive)]) == BAD_INPUT
    errors = capsys.readouterr().err.strip().splitlines()
    assert len(errors) == 4
    assert not (tmp_path / "out").exists()
