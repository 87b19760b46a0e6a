"""Objects that people labelled live on where the network finds them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autolabel.adoption import Adopted, adopt
from autolabel.labeled_scene import LabeledObject, LabeledScene
from autolabel.recording import Recording
from autolabel.tracking.track import ProposedTrack
from calibration import SensorRig
from fusion import Frame, Scene
from geometry import Box

FRAMES = 12
RECORDING = Recording(range(0, FRAMES * 10**8, 10**8), None, lambda _f: np.zeros((0, 4), np.float32), np.zeros(3))
SCENE = Scene("s", Path(), "none", SensorRig({}, {}, ()), tuple(Frame(i, i * 10**8, (), ()) for i in range(FRAMES)))
HERS = Box.from_yaw([10.0, 0.0, 0.0], [4.4, 1.8, 1.5], 0.1)


def found(x: float = 10.2, yaw: float = 0.12, frames: range = range(FRAMES)) -> ProposedTrack:
    count = len(frames)
    rows = np.repeat([[x, 0.1, 0.0, 4.0, 1.7, 1.5, yaw]], count, axis=0)
    ones = np.ones(count)
    return ProposedTrack(0, 0.9, False, 0.9, np.array(frames), rows, ones, ones > 0, np.full(count, 50))


def known(*frames: int, empty: tuple[int, ...] = ()) -> LabeledScene:
    objects = {frame: (LabeledObject("hers", "Car", HERS),) for frame in frames}
    return LabeledScene(SCENE, RECORDING, {**objects, **dict.fromkeys(empty, ())})


def adopted(told: LabeledScene, *tracks: ProposedTrack, begun: range = range(3, 6)) -> Adopted:
    return adopt(tracks, RECORDING, told, {"hers": dict.fromkeys(begun, HERS)}, frozenset({"Car"}))


def test_it_lives_on_in_both_directions_with_its_own_size() -> None:
    result = adopted(known(4), found())
    assert result.others == ()
    assert sorted(result.begun["hers"]) == list(range(FRAMES))
    for frame, box in result.begun["hers"].items():
        np.testing.assert_allclose(box.size_lwh_m, HERS.size_lwh_m)
        assert (box is HERS) == (frame in range(3, 6))
    # The corner that the lidar sees stays where it was found.
    near = np.linalg.norm(result.begun["hers"][8].corners(), axis=1).min()
    assert near == pytest.approx(
        np.linalg.norm(Box.from_yaw([10.2, 0.1, 0.0], [4.0, 1.7, 1.5], 0.12).corners(), axis=1).min()
    )


def test_front_and_rear_are_as_people_said() -> None:
    result = adopted(known(4), found(yaw=0.12 - np.pi))
    assert all(np.cos(box.yaw_rad - HERS.yaw_rad) > 0.9 for box in result.begun["hers"].values())


def test_it_ends_at_a_labeled_frame_without_it() -> None:
    result = adopted(known(4, empty=(1, 9)), found())
    assert sorted(result.begun["hers"]) == list(range(2, 9))


def test_another_object_stays_another() -> None:
    elsewhere, brief = found(x=30.0), found(x=30.0, frames=range(6, 9))
    result = adopted(known(4), elsewhere, brief)
    assert result.others == (elsewhere, brief)
    assert sorted(result.begun["hers"]) == [3, 4, 5]


def test_one_frame_is_enough_where_it_has_no_more() -> None:
    assert adopted(known(4), found(), begun=range(4, 5)).others == ()
