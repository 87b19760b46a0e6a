"""The measure itself: nothing proposed costs all, the truth proposed costs its review alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autolabel.experiment import Experiment, Target, average_precision, score
from autolabel.labeled_scene import LabeledScene
from autolabel.proposal import Proposal
from autolabel.recording import Recording
from autolabel.region import region_rule
from autolabel.trial import Trial
from labels import Resolver
from quality.effort import load_costs


@pytest.fixture(scope="module")
def trial(target: Target) -> Trial:
    """Nothing is proposed."""
    assert target.truth is not None
    recording = Recording.of(target.scene)
    known = LabeledScene.of(target.scene, recording, target.truth, target.seeds)
    return Trial(target.scene, recording, target.truth, known, region_rule([known]).of(target.scene))


def perfect(trial: Trial) -> list[Proposal]:
    resolver = Resolver(trial.truth, trial.scene.frame_times_ns, trial.scene.trajectory)
    found = []
    for track in trial.truth.tracks.values():
        resolved = {frame: resolver.track_in_frame(track.id, frame) for frame in range(len(trial.recording))}
        boxes = {frame: each.cuboid.box_ego for frame, each in resolved.items() if each is not None}
        found.append(Proposal(track.id, track.category, track.is_rigid, False, 0.9, boxes, {}))
    return found


def test_nothing_proposed_costs_as_much_as_doing_it_by_hand(trial: Trial) -> None:
    result = score(Experiment(None, (trial,), 0, 0.0, 0.0), load_costs(None))
    for baseline in ("every_box", "copy_and_adjust", "key_frames"):
        assert result["effort"][baseline]["same_tool"]["without_seeds"] == pytest.approx(1.0)
    assert result["ap"]["0.5"]["all"] == 0.0
    assert result["false_tracks"] == {"total": 0, "accept_band": 0}


def test_the_truth_proposed_costs_its_review_alone(trial: Trial) -> None:
    result = score(Experiment(None, (replace(trial, proposals=perfect(trial)),), 0, 0.0, 0.0), load_costs(None))
    assert set(result["parts_s"]) <= {"review_box", "strip", "thumbnail", "scan_frame"}
    assert result["ap"]["0.7"]["all"] == 1.0
    assert result["ap"]["0.7"]["any"] == 1.0
    assert result["acceptance"] == 1.0
    assert result["false_tracks"]["total"] == 0


def test_a_false_object_lowers_precision_and_is_counted(trial: Trial) -> None:
    right = perfect(trial)
    wrong = replace(right[0], track_id=None, score=0.99, boxes_ego={
        frame: type(box).from_yaw(box.center + [0.0, 9.0, 4.0], box.size_lwh_m, box.yaw_rad)
        for frame, box in right[0].boxes_ego.items()
    })  # fmt: skip
    result = score(Experiment(None, (replace(trial, proposals=[*right, wrong]),), 0, 0.0, 0.0), load_costs(None))
    assert result["ap"]["0.5"]["all"] < 1.0
    assert result["false_tracks"]["total"] == 1


def test_a_false_object_of_a_category_that_the_truth_lacks_counts_too(trial: Trial) -> None:
    right = perfect(trial)
    wrong = replace(right[0], track_id=None, category="Tram", score=0.99, boxes_ego={
        frame: type(box).from_yaw(box.center + [0.0, 9.0, 4.0], box.size_lwh_m, box.yaw_rad)
        for frame, box in right[0].boxes_ego.items()
    })  # fmt: skip
    with_it = average_precision([replace(trial, proposals=[*right, wrong])])["0.5"]
    assert with_it["Tram"] is None
    assert with_it["all"] < 1.0
    assert with_it["any"] < 1.0


def test_several_scenes_are_scored_together(trial: Trial) -> None:
    good = replace(trial, proposals=perfect(trial))
    both = average_precision([good, trial])
    assert both["0.5"]["any"] == pytest.approx(0.5, abs=0.03)
