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
from autolabel.labeled_scene import LabeledScene
from autolabel.propose import propose_by
from autolabel.recording import Recording
from autolabel.region import RegionRule
from autolabel.upright import upright

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
