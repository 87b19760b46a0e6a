"""What is to be learnt from a labelled frame's images."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autolabel.camera.examples import crop_examples
from autolabel.classes import ClassSet
from autolabel.region import LabeledRegion
from autolabel.upright import upright

EVERYWHERE = LabeledRegion((), np.inf)
NOTHING = np.zeros((0, 7))


def _rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.fixture(scope="module")
def told(make_street: Callable[..., Any]) -> Any:
    return make_street().labeled([0, 1])


def _is_green(pixels: np.ndarray) -> bool:
    red, green, blue = np.median(pixels[pixels[..., 3] > 0][:, :3], axis=0)
    return bool(green > max(red, blue) + 20)


def test_objects_are_what_they_are_labelled_and_nothing_is_none_of_them(told: Any, two_classes: ClassSet) -> None:
    found = crop_examples(told, 0, two_classes, EVERYWHERE, NOTHING, _rng())
    kinds = [each.class_index for each in found]
    assert {0, 1, 2} == set(kinds)
    assert kinds.count(0) + kinds.count(1) <= len(told.frames[0])
    for each in found:
        assert each.is_rigid == (each.class_index == 0)
        assert _is_green(each.crop.pixels) == (each.class_index == 1)


def test_wrong_claims_are_nothing_and_right_ones_are_not_learnt_twice(
    make_street: Callable[..., Any], told: Any, two_classes: ClassSet
) -> None:
    bare = replace(told, frames={0: ()})
    trunks = upright(box for name, box in make_street().frames[0] if name == "Trunk")
    without = crop_examples(told, 0, two_classes, EVERYWHERE, NOTHING, _rng())
    claimed = np.concatenate([trunks, told.boxes_ego(0)])
    found = crop_examples(told, 0, two_classes, EVERYWHERE, claimed, _rng())
    objects = [each for each in found if each.class_index < 2]
    assert len(objects) == len([each for each in without if each.class_index < 2])
    assert len(crop_examples(bare, 0, two_classes, EVERYWHERE, claimed, _rng())) > 0


def test_beyond_where_labels_are_nothing_is_learnt(told: Any, two_classes: ClassSet) -> None:
    near = LabeledRegion((), 5.0)
    found = crop_examples(told, 0, two_classes, near, NOTHING, _rng())
    assert all(each.class_index < 2 for each in found)


def test_the_same_chance_gives_the_same(told: Any, two_classes: ClassSet) -> None:
    one, other = (crop_examples(told, 1, two_classes, EVERYWHERE, NOTHING, _rng()) for _ in range(2))
    assert len(one) == len(other)
    assert all(np.array_equal(a.crop.pixels, b.crop.pixels) for a, b in zip(one, other, strict=True))


def test_without_images_there_is_nothing_to_learn(told: Any, two_classes: ClassSet) -> None:
    blind = replace(told.scene, frames=tuple(replace(frame, images=()) for frame in told.scene.frames))
    assert crop_examples(replace(told, scene=blind), 0, two_classes, EVERYWHERE, NOTHING, _rng()) == []


def test_a_frame_without_points_teaches_its_objects(told: Any, two_classes: ClassSet) -> None:
    recording = type(told.recording)([0, 100], None, lambda _i: np.zeros((0, 4), np.float32), np.zeros(3))
    found = crop_examples(replace(told, recording=recording), 0, two_classes, EVERYWHERE, NOTHING, _rng())
    assert found
    assert all(each.class_index < 2 for each in found)
