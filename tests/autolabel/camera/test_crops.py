"""Boxes are found where images show them, and cut out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autolabel.camera.crops import SIDE_PX, crops_of, placed_in
from autolabel.upright import upright
from calibration import KannalaBrandt
from fusion import Scene
from geometry import Box

CAR = (4.2, 1.8, 1.5)
AHEAD = np.array([[14.0, 0.0, 0.75, *CAR, 0.0]])


@pytest.fixture(scope="module")
def street(make_street: Callable[..., Any]) -> Any:
    return make_street()


@pytest.fixture(scope="module")
def scene(street: Any) -> Scene:
    made: Scene = street.scene()
    return made


@given(st.floats(-0.6, 0.6), st.floats(-np.pi, np.pi))
def test_the_angle_is_that_between_heading_and_sight(scene: Scene, azimuth: float, yaw: float) -> None:
    row = np.array([[14 * np.cos(azimuth), 14 * np.sin(azimuth), 0.75, *CAR, yaw]])
    (placed,) = placed_in(scene, 0, row)
    assert np.isclose(np.cos(placed.alpha_rad - (yaw - azimuth)), 1.0, atol=1e-9)
    assert -np.pi <= placed.alpha_rad <= np.pi
    assert 0.0 < placed.merit <= 1.0


def test_nearer_boxes_hide_others_unless_they_are_not_solid(scene: Scene) -> None:
    behind = AHEAD + [8.0, 0, 0, 0, 0, 0, 0]
    both = np.concatenate([AHEAD, behind])
    assert [each.box for each in placed_in(scene, 0, both)] == [0]
    assert [each.box for each in placed_in(scene, 0, both, are_solid=False)] == [0, 1]
    assert [each.box for each in placed_in(scene, 0, behind)] == [0]


@pytest.mark.parametrize(
    "row",
    [
        [-14.0, 0.0, 0.75, *CAR, 0.0],
        [14.0, 40.0, 0.75, *CAR, 0.0],
        [300.0, 0.0, 0.75, *CAR, 0.0],
        [6.0, 6.5, 0.75, *CAR, 0.0],
    ],
    ids=["behind", "beside", "far", "cut off"],
)
def test_what_shows_nothing_is_left_out(scene: Scene, row: list[float]) -> None:
    assert placed_in(scene, 0, np.array([row])) == []


def test_the_largest_and_least_hidden_has_the_most_merit(scene: Scene) -> None:
    near, far = (placed_in(scene, 0, AHEAD + [away, 0, 0, 0, 0, 0, 0])[0] for away in (0.0, 12.0))
    cut = placed_in(scene, 0, np.array([[12.0, 8.6, 0.75, *CAR, 0.0]]))[0]
    assert near.merit > far.merit
    assert near.merit > cut.merit


def test_without_boxes_images_or_cameras_there_is_nothing(street: Any) -> None:
    scene = street.scene()
    assert placed_in(scene, 0, np.zeros((0, 7))) == []
    blind = replace(scene, frames=tuple(replace(frame, images=()) for frame in scene.frames))
    assert placed_in(blind, 0, AHEAD) == []
    elsewhere = replace(scene, frames=tuple(replace(frame, cameras=()) for frame in scene.frames))
    assert placed_in(elsewhere, 0, AHEAD) == []
    with pytest.raises(ValueError, match="frame_index"):
        placed_in(scene, 99, AHEAD)


def _middle(pixels: np.ndarray) -> list[float]:
    return list(np.median(pixels[pixels[..., 3] > 0][:, :3], axis=0))


def test_a_crop_shows_the_object_amid_its_surroundings(street: Any) -> None:
    scene = street.scene()
    boxes = upright(box for _, box in street.frames[0])
    placed = placed_in(scene, 0, boxes)
    crops = crops_of(scene, 0, placed)
    assert len(placed) >= 3
    for place, crop in zip(placed, crops, strict=True):
        assert crop is not None
        assert crop.pixels.shape == (SIDE_PX, SIDE_PX, 4)
        assert crop.alpha_rad == place.alpha_rad
        name = street.frames[0][place.box][0]
        red, green, blue = _middle(crop.pixels)
        assert (green > max(red, blue)) == (name == "Walker")
        assert 0.05 < (crop.pixels[..., 3] > 0).mean() < 0.8


def test_images_may_be_stored_smaller_than_their_calibration_says(street: Any) -> None:
    small = replace(street, image_size_px=(240, 80))
    for place in placed_in(street.scene(), 0, upright(box for _, box in street.frames[0])):
        one, other = (crops_of(each.scene(), 0, [place])[0] for each in (street, small))
        assert one is not None
        assert other is not None
        assert np.abs(np.subtract(_middle(one.pixels), _middle(other.pixels))).max() < 25


def test_a_fisheye_is_cropped_where_it_shows_things(street: Any) -> None:
    lens = KannalaBrandt(150.0, 150.0, 239.5, 79.5, 480, 160, (-0.02, 0.004, -0.001, 0.0001), float(np.deg2rad(95.0)))
    bent = replace(street, camera=lens, frames=((("Walker", Box.from_yaw([5.0, 3.0, 0.9], [0.7, 0.6, 1.75], 0.0)),),))
    scene = bent.scene()
    placed = placed_in(scene, 0, upright(box for _, box in bent.frames[0]))
    (crop,) = crops_of(scene, 0, placed)
    assert crop is not None
    red, green, blue = _middle(crop.pixels)
    assert green > max(red, blue) + 50


def _missing(path: Path) -> bytes:
    from fusion import ImageFileError

    raise ImageFileError(path, "expected an image, found no file")


def test_an_image_that_cannot_be_read_gives_no_crop(street: Any) -> None:
    scene = street.scene()
    lost = replace(scene.frames[0], images=(replace(scene.frames[0].images[0], load=_missing),))
    broken = replace(scene, frames=(lost, *scene.frames[1:]))
    placed = placed_in(broken, 0, AHEAD)
    assert len(placed) == 1
    assert crops_of(broken, 0, placed) == [None]


def test_at_the_border_the_square_moves_into_the_image(street: Any) -> None:
    """Nothing of it is black."""
    scene = street.scene()
    placed = placed_in(scene, 0, np.array([[12.0, 7.5, 0.9, 0.7, 0.6, 1.75, 0.0]]))
    (crop,) = crops_of(scene, 0, placed)
    assert crop is not None
    assert (crop.pixels[..., :3].max(axis=2) > 0).all()
