"""What a labelled frame teaches of shapes."""

from __future__ import annotations

import numpy as np
import pytest

from autolabel.shape import examples as room
from autolabel.shape.examples import ANYWHERE, ShapeExample, shape_examples, standing_points
from autolabel.shape.look import look_at
from autolabel.training.examples import STEP_M, Example
from autolabel.upright import COLUMNS
from geometry.arrays import FloatArray
from tests.autolabel.shape.made_looks import CAR, SENSOR_XY, car_at, frame_of, heap, placed, street, wedge

NOBODY = np.zeros((0, COLUMNS))
HERE, THERE = car_at(12.0, 3.0, 0.4), car_at(-9.0, -6.0, 2.0)


def cloud(box: FloatArray, count: int = 60) -> FloatArray:
    return placed(wedge(np.random.default_rng(5), count), box)


def turned(box: FloatArray, yaw_rad: float) -> FloatArray:
    return np.asarray(box + np.array([0.0] * 6 + [yaw_rad]))


def learnt(frame: Example, claimed: FloatArray = NOBODY, seed: int = 0) -> list[ShapeExample]:
    return shape_examples(frame, claimed, np.random.default_rng(seed))


@pytest.fixture
def nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only claims are looked at beside objects."""
    monkeypatch.setattr(room, "ANYWHERE", 0)


def test_standing_points_are_the_frames_own() -> None:
    points = cloud(HERE)
    np.testing.assert_allclose(standing_points(frame_of([points])), points, atol=STEP_M)
    assert standing_points(frame_of([])).shape == (0, 3)


def test_labelled_objects_with_points_are_objects() -> None:
    found = learnt(frame_of([cloud(HERE)], [HERE, THERE]))
    objects = [each.look for each in found if each.is_object]
    assert len(objects) == 1
    truth = look_at(standing_points(frame_of([cloud(HERE)])), HERE, SENSOR_XY)
    np.testing.assert_array_equal(objects[0].points, truth.points)
    np.testing.assert_allclose(objects[0].sensor_m, truth.sensor_m)


@pytest.mark.parametrize("off_rad", [0.0, 0.15, np.pi - 0.15, np.pi, -np.pi])
@pytest.mark.usefixtures("nowhere_else")
def test_a_right_claim_is_taken_with_the_front_that_was_labelled(off_rad: float) -> None:
    frame = frame_of([cloud(HERE)], [HERE])
    found = learnt(frame, turned(HERE, off_rad)[np.newaxis])
    assert [each.is_object for each in found] == [True, True]
    labelled, claimed = (each.look for each in found)
    assert np.hypot(*(labelled.sensor_m - claimed.sensor_m)) < 0.2 * np.hypot(*labelled.sensor_m)


@pytest.mark.usefixtures("nowhere_else")
def test_a_claim_across_an_object_teaches_nothing() -> None:
    walker = np.array([6.0, 2.0, 0.9, 0.7, 0.7, 1.8, 0.3])
    frame = frame_of([placed(heap(np.random.default_rng(0), 40), walker)], [walker])
    assert len(learnt(frame, turned(walker, np.pi / 2.0)[np.newaxis])) == 1
    assert len(learnt(frame, turned(walker, np.pi)[np.newaxis])) == 2


@pytest.mark.usefixtures("nowhere_else")
def test_a_wrong_claim_is_no_object_but_one_that_is_partly_right_teaches_nothing() -> None:
    frame = frame_of([cloud(HERE), cloud(THERE)], [HERE])
    found = learnt(frame, np.array([THERE, HERE + np.array([0.0, 1.2, *[0.0] * 5])]))
    assert [each.is_object for each in found] == [True, False]
    np.testing.assert_allclose(found[1].look.points, look_at(standing_points(frame), THERE, SENSOR_XY).points)


@pytest.mark.usefixtures("nowhere_else")
def test_nothing_is_learnt_where_nothing_is_known_or_seen() -> None:
    far = car_at(30.0, 30.0)
    frame = frame_of([cloud(HERE), cloud(THERE)], [HERE], [turned(THERE, 0.5)])
    assert [each.is_object for each in learnt(frame, np.array([THERE, far]))] == [True]


def test_places_anywhere_lie_on_what_stands_but_on_no_object() -> None:
    frame = street(3)
    none = [each.look for each in learnt(frame) if not each.is_object]
    assert 0 < len(none) <= ANYWHERE
    # Each lies around one of the points of the heaps, which no car's box is near to.
    spread = np.abs([look.sensor_m for look in none]).max(axis=1)
    assert (spread > 2.0).all()
    assert all(np.abs(look.size_lwh_m - CAR).max() < 1e-9 for look in none)


def test_without_objects_or_without_what_stands_no_place_is_made_up() -> None:
    assert learnt(frame_of([cloud(HERE)])) == []
    flat = np.column_stack([np.random.default_rng(0).uniform(-15.0, 15.0, (900, 2)), np.zeros(900)])
    assert all(each.is_object for each in learnt(frame_of([flat], [HERE])))
    assert learnt(frame_of([]), np.array([HERE])) == []
