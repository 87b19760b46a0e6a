"""Who looks a second time, if anybody."""

from __future__ import annotations

import numpy as np
import pytest

from autolabel.classes import ObjectClass
from autolabel.detections import Detections
from autolabel.finder import Finder
from autolabel.network.bev_net import BevNet
from autolabel.network.grid import GridSpec
from autolabel.recording import Recording
from autolabel.region import RegionRule
from autolabel.shape.judge import ShapeJudge
from autolabel.training.model_file import Model
from autolabel.weights import INITIAL
from tests.autolabel.shape.made_looks import any_look, any_state

CLASSES = (ObjectClass("Car", (4.2, 1.8, 1.5), is_rigid=True),)
RULE = RegionRule(False, 50.0)


@pytest.fixture(scope="module")
def model() -> Model:
    meta = {"region": RULE.to_json()}
    return Model(CLASSES, GridSpec.around(25.6), BevNet(1).state_dict(), meta)


def test_a_model_without_an_opinion_has_nobody_who_looks_again(model: Model) -> None:
    assert Finder.of(model).witnesses.shape is None


def test_a_models_opinion_looks_again(model: Model) -> None:
    state = any_state(5)
    finder = Finder.of(model.with_opinion("shape", state))
    looks = [any_look(seed, 30) for seed in range(3)]
    assert finder.witnesses.shape is not None
    np.testing.assert_array_equal(finder.witnesses.shape.odds(looks), ShapeJudge(state).odds(looks))
    assert finder.rule == RULE


class Own:
    """A team's own detector."""

    classes = CLASSES

    def detect(self, recording: Recording, frame_index: int) -> Detections:
        row = np.array([[recording.time_s(frame_index), 0.0, 0.8, 4.2, 1.8, 1.5, 0.0]])
        return Detections(row, np.zeros(1, np.int64), np.ones(1), np.ones(1))


def test_a_teams_own_detector_is_looked_at_again_by_whoever_the_first_weights_bring() -> None:
    finder = Finder.of_external(Own(), RULE)
    assert (finder.witnesses.shape is None) == ("shape" not in Model.load(INITIAL).opinions)
    recording = Recording([0, 2_000_000_000], None, lambda _: np.zeros((0, 4), np.float32), np.zeros(3))
    assert finder.find(recording, 1, GridSpec.around(25.6)).boxes_ego[0, 0] == 2.0
