from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from formats import inspect_dataset, open_dataset, open_scene
from formats.deskew import deskew_guesses
from fusion import fuse_frame
from server.simulated_dataset import write_simulated_dataset
from simulation import DriveOptions, rig_lidars


@pytest.fixture(scope="module")
def rolling(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A drive whose sweeps take time; one lidar of two, so that answers can differ."""
    out = tmp_path_factory.mktemp("rolling") / "drive"
    options = DriveOptions(lidars=rig_lidars(["16", "raster"], azimuths=90), rolling=True, pictures=False)

    def ignore(progress: float, message: str) -> None:
        """Nobody watches."""

    write_simulated_dataset(out, frame_count=2, scene_count=1, seed=5, report=ignore, format="native", options=options)
    return out


def test_an_answer_decides_for_one_lidar(rolling: Path) -> None:
    assume = {"deskew.velodyne": "off"}
    (as_it_is,), (told,) = open_dataset(rolling).scenes, open_dataset(rolling, assume=assume).scenes
    assert [sweep.deskew for sweep in as_it_is.frames[0].sweeps] == ["on", "on"]
    assert [sweep.deskew for sweep in told.frames[0].sweeps] == ["off", "on"]
    moved = np.linalg.norm(fuse_frame(as_it_is, 0).cloud.xyz - fuse_frame(told, 0).cloud.xyz, axis=1)
    first = as_it_is.frames[0].sweeps[0].point_count()
    assert moved[:first].max() > 0.1, "the car drives half a metre while a sweep is taken"
    assert moved[first:].max() == 0.0
    assert told.assume == assume
    again = open_scene(told.path, told.name, told.format, told.assume)
    assert [sweep.deskew for sweep in again.frames[1].sweeps] == ["off", "on"]


def test_the_report_asks_with_the_reason(rolling: Path) -> None:
    asked = {entry["question"]: entry for entry in inspect_dataset(rolling)["guesses"]}
    entry = asked["deskew.velodyne"]
    assert entry["choices"] == ["off", "on", "done"]
    assert entry["answer"] == "on"
    assert not entry["is_sure"]
    assert "points have times of -50" in entry["why"]
    told = inspect_dataset(rolling, assume={"deskew.velodyne": "done"})["guesses"]
    assert [(entry["answer"], entry["why"]) for entry in told if entry["question"] == "deskew.velodyne"] == [
        ("done", "as told")
    ]


def test_a_scene_without_poses_says_why_nothing_can_be_moved(rolling: Path) -> None:
    (scene,) = open_dataset(rolling).scenes
    guess, *_ = deskew_guesses(replace(scene, trajectory=None))
    assert guess.why.endswith("the scene has no poses to move them by")


def test_points_without_times_leave_nothing_to_ask(tracking: Path) -> None:
    assert inspect_dataset(tracking)["guesses"] == []


@pytest.mark.parametrize(
    ("assume", "message"),
    [
        ({"deskew.roof": "on"}, r"assume deskew\.roof must name a lidar of 0000 \(velodyne, lidar_front\), got roof"),
        ({"deskew.velodyne": "maybe"}, r"assume deskew\.velodyne must be one of off, on, done, got maybe"),
        ({"colour": "red"}, r"assume must answer a question of native \(deskew\.\*\), got colour"),
    ],
)
def test_a_wrong_answer_is_named(rolling: Path, assume: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        open_dataset(rolling, assume=assume)
