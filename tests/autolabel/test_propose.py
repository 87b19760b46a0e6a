"""What is shown of what was found, by a detector that sees exactly what is there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import logit

from autolabel.classes import ObjectClass
from autolabel.detections import Detections
from autolabel.experiment import Target
from autolabel.finder import Finder
from autolabel.judging.calibration import Calibration
from autolabel.judging.shown import with_box_scores
from autolabel.labeled_scene import LabeledScene
from autolabel.propose import detect_all, propose_by
from autolabel.recording import Recording
from autolabel.region import RegionRule
from autolabel.stopping import Stopped, never, no_progress
from autolabel.training.model_file import Model
from autolabel.upright import upright
from autolabel.weights import INITIAL

CLASSES = (ObjectClass("Car", (4.2, 1.8, 1.5), is_rigid=True),)


class Truth:
    """Finds the true cars of each frame."""

    classes = CLASSES

    def __init__(self, target: Target) -> None:
        assert target.truth is not None
        frames = range(len(target.scene.frames))
        told = LabeledScene.of(target.scene, Recording.of(target.scene), target.truth, frames)
        self._cars = {
            frame: upright(item.box_ego for item in objects if item.category == "Car")
            for frame, objects in told.frames.items()
        }

    def detect(self, _recording: Recording, frame_index: int) -> Detections:
        rows = self._cars[frame_index]
        return Detections(rows, np.zeros(len(rows), np.int64), np.full(len(rows), 0.9), np.full(len(rows), 0.9))


def always(probability: float) -> Calibration:
    return Calibration(float(logit(probability)), np.zeros(8))


@pytest.mark.parametrize(("probability", "band"), [(0.999, "accept"), (0.5, "check"), (0.06, "redo"), (0.04, None)])
def test_what_is_hardly_ever_an_object_is_not_shown(target: Target, probability: float, band: str | None) -> None:
    recording = Recording.of(target.scene)
    sure = always(probability)
    finder = Finder.of_external(Truth(target), RegionRule(only_in_images=False, most_range_m=60.0))
    finder = replace(finder, calibration=sure, exactness=sure)
    proposals = propose_by(finder, target.scene, recording, LabeledScene(target.scene, recording, {}))
    assert {proposal.band for proposal in proposals} == ({band} if band else set())


def test_each_box_is_at_most_as_sure_as_its_object(target: Target) -> None:
    recording = Recording.of(target.scene)
    finder = Finder.of_external(Truth(target), RegionRule(only_in_images=False, most_range_m=60.0))
    proposals = propose_by(finder, target.scene, recording, LabeledScene(target.scene, recording, {}))
    scores = [(proposal.score_in(frame), proposal.score) for proposal in proposals for frame in proposal.boxes_ego]
    assert scores
    assert all(0.0 < of_box <= of_track for of_box, of_track in scores)
    for told, counted in zip(proposals, with_box_scores(proposals, recording), strict=True):
        assert told.scores == pytest.approx(dict(counted.scores))
    assert all(proposal.detected <= set(proposal.boxes_ego) for proposal in proposals)


def test_what_is_seen_does_not_depend_on_how_many_look(target: Target) -> None:
    recording = Recording.of(target.scene).part(0, 3)
    finder = Finder.of(Model.load(INITIAL).with_meta(region=RegionRule(False, 30.0).to_json()))
    region = finder.rule.of(target.scene)
    alone, many = (
        detect_all(recording, region, replace(finder, at_once=at_once), no_progress, never) for at_once in (1, 3)
    )
    assert sum(len(each) for each in alone) > 0
    for one, other in zip(alone, many, strict=True):
        for name in ("boxes_ego", "classes", "scores", "headings"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    with pytest.raises(Stopped):
        detect_all(recording, region, replace(finder, at_once=2), no_progress, lambda: True)
