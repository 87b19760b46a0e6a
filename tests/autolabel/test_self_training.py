"""Learning further: from what is sure alone, judged by people's frames, and kept only where it is better."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, repeat
from pathlib import Path

import numpy as np
import pytest

from autolabel import self_training
from autolabel.classes import ObjectClass
from autolabel.experiment import Target
from autolabel.labeled_scene import LabeledScene
from autolabel.learn import Learned
from autolabel.network.bev_net import BevNet
from autolabel.network.grid import GridSpec
from autolabel.proposal import Band, Proposal
from autolabel.recording import Recording
from autolabel.self_training import FoundScene, Score, self_train, sure_frames
from autolabel.stopping import Stopped
from autolabel.training.examples import Example
from autolabel.training.fit import TrainingOptions
from autolabel.training.fit import fit as true_fit
from autolabel.training.model_file import Model
from autolabel.upright import upright
from labels import LabelSet, Resolver

LABELED = (0, 2, 5, 8, 10)
OTHERS = (1, 3, 4, 6, 7, 9, 11)


@pytest.fixture(scope="module")
def known(target: Target) -> LabeledScene:
    """Five frames of twelve are labelled: enough to hold one back."""
    assert target.truth is not None
    return LabeledScene.of(target.scene, Recording.of(target.scene), target.truth, LABELED)


@pytest.fixture(scope="module")
def learned(known: LabeledScene) -> Learned:
    """A network that was never trained."""
    names = sorted({item.category for objects in known.frames.values() for item in objects})
    classes = tuple(ObjectClass(name, (2.0, 1.0, 1.5), is_rigid=True) for name in names)
    region = {"only_in_images": False, "most_range_m": 60.0}
    return Learned(Model(classes, GridSpec(), BevNet(len(classes)).state_dict(), {"region": region}), {})


@pytest.fixture(scope="module")
def found(target: Target, known: LabeledScene) -> FoundScene:
    """What is proposed is the truth: half of it sure, of the other half nobody knows."""
    assert target.truth is not None
    return FoundScene(known, proposals_of(target, target.truth))


def proposals_of(target: Target, truth: LabelSet) -> list[Proposal]:
    resolver = Resolver(truth, target.scene.frame_times_ns, target.scene.trajectory)
    proposals = []
    for number, track in enumerate(truth.tracks.values()):
        resolved = {frame: resolver.track_in_frame(track.id, frame) for frame in range(len(target.scene.frames))}
        boxes = {frame: each.cuboid.box_ego for frame, each in resolved.items() if each is not None}
        band: Band = "check" if number % 2 else "accept"
        seen = frozenset(boxes)
        proposals.append(Proposal(None, track.category, track.is_rigid, False, 0.9, boxes, band=band, detected=seen))
    return proposals


def scored(before: float, after: float) -> Score:
    """Scores whatever is asked for first with one number, and then with another."""
    answers = iter((before, after))
    return lambda _model, _examples: next(answers)


@pytest.mark.parametrize(("before", "after", "is_kept"), [(0.5, 0.6, True), (0.5, 0.4, False), (0.5, 0.5, False)])
def test_it_is_kept_only_where_the_held_out_score_rises(
    learned: Learned, known: LabeledScene, found: FoundScene, before: float, after: float, is_kept: bool
) -> None:
    done = self_train(learned, [known], [found], steps=1, score=scored(before, after))
    assert (done.was_kept, done.score_before, done.score_after) == (is_kept, before, after)
    assert done.frames > 0
    assert done.boxes > 0
    same = all((learned.model.state[name] == value).all() for name, value in done.learned.model.state.items())
    assert same is not is_kept
    assert (done.learned is learned) is not is_kept
    assert done.learned.model.meta["region"] == learned.model.meta["region"]
    assert ("calibration" in done.learned.model.meta) is is_kept


def test_both_are_judged_by_the_same_labelled_frames_that_nothing_was_learnt_from(
    learned: Learned, known: LabeledScene, found: FoundScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[Sequence[Example]] = []
    trained: list[tuple[int, tuple[int, ...] | None]] = []

    def score(_model: Model, examples: Sequence[Example]) -> float:
        judged.append(examples)
        return 0.5

    def fit(examples: Sequence[Example], *rest: object) -> object:
        options = rest[2]
        assert isinstance(options, TrainingOptions)
        trained.append((len(examples), options.held_out))
        assert [examples[number] is each for number, each in zip(options.held_out or (), judged[0], strict=True)]
        return true_fit(examples, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(self_training, "fit", fit)
    done = self_train(learned, [known], [found], steps=1, score=score)
    ((count, held_out),) = trained
    assert held_out
    assert max(held_out) < len(LABELED)
    assert count == len(LABELED) + done.frames
    before, after = judged
    assert [id(each) for each in before] == [id(each) for each in after]


def test_only_what_is_sure_and_well_seen_is_learnt_from(found: FoundScene) -> None:
    sure = {each.frame_index: each for each in sure_frames(found, 100)}
    assert set(sure) <= set(OTHERS)
    for frame, each in sure.items():
        here = [proposal for proposal in found.proposals if frame in proposal.boxes_ego]
        allowed = [proposal.boxes_ego[frame] for proposal in here if proposal.band == "accept"]
        assert all(any(box is other for other in allowed) for _, box in each.boxes)
        # Whatever else is proposed is neither an object nor background.
        assert len(each.boxes) + len(each.ignored) == len(here)
        counts = self_training._well_seen(found.told.recording.points(frame), upright(box for _, box in each.boxes))
        assert counts.all()


def test_a_box_that_was_not_detected_in_the_frame_is_ignored(found: FoundScene) -> None:
    carried = FoundScene(found.told, [replace(each, detected=frozenset()) for each in found.proposals])
    assert not any(each.boxes for each in sure_frames(carried, 100))
    begun = FoundScene(found.told, [replace(each, detected=frozenset(), track_id="theirs") for each in found.proposals])
    assert any(each.boxes for each in sure_frames(begun, 100))


def test_frames_are_few_and_spread(found: FoundScene) -> None:
    frames = [each.frame_index for each in sure_frames(found, 3)]
    assert len(frames) == 3
    assert (frames[0], frames[-1]) == (OTHERS[0], OTHERS[-1])
    assert sure_frames(FoundScene(found.told, ()), 3) == []


@pytest.mark.usefixtures("one_free_core")
def test_the_truth_of_frames_without_labels_is_never_looked_at(
    target: Target, learned: Learned, found: FoundScene
) -> None:
    """The same outcome where the other frames' labels are nonsense, or are not there at all."""
    assert target.truth is not None
    recording = found.told.recording
    only = {key: each for key, each in target.truth.cuboids.items() if each.frame_index in LABELED}
    states = []
    for truth in (target.truth, replace(target.truth, cuboids=only)):
        told = LabeledScene.of(target.scene, recording, truth, LABELED)
        told = LabeledScene(told.scene, recording, found.told.frames if truth is target.truth else told.frames)
        assert set(told.frames) == set(LABELED)
        done = self_train(learned, [found.told], [FoundScene(told, found.proposals)], steps=1, score=scored(0.1, 0.2))
        states.append(done.learned.model.state)
    assert all((states[0][name] == states[1][name]).all() for name in states[0])


def test_where_nothing_can_be_judged_or_nothing_is_sure_all_stays(
    learned: Learned, known: LabeledScene, found: FoundScene
) -> None:
    few = LabeledScene(known.scene, known.recording, {frame: known.frames[frame] for frame in LABELED[:3]})
    done = self_train(learned, [few], [found], score=scored(0.5, 0.9))
    assert (done.learned is learned, done.was_kept, done.score_before) == (True, False, None)
    unsure = FoundScene(known, [replace(each, band="check") for each in found.proposals])
    done = self_train(learned, [known], [unsure], score=scored(0.5, 0.9))
    assert (done.learned is learned, done.score_before, done.score_after) == (True, 0.5, None)


@pytest.mark.usefixtures("one_free_core")
def test_it_can_be_stopped_and_goes_on(
    learned: Learned, known: LabeledScene, found: FoundScene, tmp_path: Path
) -> None:
    path = tmp_path / "further.checkpoint"

    def run(answers: Callable[[], bool]) -> Model:
        done = self_train(
            learned, [known], [found], steps=3, score=scored(0.1, 0.2), checkpoint=path, should_stop=answers
        )
        return done.learned.model

    whole = run(partial(next, repeat(False)))
    reads = len(LABELED) + len(sure_frames(found, 10))
    with pytest.raises(Stopped):
        run(partial(next, chain([False] * (reads + 2), repeat(True))))
    assert path.exists()
    resumed = run(partial(next, repeat(False)))
    assert not path.exists()
    assert all(np.allclose(whole.state[name], resumed.state[name]) for name in whole.state)
