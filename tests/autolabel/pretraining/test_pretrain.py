"""The recipe as a whole, with worlds and steps so few that nothing is learned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

import pytest
import torch

from autolabel.pretraining import pretrain as recipe
from autolabel.pretraining.pretrain import CARD_NAME, CHECKPOINT_NAME, TRAINED_NAME, PretrainingOptions, pretrain
from autolabel.pretraining.worlds import World
from autolabel.stopping import Stopped
from autolabel.training.devices import Device
from autolabel.training.model_file import Model

OPTIONS = PretrainingOptions(
    scenes=1,
    steps=4,
    seed=1,
    validation_scenes=1,
    shape_steps=2,
    crop_cells=64,
    device=Device("cpu", 1, is_bf16=False),
)


@pytest.fixture(autouse=True)
def small_worlds(worlds: Callable[[int], World], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipe, "training_world", lambda _seed, number: worlds(number))
    monkeypatch.setattr(recipe, "validation_world", lambda number: worlds(9 + number))
    monkeypatch.setattr(recipe, "CHECKPOINT_STEPS", 1)


def alike(one: Mapping[str, torch.Tensor], other: Mapping[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def test_an_interrupted_run_ends_with_the_same_weights(tmp_path: Path) -> None:
    said: list[tuple[float, str]] = []
    whole = pretrain(tmp_path / "whole.safetensors", tmp_path, OPTIONS, lambda *now: said.append(now))
    shares = [share for share, _ in said]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert not (tmp_path / CHECKPOINT_NAME).exists()

    out = tmp_path / "out" / "initial.safetensors"
    with pytest.raises(Stopped):
        pretrain(out, tmp_path, OPTIONS, lambda _, what: said.append((0.0, what)), lambda: "step 2" in said[-1][1])
    assert not out.exists()
    assert (tmp_path / CHECKPOINT_NAME).exists()
    with pytest.raises(Stopped):
        pretrain(out, tmp_path, OPTIONS, lambda _, what: said.append((0.0, what)), lambda: "shapes" in said[-1][1])
    assert not out.exists()
    assert (tmp_path / TRAINED_NAME).exists()
    told: list[str] = []
    again = pretrain(out, tmp_path, OPTIONS, lambda _, what: told.append(what))
    # What was finished is not done again.
    assert not any("step" in what for what in told)
    assert not (tmp_path / TRAINED_NAME).exists()
    assert alike(again.model.state, whole.model.state)
    assert alike(again.model.opinions["shape"], whole.model.opinions["shape"])

    loaded = Model.load(out)
    assert [item.name for item in loaded.classes] == ["Car", "Cyclist", "Pedestrian", "Truck", "Van"]
    assert [recipe["steps"] for recipe in loaded.meta["recipes"]] == [4]
    assert loaded.meta["validation"]["frames"] == 2
    assert alike(loaded.opinions["shape"], whole.model.opinions["shape"])
    assert loaded.meta["shapes"] == asdict(whole.shapes) == asdict(again.shapes)
    card = (out.parent / CARD_NAME).read_text(encoding="utf-8")
    assert "truebox autolabel pretrain --scenes 1 --steps 4 --seed 1 --shape-steps 2" in card
    assert f"of {whole.shapes.claims} places" in " ".join(card.split())
    assert "2 frames of 1 worlds" in " ".join(card.split())

    further = pretrain(out, tmp_path, OPTIONS, init=loaded).model
    assert len(further.meta["recipes"]) == 2
    assert any(not torch.equal(further.state[name], tensor) for name, tensor in loaded.state.items())
    card = (out.parent / CARD_NAME).read_text(encoding="utf-8")
    assert "--seed 1 --shape-steps 2`, then `truebox autolabel pretrain" in " ".join(card.split())


@pytest.mark.parametrize(
    "bad", [{"scenes": 0}, {"steps": 0}, {"shape_steps": 0}, {"seed": 900}, {"batch": 0}, {"crop_cells": 50}]
)
def test_recipes_nobody_can_cook_are_refused(bad: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must be"):
        PretrainingOptions(**bad)  # type: ignore[arg-type]
