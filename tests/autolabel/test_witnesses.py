"""Who is asked besides the network that finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from autolabel import witnesses as room
from autolabel.network.bev_net import BevNet
from autolabel.network.grid import GridSpec
from autolabel.pretraining.shards import CLASSES
from autolabel.recording import Recording
from autolabel.shape.shape_net import ShapeNet
from autolabel.tracking.track import ProposedTrack
from autolabel.training.model_file import SHAPE, Model
from autolabel.witnesses import Witnesses
from calibration import SensorRig
from fusion import Frame, Scene


@pytest.fixture(scope="module")
def bare() -> Model:
    torch.manual_seed(0)
    return Model(CLASSES, GridSpec.around(25.6), BevNet(len(CLASSES)).state_dict())


@pytest.fixture
def scene() -> Scene:
    return Scene("empty", Path("empty"), "made", SensorRig({}, {}, ()), (Frame(0, 0),))


def recording() -> Recording:
    return Recording([0], None, lambda _frame: np.zeros((0, 4), np.float32), np.zeros(3))


def track() -> ProposedTrack:
    one = np.ones(1)
    row = np.array([[9.0, 0.0, 0.7, 4.0, 1.8, 1.5, 0.0]])
    return ProposedTrack(0, 0.5, True, 0.6, np.array([0]), row, one, one > 0, np.array([9]))


def test_nobody_says_nothing(scene: Scene) -> None:
    tracks = [track()]
    assert Witnesses().heard(tracks, scene, recording(), knows_scene=False) == tracks


def test_a_model_brings_those_it_has(bare: Model) -> None:
    assert Witnesses.of(bare).shape is None
    assert Witnesses.of(bare).model is bare
    looking = bare.with_opinion(SHAPE, ShapeNet().state_dict())
    assert Witnesses.of(looking).shape is not None
    # Images are judged by class, so they cannot be asked for somebody else's detector.
    assert Witnesses.by_shape(looking).model is None
    assert Witnesses.by_shape(looking).shape is not None


def test_each_hears_what_the_one_before_said(bare: Model, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[str, list[Any]]] = []

    def second_look(tracks: list[Any], *_: Any) -> list[Any]:
        heard.append(("shape", tracks))
        return [*tracks, "looked at"]

    def pictured(tracks: list[Any], *_: Any, **told: Any) -> list[Any]:
        heard.append(("camera", tracks))
        assert (told["first_frame"], told["knows_scene"]) == (3, True)
        return [*tracks, "pictured"]

    monkeypatch.setattr(room, "second_look", second_look)
    monkeypatch.setattr(room, "pictured", pictured)
    asked = Witnesses.of(bare.with_opinion(SHAPE, ShapeNet().state_dict()))
    found: list[Any] = list(asked.heard([], scene, recording(), first_frame=3, knows_scene=True))
    assert found == ["looked at", "pictured"]
    assert heard == [("shape", []), ("camera", ["looked at"])]
