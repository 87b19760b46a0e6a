"""Labels and datasets into projects, as people ask for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from server.cli.main import BAD_INPUT, main

Run = Any


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on a store of the test's own: status, result and notes."""
    monkeypatch.setenv("TRUEBOX_DATA_DIR", str(tmp_path / "data"))

    def call(*arguments: object) -> tuple[int, str, str]:
        status = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


@pytest.fixture
def predictions(make_dataset: Any) -> Path:
    """The same drive, where the car is half a metre further and a lorry appears."""
    made = make_dataset("predictions")
    path = made.training / "label_02" / "0000.txt"
    rows = path.read_text().replace(" 12.0 -1.6", " 12.5 -1.6")
    path.write_text(rows + "2 7 Lorry 0 0 0 10 10 20 20 2 2 5 8.0 1.6 20.0 0.1\n")
    return Path(made.path)


def test_labels_are_planned_then_merged(run: Run, dataset: Any, predictions: Path) -> None:
    run("import", dataset.path, "--project", "town")
    command = ("import", predictions, "--project", "town", "--labels-only", "--onto", "all")
    status, out, notes = run(*command, "--dry-run")
    assert status == 0
    assert "would get labels; nothing is written" in out
    assert "1 cuboids change" in out
    assert "note: category Lorry (1 tracks) is new to the project" in notes
    told = json.loads(run(*command, "--dry-run", "--json")[1])
    done = json.loads(run(*command, "--json")[1])
    assert (told["dry_run"], done["dry_run"]) == (True, False)
    assert told["counts"] == done["counts"]
    assert (done["counts"]["cuboids_updated"], done["counts"]["cuboids_added"]) == (1, 1)
    assert json.loads(run(*command, "--json")[1])["scene_ids"] == []


def test_predictions_are_known_as_a_model_s_and_left_out_of_what_is_confirmed(
    run: Run, dataset: Any, predictions: Path, tmp_path: Path
) -> None:
    run("import", dataset.path, "--project", "town")
    command = ("import", predictions, "--project", "town", "--labels-only", "--as", "model:pillar@3", "--onto", "0000")
    assert "tracks are new" in run(*command, "--policy", "add")[1]
    assert "cuboids are there already" in run(*command, "--policy", "replace-source")[1]
    export = ("export", "town", tmp_path / "out", "--format", "kitti-tracking")
    _, out, notes = run(*export, "--confirmed-only", "--json")
    assert json.loads(out)["rows"] == 5
    assert "note: 5 cuboids that nobody agreed with are left out" in notes
    _, out, notes = run(*export, "--force", "--sources", "model", "--categories", "Car,Lorry", "--json")
    assert json.loads(out)["rows"] == 5
    assert "5 cuboids that nobody agreed with are written" not in notes


def test_unknown_categories_are_refused_dropped_or_mapped(run: Run, predictions: Path, tmp_path: Path) -> None:
    command = ("import", predictions, "--project", "town")
    status, _, notes = run(*command, "--unknown", "refuse")
    assert status == BAD_INPUT
    assert "--unknown refuse: Lorry (1 tracks)" in notes
    mapping = tmp_path / "map.yaml"
    assert run("inspect", predictions, "--write-mapping", mapping)[0] == 0
    assert "Lorry: Lorry" in mapping.read_text()
    mapping.write_text(mapping.read_text().replace("Lorry: Lorry", "Lorry: Truck"))
    told = json.loads(run("inspect", predictions, "--mapping", mapping, "--json")[1])["import"]
    assert (told["scenes_to_add"], told["scenes_known"], told["labels"]) == (["0000"], [], 5)
    becomes = {row["name"]: row["becomes"] for row in told["categories"]}
    assert becomes == {"Car": "Car", "Pedestrian": "Pedestrian", "Lorry": "Truck"}
    assert told["unknown_categories"] == []
    assert run(*command, "--mapping", mapping, "--unknown", "refuse")[0] == 0
    assert json.loads(run("inspect", predictions, "--project", "town", "--json")[1])["import"]["scenes_known"] == [
        "0000"
    ]
    assert run("import", predictions, "--project", "other", "--unknown", "drop")[1].startswith(
        "other: 1 scene(s) added with 4"
    )


def test_a_project_s_labels_are_refused_where_the_format_has_no_name(
    run: Run, predictions: Path, tmp_path: Path
) -> None:
    run("import", predictions, "--project", "town")
    export = ("export", "town", tmp_path / "out", "--format", "kitti-tracking", "--unknown")
    status, _, notes = run(*export, "refuse")
    assert (status, "Lorry (1 tracks)" in notes) == (BAD_INPUT, True)
    assert not (tmp_path / "out").exists()
    _, out, notes = run(*export, "drop", "--json")
    assert json.loads(out)["rows"] == 5
    assert "are left out: Lorry (1 tracks)" in notes


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--dry-run"], "--dry-run goes with --labels-only"),
        (["--onto", "all"], "--onto goes with --labels-only"),
        (["--labels-only", "--as", "human"], "--as: expected model:NAME@VERSION"),
        (["--labels-only"], "there is no project town"),
    ],
)
def test_options_that_make_no_sense(run: Run, dataset: Any, options: list[str], message: str) -> None:
    status, _, notes = run("import", dataset.path, "--project", "town", *options)
    assert status == BAD_INPUT
    assert message in notes
