"""Learning further as a part of the job: off by default, a version of its own where it helps, told with both scores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from autolabel.learn import Learned
from autolabel.self_training import FoundScene, SelfTrained
from autolabel.stopping import Stopped
from server.jobs.context import JobCancelledError
from server.store import models
from tests.server.autolabel.stand_ins import StandIns, Town


@dataclass
class Further:
    """A stand-in for learning further; what it was asked, and which score it comes to."""

    after: float = 0.7
    asked: list[dict[str, list[int]]] = field(default_factory=list)
    step: Callable[[], None] = lambda: None
    went_on: list[bool] = field(default_factory=list)

    def self_train(
        self, learned: Learned, told: Any, found: list[FoundScene], *, checkpoint: Any, **work: Any
    ) -> SelfTrained:
        """As ``autolabel.self_training.self_train``."""
        assert sum(len(each.frames) for each in told) >= 5
        self.asked.append({each.told.scene.name: list(each.told.frames) for each in found})
        assert all(each.proposals for each in found)
        self.went_on.append(checkpoint.exists())
        checkpoint.write_text("so far")
        self.step()
        if work["should_stop"]():
            raise Stopped
        checkpoint.unlink()
        work["progress"](1.0, "")
        better = replace(learned, scores={"ap": self.after}, train_s=learned.train_s + 1.0)
        is_better = self.after > 0.6
        return SelfTrained(better if is_better else learned, is_better, 0.6, self.after, 4, 9)


@pytest.fixture
def further(monkeypatch: pytest.MonkeyPatch) -> Further:
    stand_in = Further()
    monkeypatch.setattr("autolabel.self_training.self_train", stand_in.self_train)
    return stand_in


@pytest.fixture
def labeled(town: Town) -> Town:
    """Five frames are closed, so that some can be held back."""
    town.close(0, 1, 2)
    town.close(1, 0, 1)
    return town


def states(town: Town) -> dict[int, str]:
    with town.database.read() as session:
        return {row.version: row.state for row in models.list_models(session, town.project_id)}


def scores(town: Town, version: int) -> dict[str, float]:
    with town.database.read() as session:
        return dict(models.get_version(session, town.project_id, version).scores)


def test_it_is_off_unless_it_is_wished(labeled: Town, machine: StandIns, further: Further) -> None:
    result = labeled.run()
    assert (result["self_training"], further.asked) == (None, [])
    assert len(machine.learned) == 1


def test_the_better_model_is_a_version_of_its_own(labeled: Town, machine: StandIns, further: Further) -> None:
    result = labeled.run(self_train=True)
    assert further.asked == [{"0000": [0, 1, 2], "0001": [0, 1]}]
    assert result["self_training"] == {"was_kept": True, "score_before": 0.6, "score_after": 0.7}
    assert (result["model_version"], result["was_trained"]) == (2, True)
    assert states(labeled) == {1: "old", 2: "active"}
    assert {each.source for each in labeled.labels(1).cuboids.values()} == {"model:few-shot@2"}
    assert scores(labeled, 2)["score_after_self_training"] == 0.7
    assert len(machine.learned) == 1
    assert not list(labeled.models_dir.rglob("*.checkpoint"))


def test_a_model_that_is_no_better_leaves_all_as_it_was(labeled: Town, machine: StandIns, further: Further) -> None:
    further.after = 0.5
    result = labeled.run(self_train=True)
    assert result["self_training"] == {"was_kept": False, "score_before": 0.6, "score_after": 0.5}
    assert (result["model_version"], states(labeled)) == (1, {1: "active"})
    assert {each.source for each in labeled.labels(1).cuboids.values()} == {"model:few-shot@1"}
    assert len(machine.learned) == 1


def test_what_is_known_is_not_tried_again(labeled: Town, machine: StandIns, further: Further) -> None:
    for after in (0.5, 0.9):
        further.after = after
        assert labeled.run(self_train=True)["self_training"]["score_after"] == 0.5
    assert len(further.asked) == 1
    assert len(machine.learned) == 1


def test_a_model_that_is_there_learns_further_when_it_is_wished_later(
    labeled: Town, machine: StandIns, further: Further
) -> None:
    assert labeled.run()["model_version"] == 1
    assert labeled.run(self_train=True)["model_version"] == 2
    assert len(machine.learned) == len(further.asked) == 1


def test_with_too_few_labelled_frames_nothing_could_judge_it(town: Town, machine: StandIns, further: Further) -> None:
    result = town.run(self_train=True)
    assert result["self_training"] == {"was_kept": False, "score_before": None, "score_after": None}
    assert further.asked == []
    assert len(machine.learned) == 1


def test_cancelled_it_goes_on_where_it_stopped(labeled: Town, machine: StandIns, further: Further) -> None:
    is_cancelled: list[bool] = []
    further.step = lambda: is_cancelled.append(True)

    def report(*_: object) -> None:
        if is_cancelled:
            raise JobCancelledError

    with pytest.raises(JobCancelledError):
        labeled.run(report=report, job_id="job", self_train=True)
    assert states(labeled) == {1: "active"}
    further.step = lambda: None
    result = labeled.run(job_id="job", self_train=True)
    assert (result["model_version"], result["was_trained"]) == (2, True)
    assert further.went_on == [False, True]
    assert len(machine.learned) == 1
