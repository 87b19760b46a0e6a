"""Learning from whatever there is: little, nothing, nonsense."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import chain, repeat
from pathlib import Path

import numpy as np
import pytest

from autolabel.experiment import Target
from autolabel.labeled_scene import LabeledObject, LabeledScene
from autolabel.learn import LearnOptions, NothingToLearnError, learn
from autolabel.propose import propose
from autolabel.recording import Recording
from autolabel.stopping import Stopped
from autolabel.training.model_file import Model
from formats.kitti.taxonomy import KITTI_TAXONOMY
from geometry import Box
from tests.autolabel.shape.made_looks import any_state

SHORT = LearnOptions(steps=2)


@pytest.fixture(scope="module")
def known(target: Target) -> LabeledScene:
    assert target.truth is not None
    return LabeledScene.of(target.scene, Recording.of(target.scene), target.truth, target.seeds)


def only(known: LabeledScene, *objects: LabeledObject) -> LabeledScene:
    return replace(known, frames={next(iter(known.frames)): tuple(objects)})


def test_nothing_labeled_is_said_in_one_line(known: LabeledScene) -> None:
    for scenes in ([], [replace(known, frames={})], [only(known)]):
        with pytest.raises(NothingToLearnError, match="label about ten frames first"):
            learn(scenes, KITTI_TAXONOMY, init=None, options=SHORT)


def test_labels_far_from_all_points_are_said_in_one_line(known: LabeledScene) -> None:
    far = LabeledObject("far", "Car", Box.from_yaw([500.0, 0.0, 0.0], [4.0, 2.0, 1.5], 0.0))
    with pytest.raises(NothingToLearnError, match="only where no points are"):
        learn([only(known, far)], KITTI_TAXONOMY, init=None, options=SHORT)


@pytest.mark.parametrize(
    "boxes",
    [
        pytest.param([Box.from_yaw([10.0, 0.0, 60.0], [4.0, 2.0, 1.5], 0.0)], id="no points in it"),
        pytest.param([Box.from_yaw([12.0, 1.0, 0.5], [4.0, 2.0, 1.5], a) for a in (0.0, 1.0)], id="one on another"),
        pytest.param([Box.from_yaw([9.0, 0.0, 0.0], [0.05, 0.05, 0.05], 0.0)], id="tiny"),
    ],
)
def test_odd_labels_still_give_a_model(known: LabeledScene, boxes: list[Box], tmp_path: Path) -> None:
    odd = only(known, *(LabeledObject(str(i), "Car", box) for i, box in enumerate(boxes)))
    done = learn([odd], KITTI_TAXONOMY, init=None, options=SHORT)
    assert done.counts == {"Car": len(boxes)}
    assert done.warnings
    done.model.save(tmp_path / "m.safetensors")
    again = Model.load(tmp_path / "m.safetensors")
    assert all(np.isfinite(value.numpy()).all() for value in again.state.values())


def test_a_scene_without_poses_of_three_frames(known: LabeledScene) -> None:
    recording = known.recording.part(0, 2)
    bare = Recording(recording.times_ns, None, recording.points, recording.lidar_center_ego)
    scene = replace(known.scene, frames=known.scene.frames[:3], trajectory=None)
    first = next(iter(known.frames))
    told = LabeledScene(scene, bare, {0: known.frames[first]})
    done = learn([told], KITTI_TAXONOMY, init=None, options=SHORT)
    proposals = propose(scene, bare, done.model, told)
    assert {proposal.track_id for proposal in proposals} >= {item.track_id for item in told.frames[0]}
    assert all(set(proposal.boxes_ego) <= {0, 1, 2} for proposal in proposals)


def test_it_can_be_stopped_at_any_time(known: LabeledScene) -> None:
    for after in (0, 2, 4):
        answers = chain([False] * after, repeat(True))
        with pytest.raises(Stopped):
            learn([known], KITTI_TAXONOMY, init=None, options=SHORT, should_stop=partial(next, answers))


def test_who_began_with_a_second_look_has_one_after(known: LabeledScene, tmp_path: Path) -> None:
    plain = learn([known], KITTI_TAXONOMY, init=None, options=SHORT).model
    assert plain.opinions == {}
    assert "shape_tuned" not in plain.meta
    state = any_state(0)
    model = learn([known], KITTI_TAXONOMY, init=plain.with_opinion("shape", state), options=SHORT).model
    # Of so few frames none is held back, so nobody can say whether another look would be better.
    assert model.meta["shape_tuned"] is False
    model.save(tmp_path / "m.safetensors")
    again = Model.load(tmp_path / "m.safetensors")
    assert all((again.opinions["shape"][name] == tensor).all() for name, tensor in state.items())


@pytest.mark.usefixtures("one_free_core")
def test_the_same_seed_gives_the_same_model(known: LabeledScene) -> None:
    first, second = (learn([known], KITTI_TAXONOMY, init=None, options=SHORT).model for _ in range(2))
    assert first.meta == second.meta
    assert all((first.state[name] == second.state[name]).all() for name in first.state)
