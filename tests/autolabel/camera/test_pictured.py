"""Tracks take what the images say of them, and nothing more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
import torch

from autolabel.camera import pictured as room
from autolabel.camera.opinion import NO_OPINION, CameraOpinion, Sighting
from autolabel.camera.pictured import pictured
from autolabel.classes import ClassSet
from autolabel.network.bev_net import BevNet
from autolabel.network.grid import GridSpec
from autolabel.tracking.heading import certainty, odds_of
from autolabel.tracking.track import ProposedTrack
from autolabel.training.model_file import Model
from autolabel.upright import upright

STREET_FRAMES = 5


@pytest.fixture(scope="module")
def street(make_street: Callable[..., Any]) -> Any:
    return make_street(4, STREET_FRAMES)


@pytest.fixture(scope="module")
def model(two_classes: ClassSet) -> Model:
    torch.manual_seed(0)
    return Model(two_classes, GridSpec.around(25.6), BevNet(len(two_classes)).state_dict())


def tracks_of(street: Any, heading: float = 0.8) -> list[ProposedTrack]:
    """The car and the walker of the second frame, as if they were followed through two frames."""
    found = []
    for number, name in enumerate(["Car", "Walker"]):
        (box,) = (box for category, box in street.frames[1] if category == name)
        rows = np.tile(upright([box]), (2, 1))
        ones = np.ones(2)
        found.append(
            ProposedTrack(number, 0.7, False, heading, np.array([1, 2]), rows, ones, ones > 0, np.array([50, 50]))
        )
    return found


def said(monkeypatch: pytest.MonkeyPatch, opinions: Sequence[CameraOpinion]) -> list[list[Sighting]]:
    asked: list[list[Sighting]] = []

    def opinion(_scene: Any, sightings: list[Sighting], _model: Model, **_: Any) -> list[CameraOpinion]:
        asked.append(sightings)
        return list(opinions)

    monkeypatch.setattr(room, "camera_opinion", opinion)
    return asked


def test_the_images_are_asked_about_the_boxes_of_the_scenes_own_frames(
    street: Any, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = said(monkeypatch, [NO_OPINION, NO_OPINION])
    scene, recording = street.scene(), street.recording().part(1, 3)
    shifted = [
        ProposedTrack(**{f.name: getattr(each, f.name) for f in fields(each)} | {"frames": each.frames - 1})
        for each in tracks_of(street)
    ]
    assert pictured(shifted, scene, recording, model, first_frame=1, knows_scene=True) == shifted
    (sightings,) = asked
    assert [each.category for each in sightings] == ["Car", "Walker"]
    assert [sorted(each.boxes_ego) for each in sightings] == [[1, 2], [1, 2]]
    np.testing.assert_allclose(upright([sightings[0].boxes_ego[1]]), tracks_of(street)[0].boxes_base[:1])


@pytest.mark.parametrize(("heading_odds", "turns"), [(-5.0, True), (-0.5, False), (3.0, False)])
def test_it_turns_only_what_is_less_sure_than_the_images(
    street: Any, model: Model, monkeypatch: pytest.MonkeyPatch, heading_odds: float, turns: bool
) -> None:
    said(monkeypatch, [CameraOpinion(1.5, heading_odds, 3), NO_OPINION])
    before = tracks_of(street)
    car, walker = pictured(before, street.scene(), street.recording(), model, knows_scene=True)
    assert car.camera == 1.5
    facing = np.cos(car.boxes_base[:, 6] - before[0].boxes_base[:, 6])
    np.testing.assert_allclose(facing, -1.0 if turns else 1.0)
    np.testing.assert_array_equal(car.boxes_base[:, :6], before[0].boxes_base[:, :6])
    assert car.heading == pytest.approx(certainty(odds_of(0.8) + heading_odds))
    # Of whom no image was looked at nothing changes.
    assert walker is before[1]


def test_a_model_without_an_opinion_of_images_changes_nothing(street: Any, model: Model) -> None:
    before = tracks_of(street)
    after = pictured(before, street.scene(), street.recording(), model, knows_scene=True)
    assert all(one is other for one, other in zip(after, before, strict=True))
    assert pictured([], street.scene(), street.recording(), model, knows_scene=False) == []
