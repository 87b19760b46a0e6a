"""Objects that people labelled in some frames are found in the others."""

from __future__ import annotations

import numpy as np
import pytest

from autolabel.classes import ClassSet, classes_of
from autolabel.continued import continue_object, continue_objects, drive_of, stands
from autolabel.experiment import Target
from autolabel.follow import Subject
from autolabel.labeled_scene import LabeledScene, sizes_by_category
from autolabel.recording import Recording
from autolabel.stopping import Stopped
from formats.kitti.taxonomy import KITTI_TAXONOMY
from geometry import iou_bev_aligned
from labels import Resolver


@pytest.fixture(scope="module")
def known(target: Target) -> LabeledScene:
    assert target.truth is not None
    return LabeledScene.of(target.scene, Recording.of(target.scene), target.truth, target.seeds)


def classes(known: LabeledScene) -> ClassSet:
    return classes_of(KITTI_TAXONOMY, {c for c, _ in known.tracks().values()}, sizes_by_category([known]))


def test_between_and_beyond_their_keys(target: Target, known: LabeledScene) -> None:
    assert target.truth is not None
    found = continue_objects(known.recording, known, classes(known))
    truth = Resolver(target.truth, target.scene.frame_times_ns, target.scene.trajectory)
    overlaps = []
    for track_id, boxes in found.items():
        for frame, box in boxes.items():
            there = truth.track_in_frame(track_id, frame)
            if there is not None and frame not in known.frames:
                overlaps.append(float(iou_bev_aligned([box], [there.cuboid.box_ego])[0]))
    assert len(overlaps) > 60
    assert np.median(overlaps) > 0.85
    assert np.mean(np.array(overlaps) > 0.5) > 0.9


def test_people_s_boxes_stay_as_they_are(known: LabeledScene) -> None:
    found = continue_objects(known.recording, known, classes(known))
    for track_id, (_, keys) in known.tracks().items():
        for frame, box in keys.items():
            np.testing.assert_array_equal(found[track_id][frame].corners(), box.corners())


def test_one_key_is_enough_and_does_not_tell_whether_it_stands(known: LabeledScene) -> None:
    drive = drive_of(known.recording)
    track_id, (category, keys) = max(known.tracks().items(), key=lambda item: len(item[1][1]))
    alone = dict([next(iter(keys.items()))])
    assert not stands(drive, alone)
    size = tuple(next(iter(keys.values())).size_lwh_m)
    assert set(continue_object(drive, alone, Subject(category, size, True), lambda _frame: ())) >= set(alone)
    assert track_id


def test_it_can_be_stopped(known: LabeledScene) -> None:
    with pytest.raises(Stopped):
        continue_objects(known.recording, known, classes(known), should_stop=lambda: True)
