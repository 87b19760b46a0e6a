"""Several trainings that become one model."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from autolabel.stopping import Stopped
from autolabel.training import blend
from autolabel.training.blend import SHARES, fit_blend, remove_checkpoints, training_count
from autolabel.training.fit import TrainingOptions, fit
from autolabel.training.model_file import ModelFileError


@pytest.fixture
def options(small_grid, one_thread):
    return TrainingOptions(steps=2, crop_cells=64, grid=small_grid, device=one_thread, checkpoint_steps=1)


@pytest.fixture
def init(examples, two_classes, options):
    return fit(examples, two_classes, None, replace(options, seed=7)).model


def same(a, b):
    return all(torch.equal(a.state[name], b.state[name]) for name in a.state)


def test_short_trainings_are_several_and_long_ones_one():
    assert [training_count(steps) for steps in (1, 150, 233, 234, 350, 351, 700, 5000)] == [3, 3, 3, 2, 2, 1, 1, 1]


def test_the_model_lies_between_what_was_and_the_mean_of_what_was_learnt(examples, two_classes, options, init):
    alone = [fit(examples, two_classes, init, replace(options, seed=3 + number)) for number in range(3)]
    done = fit_blend(examples, two_classes, init, replace(options, seed=1))
    assert done.history == tuple(loss for each in alone for loss in each.history)
    for name, old in init.state.items():
        if old.is_floating_point():
            mean = sum(each.model.state[name] for each in alone) / 3
            torch.testing.assert_close(done.model.state[name], (1 - SHARES[0]) * old + SHARES[0] * mean)


def test_its_scores_are_its_own(examples, two_classes, options, init, monkeypatch):
    asked = []

    def scores_on(detector, judged, _classes):
        asked.append((detector.model, len(judged)))
        return {"score": 0.25}

    monkeypatch.setattr(blend, "scores_on", scores_on)
    done = fit_blend(examples, two_classes, init, options)
    assert dict(done.scores) == {"score": 0.25}
    assert asked[0][1] == len(done.held_out) == 1
    assert same(asked[0][0], done.model)


@pytest.mark.parametrize("told", [(0.3, 0.5, 0.4), (0.3, 0.5, 0.5), (0.5, 0.5, 0.5)])
def test_frames_held_back_with_many_boxes_tell_how_far_it_is_drawn_back(
    examples, two_classes, options, init, monkeypatch, told
):
    monkeypatch.setattr(blend, "ENOUGH_BOXES", 1)
    asked = []

    def scores_on(detector, *_):
        asked.append(detector.model)
        return {"score": told[len(asked) - 1]}

    monkeypatch.setattr(blend, "scores_on", scores_on)
    done = fit_blend(examples, two_classes, init, options)
    assert len(asked) == len(SHARES)
    assert dict(done.scores) == {"score": max(told)}
    assert same(done.model, asked[told.index(max(told))])


def test_no_frame_held_out_has_no_scores(examples, two_classes, options, init):
    assert fit_blend(examples[:3], two_classes, init, options).scores == {}


def test_from_nothing_one_training_is_done(examples, two_classes, options):
    assert same(fit_blend(examples, two_classes, None, options).model, fit(examples, two_classes, None, options).model)


@pytest.mark.parametrize("stopped_at", [0, 1, 2, 3, 5])
def test_an_interrupted_one_goes_on_as_if_nothing_had_happened(
    examples, two_classes, options, init, tmp_path, stopped_at
):
    whole = fit_blend(examples, two_classes, init, options)
    kept = replace(options, checkpoint=tmp_path / "here.checkpoint")
    asked = iter(range(100))
    with pytest.raises(Stopped):
        fit_blend(examples, two_classes, init, kept, should_stop=lambda: next(asked) == stopped_at)
    told = []
    rest = fit_blend(examples, two_classes, init, kept, lambda share, what: told.append((share, what)))
    assert same(whole.model, rest.model)
    assert len(told) == 6 - stopped_at
    assert told[-1][0] == pytest.approx(1.0)
    again = fit_blend(examples, two_classes, init, kept, should_stop=lambda: True)
    assert same(whole.model, again.model)
    remove_checkpoints(kept.checkpoint)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("threads", [2, 3, 7])
def test_side_by_side_the_same_is_learnt_and_an_interrupted_one_goes_on(
    examples, two_classes, options, init, tmp_path, threads
):
    whole = fit_blend(examples, two_classes, init, options)
    many = replace(options, device=options.device.with_threads(threads))
    assert threads // 3 > 1 or same(whole.model, fit_blend(examples, two_classes, init, many).model)
    kept = replace(options, device=many.device, checkpoint=tmp_path / "here.checkpoint")
    asked = iter(range(100))
    with pytest.raises(Stopped):
        fit_blend(examples, two_classes, init, kept, should_stop=lambda: next(asked) == 2)
    assert list(tmp_path.iterdir())
    rest = fit_blend(examples, two_classes, init, kept)
    assert threads // 3 > 1 or same(whole.model, rest.model)
    assert len(rest.history) == 6
    remove_checkpoints(kept.checkpoint)
    assert not list(tmp_path.iterdir())


def test_a_disk_that_is_full_is_told(examples, two_classes, options, init, tmp_path):
    with pytest.raises(ModelFileError, match="cannot be written"):
        fit_blend(examples, two_classes, init, replace(options, checkpoint=tmp_path / "missing" / "a.checkpoint"))


def test_nothing_is_removed_where_nothing_was_kept():
    remove_checkpoints(None)
