"""Training."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from autolabel.classes import ObjectClass
from autolabel.network.detect import Detector
from autolabel.stopping import Stopped
from autolabel.training import fit as fit_module
from autolabel.training.examples import ExampleFiles
from autolabel.training.fit import DivergedError, TrainingOptions, fit, rate_at, step_count
from autolabel.training.held_out import grid_of, scores_on
from autolabel.training.model_file import Model, ModelFileError


@pytest.fixture
def options(small_grid, one_thread):
    return TrainingOptions(steps=4, crop_cells=64, grid=small_grid, device=one_thread, checkpoint_steps=2)


def same(a, b):
    return all(torch.equal(a.state[name], b.state[name]) for name in a.state)


def test_steps_follow_the_boxes():
    assert [step_count(n) for n in (1, 100, 10_000)] == [150, 400, 700]


def test_the_rate_goes_up_and_down():
    rates = [rate_at(step, 100, 1e-3) for step in range(100)]
    assert max(rates) == pytest.approx(1e-3, rel=0.01)
    assert rates.index(max(rates)) == 15
    assert rates[0] < 1e-4
    assert rates[-1] < 1e-5
    assert rate_at(0, 1, 1.0) <= 1.0


def test_the_same_seed_gives_the_same_model_and_another_one_another(examples, two_classes, options):
    first, again = (fit(examples, two_classes, None, options) for _ in range(2))
    other = fit(examples, two_classes, None, replace(options, seed=1))
    assert same(first.model, again.model)
    assert first.history == again.history
    assert not same(first.model, other.model)


@pytest.mark.parametrize("stopped_at", [1, 2, 3])
def test_an_interrupted_training_goes_on_as_if_nothing_had_happened(
    examples, two_classes, options, tmp_path, stopped_at
):
    whole = fit(examples, two_classes, None, options)
    kept = replace(options, checkpoint=tmp_path / "checkpoint")
    asked = iter(range(100))
    with pytest.raises(Stopped):
        fit(examples, two_classes, None, kept, should_stop=lambda: next(asked) == stopped_at)
    assert kept.checkpoint.exists()
    told = []
    rest = fit(examples, two_classes, None, kept, lambda share, what: told.append((share, what)))
    assert same(whole.model, rest.model)
    assert whole.history == rest.history
    assert (whole.scores, whole.best_step) == (rest.scores, rest.best_step)
    assert len(told) == 4 - stopped_at


def test_what_is_done_is_at_hand_at_once_until_its_checkpoint_is_removed(examples, two_classes, options, tmp_path):
    kept = replace(options, checkpoint=tmp_path / "checkpoint")
    whole = fit(examples, two_classes, None, kept)
    again = fit(examples, two_classes, None, kept, should_stop=lambda: True)
    assert same(whole.model, again.model)
    assert (whole.history, whole.scores, whole.best_step) == (again.history, again.scores, again.best_step)


def test_a_training_that_was_killed_goes_on_from_its_checkpoint(examples, two_classes, options, tmp_path, monkeypatch):
    whole = fit(examples, two_classes, None, options)
    kept = replace(options, checkpoint=tmp_path / "checkpoint")

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(fit_module, "scores_on", killed)
        patched.setattr(fit_module, "FIRST_EVALUATION", 0.75)
        with pytest.raises(KeyboardInterrupt):
            fit(examples, two_classes, None, kept)
    assert same(whole.model, fit(examples, two_classes, None, kept).model)


def test_the_checkpoint_of_another_training_is_not_gone_on_with(examples, two_classes, options, tmp_path):
    kept = replace(options, checkpoint=tmp_path / "checkpoint")
    with pytest.raises(Stopped):
        fit(examples[:5], two_classes, None, kept, should_stop=lambda: True)
    assert same(fit(examples, two_classes, None, kept).model, fit(examples, two_classes, None, options).model)


@pytest.mark.parametrize("data", [b"", b"no checkpoint", None])
def test_a_damaged_checkpoint_is_told_and_begun_anew(examples, two_classes, options, tmp_path, data):
    kept = replace(options, checkpoint=tmp_path / "checkpoint")
    asked = iter(range(9))
    with pytest.raises(Stopped):
        fit(examples, two_classes, None, kept, should_stop=lambda: next(asked) == 1)
    whole = kept.checkpoint.read_bytes()
    kept.checkpoint.write_bytes(whole[: len(whole) // 2] if data is None else data)
    told = []
    done = fit(examples, two_classes, None, kept, lambda _, what: told.append(what))
    assert told[0].startswith("beginning anew")
    assert len(done.history) == 4


def test_a_disk_that_is_full_is_told(examples, two_classes, options, tmp_path):
    with pytest.raises(ModelFileError, match="cannot be written"):
        fit(examples, two_classes, None, replace(options, checkpoint=tmp_path / "missing" / "checkpoint"))


def test_examples_on_disk_are_learned_from_and_none_is_held_out(examples, two_classes, options, tmp_path):
    paths = [tmp_path / f"{number}.npz" for number in range(len(examples))]
    for path, example in zip(paths, examples, strict=True):
        example.save(path)
    on_disk = fit(ExampleFiles(paths), two_classes, None, options)
    assert on_disk.held_out == ()
    assert on_disk.scores == {}
    in_memory = fit(examples, two_classes, None, replace(options, hold_out=False))
    assert same(on_disk.model, in_memory.model)


def test_few_frames_are_all_learned_from(examples, two_classes, options):
    done = fit(examples[:4], two_classes, None, options)
    assert (done.held_out, done.scores, done.best_step) == ((), {}, 4)
    assert len(fit(examples, two_classes, None, options).held_out) == 1


def test_progress_is_told(examples, two_classes, options):
    told = []
    fit(examples, two_classes, None, options, lambda share, what: told.append((share, what)))
    assert [share for share, _ in told] == [0.25, 0.5, 0.75, 1.0]
    assert "step 4 of 4" in told[-1][1]


def test_new_classes_begin_as_those_nearest_in_size(examples, two_classes, options):
    init = fit(examples, two_classes, None, options).model
    other = (ObjectClass("Kid", (0.6, 0.5, 1.2), is_rigid=False), ObjectClass("Jeep", (4.0, 1.8, 1.8), is_rigid=True))
    swapped = [replace(e, classes=1 - e.classes) for e in examples]
    after = fit(swapped, other, init, replace(options, steps=1, rate=1e-9, hold_out=False)).model
    assert [item.name for item in after.classes] == ["Kid", "Jeep"]
    before = init.state["heat.1.bias"].reshape(2, 4)
    assert torch.allclose(after.state["heat.1.bias"].reshape(2, 4), before.flip(0), atol=1e-6)


def test_one_class_only(examples, options):
    classes = (ObjectClass("Thing", (2.0, 1.0, 1.5), is_rigid=True),)
    done = fit([replace(e, classes=e.classes * 0) for e in examples], classes, None, options)
    assert np.isfinite(done.history).all()


def test_contradictory_labels_and_boxes_without_points(examples, two_classes, options):
    first = examples[0]
    twice = replace(
        first,
        boxes=np.concatenate([first.boxes, first.boxes, first.boxes + [0, 0, 0, 0, 0, 0, np.pi]]),
        classes=np.concatenate([first.classes, 1 - first.classes, first.classes]),
        point_counts=np.tile(first.point_counts, 3),
    )
    empty = replace(first, point_counts=first.point_counts * 0)
    done = fit([twice, empty], two_classes, None, options)
    assert np.isfinite(done.history).all()


def test_what_nothing_can_be_learned_from_is_refused(examples, two_classes, options):
    bare = replace(examples[0], boxes=np.zeros((0, 7)), classes=np.zeros(0, int), point_counts=np.zeros(0, int))
    for wrong, classes, told in (
        ([], two_classes, "examples must not be empty"),
        ([bare], two_classes, "examples must hold a box"),
        (examples, (), "classes must not be empty"),
        (examples, two_classes[:1], "class numbers must lie in 0 … 0"),
    ):
        with pytest.raises(ValueError, match=told):
            fit(wrong, classes, None, options)


@pytest.mark.parametrize(
    "wrong", [{"steps": 0}, {"seed": -1}, {"batch": 0}, {"crop_cells": 100}, {"checkpoint_steps": 0}]
)
def test_options_that_cannot_be(wrong):
    with pytest.raises(ValueError, match="must"):
        TrainingOptions(**wrong)


def test_a_training_that_diverges_is_told(examples, two_classes, options):
    with pytest.raises(DivergedError, match="diverged at step"):
        fit(examples, two_classes, None, replace(options, rate=1e30, steps=8, hold_out=False))


def test_it_learns(examples, two_classes, options, make_example, tmp_path):
    long = replace(options, steps=80, crop_cells=80, hold_out=False)
    done = fit(examples, two_classes, None, long)
    assert np.mean(done.history[-10:]) < 0.5 * np.mean(done.history[:10])
    done.model.save(tmp_path / "model")
    detector = Detector(Model.load(tmp_path / "model"), options.device)
    scores = scores_on(detector, examples, two_classes)
    assert scores["ap_0.5"] > 0.25
    unseen = make_example(99).sweeps()
    found = detector.detect_in(unseen, grid_of(unseen.current))
    assert len(found) > 0
    assert np.isfinite(found.boxes_ego).all()
