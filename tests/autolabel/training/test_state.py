"""A training that can be interrupted."""

from __future__ import annotations

import pytest
import torch

from autolabel.network.bev import CHANNELS
from autolabel.network.bev_net import BevNet
from autolabel.training.model_file import ModelFileError, read_tensors, write_tensors
from autolabel.training.state import TrainingState

RUN = {"name": "this one"}


def learn(state, seeds):
    for seed in seeds:
        picture = torch.rand(1, CHANNELS, 32, 32, generator=torch.Generator().manual_seed(seed))
        heat, boxes = state.net(picture)
        state.learn(heat.square().mean() + boxes.square().mean(), 1e-3)


def fresh(seed=0):
    torch.manual_seed(seed)
    return TrainingState.of(BevNet(1), "cpu")


def test_what_is_picked_up_goes_on_the_same(tmp_path):
    whole = fresh()
    learn(whole, range(4))
    begun = fresh()
    learn(begun, range(2))
    begun.keep_if_best({"score": 0.4})
    begun.save(tmp_path / "a", RUN)
    later = fresh(seed=9)
    assert later.resume(tmp_path / "a", RUN)
    learn(later, (2, 3))
    assert (later.step, later.history) == (4, whole.history)
    assert (later.best_scores, later.best_step) == ({"score": 0.4}, 2)
    assert all(torch.equal(value, whole.net.state_dict()[name]) for name, value in later.net.state_dict().items())
    assert all(torch.equal(value, whole.average[name]) for name, value in later.average.items())


def test_of_equals_the_later_is_best():
    state = fresh()
    for seed, score in enumerate((0.5, 0.5, 0.3)):
        learn(state, [seed])
        state.keep_if_best({"score": score})
    assert state.best_step == 2
    assert not torch.equal(state.result()["heat.1.bias"], state.average["heat.1.bias"])


def test_another_training_is_left_alone(tmp_path):
    fresh().save(tmp_path / "a", {"name": "another"})
    state = fresh(seed=1)
    before = state.net.state_dict()["heat.1.bias"].clone()
    assert not state.resume(tmp_path / "a", RUN)
    assert torch.equal(state.net.state_dict()["heat.1.bias"], before)


def test_a_file_with_something_missing_changes_nothing(tmp_path):
    begun = fresh()
    learn(begun, range(2))
    begun.save(tmp_path / "a", RUN)
    tensors, header = read_tensors(tmp_path / "a")
    for lost in ("net/heat.1.bias", "adam.3/exp_avg"):
        write_tensors(tmp_path / "b", {name: value for name, value in tensors.items() if name != lost}, header)
        state = fresh(seed=1)
        before = {name: value.clone() for name, value in state.net.state_dict().items()}
        with pytest.raises(ModelFileError):
            state.resume(tmp_path / "b", RUN)
        assert state.step == 0
        assert all(torch.equal(value, before[name]) for name, value in state.net.state_dict().items())
