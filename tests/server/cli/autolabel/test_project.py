"""``truebox autolabel project``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.cli import main
from tests.server.autolabel.stand_ins import StandIns, Town, use_stand_ins


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> StandIns:
    return use_stand_ins(monkeypatch)


@pytest.fixture
def town(tmp_path: Path, make_dataset: Any) -> Iterator[Town]:
    made = Town.of(tmp_path, make_dataset(scenes=2).path)
    yield made
    made.database.close()


def run(town: Town, *arguments: str) -> int:
    return main(["autolabel", "project", "town", "--data-dir", str(town.models_dir.parent), *arguments])


def test_a_project_is_labelled(town: Town, machine: StandIns, capsys: pytest.CaptureFixture[str]) -> None:
    town.draw_car()
    town.close(0, 0)
    assert run(town, "--scene", "0001") == 0
    shown = capsys.readouterr()
    assert "town: model 1 (trained in 2 s)" in shown.out
    assert "2 objects with 5 cuboids in 1 scene(s)" in shown.out
    assert "1 to accept, 0 to check, 1 to redo" in shown.out
    assert "note: Car: 1 labelled box" in shown.err
    assert run(town, "--json", "--wished-error", "0.1") == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["model_version"], result["was_trained"], result["scenes"]) == (1, False, 2)
    assert run(town, "--train", "yes", "--json") == 0
    assert json.loads(capsys.readouterr().out)["removed_cuboids"] == 5 + 5
    assert len(machine.learned) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "label about ten frames first"),
        (("--train", "no"), "the project has no model yet"),
        (("--scene", "nowhere"), "project town has no scene nowhere"),
        (("--wished-error", "2"), "--wished-error"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(
    town: Town, machine: StandIns, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    assert run(town, *arguments) in (1, 2)
    said = capsys.readouterr().err
    assert words in said
    assert "\n" not in said.strip()
    assert machine.learned == []
