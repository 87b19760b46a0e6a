"""A project's few labelled frames make the opinion fit it, and say how far it may be trusted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from autolabel.camera import tune
from autolabel.camera.crop_net import CropNet
from autolabel.camera.tune import begin, tuned
from autolabel.classes import ClassSet, ObjectClass
from autolabel.network.bev_net import BevNet
from autolabel.network.grid import GridSpec
from autolabel.region import RegionRule
from autolabel.stopping import Stopped
from autolabel.training.model_file import CAMERA, Model

EVERYWHERE = RegionRule(only_in_images=False, most_range_m=np.inf)
KNOWN = (
    ObjectClass("Bus", (11.0, 2.6, 3.2), is_rigid=True),
    ObjectClass("car", (4.3, 1.8, 1.5), is_rigid=True),
    ObjectClass("Person", (0.8, 0.6, 1.7), is_rigid=False),
)


def _model(classes: ClassSet) -> Model:
    torch.manual_seed(1)
    net = CropNet(len(classes))
    net.trust[:] = torch.tensor([0.8, 0.4])
    bare = Model(classes, GridSpec.around(25.6), BevNet(len(classes)).state_dict())
    return bare.with_opinion(CAMERA, net.state_dict())


def test_each_class_begins_as_that_of_its_name_or_size(two_classes: ClassSet) -> None:
    init = _model(KNOWN)
    state = begin(two_classes, init)
    assert state is not None
    rows = init.opinions[CAMERA]["kind.weight"]
    assert torch.equal(state["kind.weight"], rows[[1, 2, 3]])
    CropNet(2).load_state_dict(state)
    assert begin(two_classes, None) is None
    assert begin(two_classes, replace(init, opinions={})) is None


def test_it_is_trusted_where_frames_held_out_prove_it(
    make_street: Callable[..., Any], two_classes: ClassSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tune, "STEPS_FROM_NOTHING", 60)
    told = [make_street(1, 5).labeled(range(5)), make_street(2, 3).labeled(range(3))]
    proved = tuned(told, two_classes, EVERYWHERE, {1, 6}, None)
    unproved = tuned(told, two_classes, EVERYWHERE, (), None)
    assert proved is not None
    assert unproved is not None
    assert proved["trust"][0] > 0.2
    assert proved["trust"][1] > 0.0
    assert unproved["trust"].tolist() == [0.0, 0.0]


def test_what_was_known_stays_where_learning_does_not_help(
    make_street: Callable[..., Any], two_classes: ClassSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is held out, so nothing shows that the new is better."""
    monkeypatch.setattr(tune, "STEPS_FROM_INIT", 1)
    init = _model(KNOWN)
    state = tuned([make_street(1, 2).labeled([0, 1])], two_classes, EVERYWHERE, (), init)
    assert state is not None
    assert torch.allclose(state["trust"], torch.tensor([0.4, 0.2]))
    begun = begin(two_classes, init)
    assert begun is not None
    assert torch.equal(state["way.weight"], begun["way.weight"])


def test_claims_are_asked_for_frame_by_frame(
    make_street: Callable[..., Any], two_classes: ClassSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tune, "STEPS_FROM_NOTHING", 1)
    asked: list[int] = []

    def claims(_told: Any, frame: int) -> np.ndarray:
        asked.append(frame)
        return np.zeros((0, 7))

    tuned([make_street(1, 6).labeled([1, 4])], two_classes, EVERYWHERE, (), None, claims=claims)
    assert asked == [1, 4]


def test_without_pictures_nothing_is_learnt(make_street: Callable[..., Any], two_classes: ClassSet) -> None:
    told = make_street(1, 2).labeled([0, 1])
    blind = replace(told.scene, frames=tuple(replace(frame, images=()) for frame in told.scene.frames))
    assert tuned([replace(told, scene=blind)], two_classes, EVERYWHERE, (), None) is None
    assert tuned([], two_classes, EVERYWHERE, (), None) is None


def test_it_can_be_stopped(make_street: Callable[..., Any], two_classes: ClassSet) -> None:
    with pytest.raises(Stopped):
        tuned([make_street(1, 2).labeled([0])], two_classes, EVERYWHERE, (), None, should_stop=lambda: True)
