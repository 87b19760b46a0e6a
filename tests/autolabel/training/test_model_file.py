"""Models on disk."""

from __future__ import annotations

import errno
import json
import os
import pickle
import struct
from dataclasses import asdict, replace

import pytest
import torch
from safetensors.torch import save_file

from autolabel.classes import ObjectClass
from autolabel.network.bev_net import BevNet
from autolabel.network.grid import GridSpec
from autolabel.shape.shape_net import ShapeNet
from autolabel.training import model_file
from autolabel.training.model_file import Model, ModelFileError, read_tensors, write_tensors
from geometry import TrueboxError


def model(count=2, seed=0):
    torch.manual_seed(seed)
    classes = tuple(ObjectClass(f"Thing {i}", (1.0 + i, 1.0, 1.5), is_rigid=bool(i % 2)) for i in range(count))
    return Model(classes, GridSpec.around(25.6), BevNet(count).state_dict(), {"made": "today", "boxes": {"Car": 3}})


def shape_state(seed=0):
    torch.manual_seed(seed)
    return ShapeNet().state_dict()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.safetensors"


def test_a_file_gives_the_model_back(path):
    before = model()
    before.save(path)
    after = Model.load(path)
    assert (after.classes, after.grid, after.meta) == (before.classes, before.grid, before.meta)
    assert all(torch.equal(after.state[name], value) for name, value in before.state.items())
    assert path.stat().st_size < 6_000_000
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_more_can_be_said_of_a_model():
    assert model().with_meta(seed=3).meta == {"made": "today", "boxes": {"Car": 3}, "seed": 3}


def test_an_opinion_comes_back_with_the_model(path):
    before = model().with_opinion("shape", shape_state(3))
    before.save(path)
    after = Model.load(path)
    assert (after.classes, after.grid, after.meta) == (before.classes, before.grid, before.meta)
    assert after.state.keys() == before.state.keys()
    assert after.opinions.keys() == {"shape"}
    for state, wanted in ((after.state, before.state), (after.opinions["shape"], before.opinions["shape"])):
        assert state.keys() == wanted.keys()
        assert all(torch.equal(state[name], tensor) for name, tensor in wanted.items())
        assert all(state[name].dtype == tensor.dtype for name, tensor in wanted.items())
    after.net()
    again = path.with_name("again.safetensors")
    after.save(again)
    assert again.read_bytes() == path.read_bytes()


def test_a_file_of_before_there_were_opinions_has_none(path):
    old = model()
    header = {"version": 1, "classes": [asdict(item) for item in old.classes], "grid": asdict(old.grid), "meta": {}}
    write_tensors(path, old.state, header)
    assert Model.load(path).opinions == {}


def test_an_opinion_is_added_and_exchanged_on_a_copy():
    plain = model()
    first = plain.with_opinion("shape", shape_state(1))
    second_state = shape_state(2)
    second = first.with_opinion("shape", second_state)
    assert plain.opinions == {}
    assert second.opinions["shape"] is second_state
    assert first.opinions["shape"] is not second_state
    assert first.with_meta(seed=1).opinions is first.opinions
    assert (second.state, second.meta) == (plain.state, plain.meta)


def without(state, name):
    return {key: tensor for key, tensor in state.items() if key != name}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda state: {"taste": state}, "expected opinions of shape.*, found 'taste'"),
        (lambda state: {"": state}, "expected opinions of shape.*, found ''"),
        (lambda state: {"shape\nof things": state}, r"found 'shape\\nof things'"),
        (lambda state: {"shape": without(state, "told.0.bias")}, "one too many or too few: 'told.0.bias'"),
        (lambda state: {"shape": {**state, "told.9.bias": torch.ones(2)}}, "one too many or too few: 'told.9.bias'"),
        (lambda state: {"shape": {**state, "": torch.ones(2)}}, "one too many or too few: ''"),
        (lambda state: {"shape": {**state, "told.3.bias": torch.ones(3)}}, r"told.3.bias \(2,\) .* found \(3,\)"),
        (lambda state: {"shape": {**state, "told.3.bias": torch.ones(2).double()}}, r"told.3.bias .* torch.float64"),
        (lambda state: {"shape": {**state, "told.3.bias": torch.tensor([1.0, torch.nan])}}, "finite .* told.3.bias"),
        (lambda state: {"shape": {**state, "told.3.bias": torch.tensor([torch.inf, 1.0])}}, "finite .* told.3.bias"),
    ],
)
def test_an_opinion_that_is_none_is_refused_in_one_line(path, change, told):
    broken = model()
    for name, state in change(shape_state()).items():
        broken = broken.with_opinion(name, state)
    broken.save(path)
    with pytest.raises(ModelFileError, match=told) as caught:
        Model.load(path)
    assert "\n" not in str(caught.value)
    assert path.name in str(caught.value)


def test_an_opinion_alone_is_no_model(path):
    bare = model()
    replace(bare, state={}).with_opinion("shape", shape_state()).save(path)
    with pytest.raises(ModelFileError, match="too many or too few"):
        Model.load(path)


def test_a_file_that_is_missing(path):
    with pytest.raises(ModelFileError, match="cannot be read"):
        Model.load(path)


def tampered(path, change):
    """Change the header's JSON."""
    data = path.read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    change(header)
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data[8 + size :])


def truebox_header(change):
    def on_all(header):
        ours = json.loads(header["__metadata__"]["truebox"])
        change(ours)
        header["__metadata__"]["truebox"] = json.dumps(ours)

    return on_all


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (truebox_header(lambda h: h.update(version=2)), "expected version 1, found 2"),
        (truebox_header(lambda h: h.pop("classes")), "classes"),
        (truebox_header(lambda h: h.update(classes=[])), "classes"),
        (truebox_header(lambda h: h.update(classes=h["classes"] * 2)), "expected heat"),
        (truebox_header(lambda h: h["classes"][0].update(size_lwh_m=[0, 0, 0])), "size_lwh_m"),
        (truebox_header(lambda h: h["grid"].update(rows=17)), "rows"),
        (truebox_header(lambda h: h["grid"].update(odd=17)), "grid"),
        (lambda h: h.pop("__metadata__"), "something else"),
        (lambda h: h.update({"__metadata__": {"truebox": "[" * 100_000}}), "something else"),
        (lambda h: h.update({"x": h.pop("heat.1.bias")}), "heat.1.bias"),
        (lambda h: h["heat.1.bias"].update(shape=[4, 2]), "heat.1.bias"),
        (lambda h: h["heat.1.bias"].update(dtype="I32"), "heat.1.bias"),
    ],
)
def test_a_file_that_was_changed(path, change, told):
    model().save(path)
    tampered(path, change)
    with pytest.raises(ModelFileError, match=told) as caught:
        Model.load(path)
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, TrueboxError)


@pytest.mark.parametrize("length", [0, 7, 8, 5000, -1])
def test_a_file_that_is_cut_off(path, length):
    model().save(path)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(ModelFileError, match=r"model\.safetensors"):
        Model.load(path)


def test_files_of_others(path):
    save_file({"weight": torch.zeros(3)}, path)
    with pytest.raises(ModelFileError, match="something else"):
        Model.load(path)
    path.write_bytes(pickle.dumps({"state": 1}))
    with pytest.raises(ModelFileError):
        Model.load(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(ModelFileError):
        Model.load(path)


def test_numbers_that_are_none(path):
    broken = model()
    state = dict(broken.state)
    state["heat.1.bias"] = torch.full_like(state["heat.1.bias"], torch.nan)
    Model(broken.classes, broken.grid, state).save(path)
    with pytest.raises(ModelFileError, match="finite"):
        Model.load(path)


def test_a_file_that_is_too_large_is_not_read(path, monkeypatch):
    model().save(path)
    monkeypatch.setattr(model_file, "LARGEST_BYTES", 1000)
    with pytest.raises(ModelFileError, match="at most"):
        Model.load(path)


def test_a_full_disk_leaves_the_old_file(path, monkeypatch):
    old = model(seed=1)
    old.save(path)

    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ModelFileError, match="No space left"):
        model(seed=2).save(path)
    assert torch.equal(Model.load(path).state["heat.1.weight"], old.state["heat.1.weight"])
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_folder_that_is_missing(tmp_path):
    with pytest.raises(ModelFileError, match="cannot be written"):
        model().save(tmp_path / "nowhere" / "model.safetensors")


def test_tensors_and_a_header(path):
    write_tensors(path, {"a": torch.arange(3)}, {"version": 1, "note": "ü"})
    tensors, header = read_tensors(path)
    assert tensors["a"].tolist() == [0, 1, 2]
    assert header["note"] == "ü"
