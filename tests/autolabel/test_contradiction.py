"""What people said of labelled frames holds against the machine."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from autolabel.contradiction import not_contradicted
from autolabel.labeled_scene import LabeledObject, LabeledScene
from autolabel.recording import Recording
from autolabel.tracking.track import ProposedTrack
from autolabel.upright import box_of
from calibration import SensorRig
from fusion import Frame, Scene

FRAMES = 6
RECORDING = Recording(range(0, FRAMES * 10**8, 10**8), None, lambda _f: np.zeros((0, 4), np.float32), np.zeros(3))
SCENE = Scene("s", Path(), "none", SensorRig({}, {}, ()), tuple(Frame(i, i * 10**8, (), ()) for i in range(FRAMES)))
ROW = np.array([10.0, 0.0, 0.0, 4.0, 2.0, 1.5, 0.0])
ELSEWHERE = np.array([20.0, 0.0, 0.0, 4.0, 2.0, 1.5, 0.0])


def track(row: np.ndarray, points: int = 50) -> ProposedTrack:
    frames = np.arange(FRAMES)
    rows, ones = np.repeat(row[None], FRAMES, axis=0), np.ones(FRAMES)
    return ProposedTrack(0, 0.9, False, 0.9, frames, rows, ones, ones > 0, np.full(FRAMES, points))


def known(*rows: np.ndarray) -> LabeledScene:
    objects = tuple(LabeledObject(str(i), "Car", box_of(row)) for i, row in enumerate(rows))
    return LabeledScene(SCENE, RECORDING, {3: objects})


def test_a_track_where_nobody_labeled_anything_is_dropped_if_it_could_be_seen() -> None:
    assert not_contradicted([track(ROW)], RECORDING, known(), {}) == []
    assert len(not_contradicted([track(ROW, points=4)], RECORDING, known(), {})) == 1
    unlabeled = LabeledScene(SCENE, RECORDING, {})
    assert len(not_contradicted([track(ROW)], RECORDING, unlabeled, {})) == 1


def test_a_track_on_an_object_that_people_began_is_that_object() -> None:
    begun = {"0": {frame: box_of(ROW) for frame in range(FRAMES)}}
    assert not_contradicted([track(ROW), track(ELSEWHERE, 2)], RECORDING, known(ROW), begun)[0].boxes_base[0, 0] == 20.0


def test_only_the_frames_on_another_object_go() -> None:
    (left,) = not_contradicted([track(ROW)], RECORDING, known(ROW), {"0": {3: box_of(ROW)}})
    assert left.frames.tolist() == [0, 1, 2, 4, 5]
    assert left.boxes_base.shape == (5, 7)
