"""``truebox render`` and the choice of scene and frame that ``truebox view`` shares."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from server.cli import main


@pytest.fixture
def render(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs ``truebox render`` without any display; (status, stdout, stderr)."""
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("NO_COLOR", "1")

    def run(*arguments: object) -> tuple[int, str, str]:
        status = main(["render", *map(str, arguments)])
        return status, *capfd.readouterr()

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two scenes of labels and calibration, no clouds and no images."""
    training = tmp_path / "kitti" / "training"
    matrix = "700 0 600 0 0 700 180 0 0 0 1 0"
    rows = [f"P{camera}: {matrix}" for camera in range(4)]
    rows += ["R_rect 1 0 0 0 1 0 0 0 1", "Tr_velo_cam 0 -1 0 0 0 0 -1 0 1 0 0 0", "Tr_imu_velo 1 0 0 0 0 1 0 0 0 0 1 0"]
    label = "{} 4 Car 0 0 -1.5 500 150 700 250 1.5 1.8 4.2 0.5 1.6 12.0 -1.5\n"
    for scene in ("0000", "0001"):
        for name, text in (("calib", "\n".join(rows)), ("label_02", label.format(0) + label.format(1))):
            (training / name).mkdir(parents=True, exist_ok=True)
            (training / name / f"{scene}.txt").write_text(text)
    return tmp_path / "kitti"


def test_a_picture_is_written(render: Any, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "frame.png"
    status, said, noted = render(folder, "--frame", 1, "--out", out, "--width", 640, "--height", 480)
    assert status == 0
    assert said == f"0000  ·  frame 1 of 0 … 1: 0 points, 1 cuboid; written to {out}\n"
    assert noted == "note: 2 scenes, this is 0000; --scene chooses another\n"
    with Image.open(out) as picture:
        assert (picture.format, picture.size) == ("PNG", (640, 480))


def test_json_says_what_is_in_it(render: Any, folder: Path, tmp_path: Path) -> None:
    status, said, noted = render(folder, "--scene", "0001", "--out", tmp_path / "frame.JPG", "--json")
    report = json.loads(said)
    assert (status, noted) == (0, "")
    assert (report["scene"], report["frame"], report["points"]) == ("0001", 0, 0)
    assert report["cuboids"] == [{"name": "Car 4", "category": "Car", "is_key": True}]
    assert report["problems"] == ["frame 0 has no cloud"]
    assert report["sweeps"] == 0
    assert set(report["cameras"]["image_02"]) == {"left", "top", "width", "height"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--frame", "2"], "frame: scene 0000 has the frames 0 … 1, found 2"),
        (["--scene", "7"], "there is no scene 7; there is: 0000, 0001"),
        (["--format", "x"], "format: expected a format"),
        (["--out", "frame.bmp"], "out: expected a name that ends in .png, .jpg, .jpeg, found frame.bmp"),
        (["--out", "/nowhere/at/all.png"], "out: there is no folder /nowhere/at"),
    ],
)
def test_what_does_not_exist_is_one_line(render: Any, folder: Path, arguments: list[str], message: str) -> None:
    given = arguments if "--out" in arguments else [*arguments, "--out", str(folder / "x.png")]
    status, said, noted = render(folder, *given)
    assert (status, said) == (1, "")
    assert message in noted
    assert noted.splitlines()[-1].startswith("error: ")
    assert not (folder / "x.png").exists()


def test_a_folder_that_is_no_dataset(render: Any, tmp_path: Path) -> None:
    status, _, noted = render(tmp_path, "--out", tmp_path / "x.png")
    assert status == 1
    assert "expected a dataset, found none" in noted


def test_a_size_out_of_range_is_a_usage_error(render: Any, folder: Path) -> None:
    assert render(folder, "--out", folder / "x.png", "--width", 100)[0] == 2


def test_a_real_frame_needs_no_display(render: Any, shared_data: Path, tmp_path: Path) -> None:
    out = tmp_path / "real.png"
    arguments = ["--scene", "0003", "--frame", 30, "--color", "image", "--width", 960, "--height", 540, "--out", out]
    status, said, _ = render(shared_data / "kitti_tracking", *arguments)
    assert (status, said) == (0, f"0003  ·  frame 30 of 0 … 71: 17,218 points, 2 cuboids; written to {out}\n")
