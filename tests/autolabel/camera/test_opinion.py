"""What images say of tracks counts where they show them, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from autolabel.camera import opinion, tune
from autolabel.camera.crop_net import CropNet
from autolabel.camera.crops import crops_of
from autolabel.camera.opinion import LOOKS, NO_OPINION, Sighting, camera_opinion
from autolabel.classes import ClassSet
from autolabel.network.bev_net import BevNet
from autolabel.network.grid import GridSpec
from autolabel.region import RegionRule
from autolabel.stopping import Stopped
from autolabel.training.model_file import CAMERA, Model, ModelFileError
from fusion import CameraImage, ImageFileError, Scene
from geometry import Box

EVERYWHERE = RegionRule(only_in_images=False, most_range_m=np.inf)


@pytest.fixture(scope="module")
def bare(two_classes: ClassSet) -> Model:
    torch.manual_seed(0)
    return Model(two_classes, GridSpec.around(25.6), BevNet(len(two_classes)).state_dict())


@pytest.fixture(scope="module")
def model(make_street: Callable[..., Any], bare: Model) -> Model:
    """One that has learnt from one street."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tune, "STEPS_FROM_NOTHING", 80)
        state = tune.tuned([make_street(1, 8).labeled(range(8))], bare.classes, EVERYWHERE, {3, 6}, None)
    assert state is not None
    return bare.with_opinion(CAMERA, state)


@pytest.fixture(scope="module")
def street(make_street: Callable[..., Any]) -> Any:
    """Another one."""
    return make_street(2, 3)


def _sightings(street: Any, names: Sequence[str]) -> list[Sighting]:
    """Each thing of the first frame as a track of that frame; trunks as walkers."""
    return [Sighting("Walker" if n == "Trunk" else n, {0: box}) for n, box in street.frames[0] if n in names]


def test_objects_are_told_from_trunks(street: Any, model: Model) -> None:
    objects = camera_opinion(street.scene(), _sightings(street, ["Car", "Walker"]), model)
    trunks = camera_opinion(street.scene(), _sightings(street, ["Trunk"]), model)
    assert len(objects) == 2
    assert len(trunks) == 2
    worst = min(each.log_odds_object for each in objects if each.looks)
    assert worst > max(each.log_odds_object for each in trunks)
    assert worst > 0.0


def test_turning_a_box_turns_the_opinion_on_its_heading(street: Any, model: Model) -> None:
    (car,) = _sightings(street, ["Car"])
    box = car.boxes_ego[0]
    turned = Sighting("Car", {0: Box.from_yaw(box.center, box.size_lwh_m, box.yaw_rad + np.pi)})
    right, wrong = (camera_opinion(street.scene(), [each], model, knows_scene=True)[0] for each in (car, turned))
    assert camera_opinion(street.scene(), [car], model)[0].log_odds_heading == 0.0
    assert right.log_odds_heading > 0.0
    assert np.isclose(wrong.log_odds_heading, -right.log_odds_heading, atol=1e-5)
    assert np.isclose(wrong.log_odds_object, right.log_odds_object, atol=1e-5)


def test_what_is_not_rigid_has_no_front(street: Any, model: Model) -> None:
    (found,) = camera_opinion(street.scene(), _sightings(street, ["Walker"]), model, knows_scene=True)
    assert found.looks == 1
    assert found.log_odds_heading == 0.0


def test_the_same_question_has_the_same_answer(street: Any, model: Model) -> None:
    sightings = _sightings(street, ["Car", "Walker", "Trunk"])
    assert camera_opinion(street.scene(), sightings, model) == camera_opinion(street.scene(), sightings, model)


def _blind(scene: Scene) -> Scene:
    return replace(scene, frames=tuple(replace(frame, images=()) for frame in scene.frames))


def _without_cameras(scene: Scene) -> Scene:
    return replace(_blind(scene), rig=replace(scene.rig, cameras={}))


def _unreadable(scene: Scene) -> Scene:
    def load(path: Path) -> bytes:
        raise ImageFileError(path, "expected an image, found no file")

    def lost(image: CameraImage) -> CameraImage:
        return replace(image, load=load)

    return replace(scene, frames=tuple(replace(f, images=tuple(map(lost, f.images))) for f in scene.frames))


@pytest.mark.parametrize("lacking", [_blind, _without_cameras, _unreadable])
def test_without_images_or_cameras_nothing_is_said(
    street: Any, model: Model, lacking: Callable[[Scene], Scene]
) -> None:
    sightings = _sightings(street, ["Car", "Walker"])
    assert camera_opinion(lacking(street.scene()), sightings, model) == [NO_OPINION, NO_OPINION]


def test_without_a_network_or_tracks_nothing_is_said(street: Any, bare: Model, model: Model) -> None:
    assert camera_opinion(street.scene(), _sightings(street, ["Car"]), bare) == [NO_OPINION]
    assert camera_opinion(street.scene(), [], model) == []
    behind = Sighting("Car", {0: Box.from_yaw([-14.0, 0.0, 0.75], [4.2, 1.8, 1.5], 0.0)})
    assert camera_opinion(street.scene(), [behind], model) == [NO_OPINION]


def test_an_untrusted_network_says_nothing_for_or_against(street: Any, model: Model) -> None:
    doubted = model.with_opinion(CAMERA, {**model.opinions[CAMERA], "trust": torch.zeros(2)})
    for found in camera_opinion(street.scene(), _sightings(street, ["Car", "Walker"]), doubted, knows_scene=True):
        assert (found.log_odds_object, found.log_odds_heading) == (0.0, 0.0)


def test_a_category_or_frame_that_is_unknown_is_an_error(street: Any, model: Model) -> None:
    box = Box.from_yaw([14.0, 0.0, 0.75], [4.2, 1.8, 1.5], 0.0)
    with pytest.raises(ValueError, match="Tram"):
        camera_opinion(street.scene(), [Sighting("Tram", {0: box})], model)
    with pytest.raises(ValueError, match="frame_index"):
        camera_opinion(street.scene(), [Sighting("Car", {77: box})], model)


def test_it_can_be_stopped(street: Any, model: Model) -> None:
    with pytest.raises(Stopped):
        camera_opinion(street.scene(), _sightings(street, ["Car"]), model, should_stop=lambda: True)


def test_images_and_looks_are_bounded(
    make_street: Callable[..., Any], model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a long track some frames are looked at; of all tracks together no more images than are allowed."""
    box = Box.from_yaw([14.0, 0.0, 0.75], [4.2, 1.8, 1.5], 0.0)
    far = Box.from_yaw([15.0, 4.0, 0.75], [4.2, 1.8, 1.5], 0.0)
    scene = make_street(3, 60).scene()
    tracks = [Sighting("Car", dict.fromkeys(range(60), box)), Sighting("Car", dict.fromkeys(range(30, 60), far))]
    assert [each.looks for each in camera_opinion(scene, tracks, model)] == [LOOKS, LOOKS]
    read: list[Any] = []

    def counted(*asked: Any) -> list[Any]:
        read.append(asked)
        return crops_of(*asked)

    monkeypatch.setattr(opinion, "crops_of", counted)
    monkeypatch.setattr(opinion, "MOST_IMAGES", 2)
    assert all(each.looks for each in camera_opinion(scene, tracks, model))
    assert len(read) <= 2


def test_it_is_kept_in_the_models_file(street: Any, model: Model, bare: Model, tmp_path: Path) -> None:
    path, old = tmp_path / "model.safetensors", tmp_path / "old.safetensors"
    model.save(path)
    bare.save(old)
    sightings = _sightings(street, ["Car", "Walker", "Trunk"])
    again = camera_opinion(street.scene(), sightings, Model.load(path))
    assert again == camera_opinion(street.scene(), sightings, model)
    assert CAMERA not in Model.load(old).opinions


def test_a_tampered_network_is_refused(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    kept = dict(model.opinions[CAMERA])
    for changed in (
        CropNet(7).state_dict(),
        {name: value for name, value in kept.items() if name != "trust"},
        {**kept, "trust": torch.tensor([float("nan"), 0.0])},
        {**kept, "more": torch.zeros(1)},
    ):
        model.with_opinion(CAMERA, changed).save(path)
        with pytest.raises(ModelFileError):
            Model.load(path)
