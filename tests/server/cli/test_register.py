"""``truebox register``: poses of clouds alone, and how far they can be trusted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calibration import Pinhole, SensorRig
from formats.kitti import DriveFrame, write_drive
from fusion import RegisteredTrajectory, why_no_registration
from geometry import SE3
from pointcloud import PointCloud
from server.cli import main

needs_kiss_icp = pytest.mark.skipif(why_no_registration() is not None, reason="kiss-icp is not installed")
EGO_FROM_LIDAR = SE3.from_yaw(0.0, [0.8, 0.0, 0.8])


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs ``truebox register``; (status, stdout, stderr)."""
    monkeypatch.setenv("NO_COLOR", "1")

    def run_register(*arguments: object) -> tuple[int, str, str]:
        status = main(["register", *map(str, arguments)])
        return status, *capfd.readouterr()

    return run_register


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five frames along a yard with walls and posts, the ego going a metre each."""
    rng = np.random.default_rng(2)

    def yard() -> np.ndarray:
        ground = np.column_stack([rng.uniform(-30, 40, (9000, 1)), rng.uniform(-9, 9, (9000, 1)), np.full(9000, -1.6)])
        walls = [
            np.column_stack([rng.uniform(-30, 40, 2500), np.full(2500, y), rng.uniform(-1.6, 4, 2500)]) for y in (-9, 9)
        ]
        posts = [
            np.column_stack([np.full(120, x), np.full(120, y), rng.uniform(-1.6, 3, 120)])
            for x in range(-30, 40, 6)
            for y in (-6, 5.5)
        ]
        return np.concatenate([ground, *walls, *posts])

    frames = []
    for index in range(5):
        world_from_ego = SE3.from_yaw(0.01 * index, [1.0 * index, 0.0, 0.0])
        points = (world_from_ego @ EGO_FROM_LIDAR).inverse().apply(yard())
        frames.append(
            DriveFrame(
                PointCloud(points.astype(np.float32), "velodyne", intensity=np.zeros(len(points), dtype=np.float32)),
                {},
                world_from_ego,
            )
        )
    camera = SE3(np.array([[0.0, 0, 1], [-1, 0, 0], [0, -1, 0]]), np.array([1.0, 0.0, 0.7]))
    rig = SensorRig(
        {"velodyne": EGO_FROM_LIDAR, "image_02": camera}, {"image_02": Pinhole(72, 72, 61, 17, 124, 37)}, ("velodyne",)
    )
    write_drive(tmp_path / "set" / "training", "0000", rig, iter(frames))
    return tmp_path / "set"


@needs_kiss_icp
def test_poses_are_written_and_compared(run: Any, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "poses.json"
    status, said, noted = run(folder, "--out", out)
    assert (status, noted) == (0, "")
    summary, against, written = said.splitlines()
    assert summary.startswith(("Good", "Usable"))
    assert ": 5 clouds of velodyne over " in summary
    assert against.startswith("from the dataset's own poses: 0.0")
    assert written == f"written to {out}"
    value = json.loads(out.read_text())
    found = RegisteredTrajectory.from_json(value)
    assert len(found.trajectory.poses) == 5
    assert value["against_given"]["translation_m"] < 0.1
    assert value["against_given"]["rotation_deg"] < 0.3


@needs_kiss_icp
def test_json_says_it_all(run: Any, folder: Path) -> None:
    status, said, _ = run(folder, "--scene", "0000", "--json")
    value = json.loads(said)
    assert status == 0
    assert value["figures"]["clouds"] == 5
    assert ": 5 clouds of velodyne over " in value["summary"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--scene", "7"], "there is no scene 7; there is: 0000"),
        (["--out", "nowhere/at/all.json"], "out: there is no folder nowhere/at"),
        (["--format", "pink"], "format: expected"),
    ],
)
def test_what_does_not_exist_is_one_line(run: Any, folder: Path, arguments: list[str], message: str) -> None:
    status, said, noted = run(folder, *arguments)
    assert (status, said) == (1, "")
    assert message in noted
    assert noted.count("\n") == 1


def test_a_folder_without_clouds_says_so(run: Any, folder: Path) -> None:
    for path in (folder / "training" / "velodyne" / "0000").iterdir():
        path.unlink()
    status, _, noted = run(folder)
    assert status == 1
    assert "found none" in noted or "truebox[registration]" in noted
