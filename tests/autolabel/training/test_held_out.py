"""Frames kept back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from autolabel.detections import Detections
from autolabel.training.examples import ExampleFiles
from autolabel.training.held_out import MOST_FRAMES, grid_of, held_out_frames, scores_on


class Oracle:
    """Finds what it was told."""

    def __init__(self, examples, keep=1.0, shift_m=0.0):
        self._answers, self._keep, self._shift_m = iter(examples), keep, shift_m

    def detect_in(self, _sweeps, _grid):
        example = next(self._answers)
        count = round(len(example.boxes) * self._keep)
        boxes = example.boxes[:count] + [self._shift_m, 0, 0, 0, 0, 0, 0]
        return Detections(boxes, example.classes[:count], np.linspace(0.9, 0.5, count), np.ones(count))


@pytest.fixture(scope="module")
def examples(make_example):
    return [make_example(seed) for seed in range(6)]


def test_about_one_in_five_is_held_out_and_they_are_spread(examples):
    for count in (5, 10, 20, 60):
        frames = held_out_frames((examples * 10)[:count])
        assert 1 <= len(frames) <= min(max(count // 5, 1), MOST_FRAMES)
        assert len(set(frames)) == len(frames)
        assert all(0 <= frame < count for frame in frames)
    assert np.diff(held_out_frames(examples * 10)).min() > 5


def test_of_few_or_of_files_none_is_held_out(examples):
    assert held_out_frames(examples[:4]) == ()
    assert held_out_frames(ExampleFiles([])) == ()


def test_the_last_object_of_a_class_is_never_held_out(examples):
    only = [replace(e, classes=np.full(len(e.classes), number)) for number, e in enumerate(examples)]
    assert held_out_frames(only) == ()
    two = [replace(e, classes=np.full(len(e.classes), min(number, 1))) for number, e in enumerate(examples)]
    assert 0 not in held_out_frames(two)
    assert held_out_frames(two)


def test_frames_without_boxes_are_not_held_out(examples):
    nothing = {"boxes": np.zeros((0, 7)), "classes": np.zeros(0, int), "point_counts": np.zeros(0, int)}
    mostly = [replace(e, **nothing) for e in examples]
    assert held_out_frames([*mostly, *examples[:2]]) in ((6,), (7,))


def test_the_truth_scores_one_and_nothing_zero(examples, two_classes):
    assert scores_on(Oracle(examples), examples, two_classes)["score"] == pytest.approx(1.0)
    assert scores_on(Oracle(examples, keep=0.0), examples, two_classes)["score"] == 0.0
    half = scores_on(Oracle(examples, keep=0.5), examples, two_classes)
    assert 0.3 < half["ap_0.5"] < 0.7
    assert scores_on(Oracle(examples, shift_m=3.0), examples, two_classes)["score"] < 0.1


def test_a_grid_holds_the_points(examples):
    cloud = examples[0].sweeps().current
    grid = grid_of(cloud)
    assert grid.holds(cloud[0], cloud[1]).mean() > 0.99
    assert grid_of(cloud[:, :0]).rows >= 16
