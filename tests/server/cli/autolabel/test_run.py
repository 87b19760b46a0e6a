"""``truebox autolabel run``: a folder with a few labelled frames in, a folder with all of them out."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autolabel.classes import ObjectClass
from autolabel.experiment import Target, run_experiment
from autolabel.labeled_scene import labels_of_frames
from autolabel.learn import LearnOptions
from autolabel.network.bev_net import BevNet
from autolabel.network.grid import GridSpec
from autolabel.training.model_file import Model
from formats import get_format, open_dataset
from labels import LabelSet, Resolver, Taxonomy
from server.cli.main import BAD_INPUT, main
from server.simulated_dataset import write_simulated_dataset
from simulation import DriveOptions

FRAMES = 12
NATIVE = Taxonomy("native", 1, ())


@pytest.fixture(scope="module")
def drive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short drive with all labels, in Truebox's own form, whose labels are not cut to what a camera sees."""
    folder = tmp_path_factory.mktemp("simulated") / "drive"
    options = DriveOptions(pictures=False, azimuths=450)
    write_simulated_dataset(
        folder, frame_count=FRAMES, scene_count=1, seed=7, report=lambda *_: None, format="native", options=options
    )
    return folder


@pytest.fixture(scope="module")
def init(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that knows nothing yet, so that tests do not depend on the weights that come along."""
    path = tmp_path_factory.mktemp("model") / "init.safetensors"
    Model((ObjectClass("Car", (4.0, 1.8, 1.5), True),), GridSpec(), BevNet(1).state_dict()).save(path)
    return path


def labels_in(folder: Path) -> LabelSet:
    dataset = open_dataset(folder)
    return get_format(dataset.format).read_labels(dataset.scenes[0]).labels


def test_people_s_frames_stay_and_the_others_are_filled(
    drive: Path, init: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    arguments = ["autolabel", "run", str(drive), "--train-frames", "0,5,11", "--out", str(out), "--model", str(init)]
    assert main([*arguments, "--steps", "3", "--json"]) == 0
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    for baseline in ("every_box", "copy_and_adjust", "key_frames"):
        ratio = result["effort"][baseline]
        assert 0.0 < ratio["without_seeds"] < ratio["with_seeds"]
    assert result["ap"]["0.5"]["any"] > 0.5
    assert set(result) >= {"false_tracks", "heading_flips", "train_s", "ms_per_frame", "bands", "warnings"}
    assert 0.0 < result["detector_ms_per_frame"] < result["ms_per_frame"]
    assert result["self_training"] is None
    assert set(result["reasons"]) == set(result["bands"])
    assert not result["reasons"].get("accept")
    assert all(
        sum(result["reasons"][band].values()) >= result["bands"][band] for band in set(result["bands"]) - {"accept"}
    )
    scene = open_dataset(drive).scenes[0]
    truth = Resolver(labels_in(drive), scene.frame_times_ns, scene.trajectory)
    after = labels_in(out)
    keys = [key for key in after.cuboids.values() if key.frame_index in (0, 5, 11)]
    told = [key for key in keys if not key.source.startswith("model:")]
    assert told
    for key in told:
        known = truth.track_in_frame(key.track_id, key.frame_index)
        assert known is not None
        np.testing.assert_allclose(key.box_ego.corners(), known.cuboid.box_ego.corners(), atol=1e-6)
    proposed = [key for key in after.cuboids.values() if key.source.startswith("model:")]
    assert {key.frame_index for key in proposed} >= set(range(1, 11)) - {5}
    assert all(key.confirmed_by is None and key.score is not None for key in proposed)


@pytest.mark.usefixtures("one_free_core")
def test_other_frames_labels_are_never_looked_at(drive: Path, init: Path) -> None:
    """The same proposals, whether the frames that are not labelled have labels or not."""
    scene, labels = open_dataset(drive).scenes[0], labels_in(drive)
    found = []
    for truth in (labels, labels_of_frames(scene, labels, (0, 11))):
        done = run_experiment(
            [Target(scene, truth, (0, 11))], [], NATIVE, Model.load(init), learning=LearnOptions(steps=2)
        )
        found.append([sorted(each.boxes_ego.items()) for each in done.trials[0].proposals])
    assert found[0]
    assert found[0] == found[1]


def test_what_learning_further_brought_is_told(
    drive: Path, init: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frames = ["--train-frames", "0,2,5,8,11", "--steps", "2", "--self-train", "--json"]
    assert main(["autolabel", "run", str(drive), "--out", str(tmp_path / "out"), "--model", str(init), *frames]) == 0
    told = json.loads(capsys.readouterr().out)["self_training"]
    assert set(told) == {"was_kept", "score_before", "score_after", "frames", "boxes"}
    assert told["score_before"] is not None
    assert told["was_kept"] is (told["score_after"] is not None and told["score_after"] > told["score_before"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--train-frames", "0,99"], "has frames 0 … 11, not 99"),
        (["--train-frames", "first"], "expected numbers such as 0,5,10, found first"),
        (["--train-frames", "0", "--train", "3"], "expected --train-frames or --train, found both"),
        ([], "expected labelled frames with a cuboid at least, found none"),
        (["--train-from", "nowhere"], "nowhere"),
        (["--train", "2", "--model", "nowhere.safetensors"], "nowhere.safetensors"),
        (["--train", "2", "--wished-error", "2"], "wished_error must lie within 0 … 1"),
        (["--train", "2", "--scene", "none"], "none"),
        (["--train", "2", "--self-train", "--detector", "http://x"], "expected --self-train or --detector, found both"),
    ],
)
def test_bad_input_is_one_line(
    drive: Path, init: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    model = [] if "--model" in arguments else ["--model", str(init)]
    out = tmp_path / "out"
    assert main(["autolabel", "run", str(drive), "--out", str(out), *model, *arguments]) == BAD_INPUT
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert re.search(re.escape(message), error), error
    assert not out.exists()
