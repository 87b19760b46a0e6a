"""Auto-labeling a project: what it does, what it leaves alone, and how it goes on after an interruption."""

from __future__ import annotations

import errno
import math
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autolabel.learn import NothingToLearnError
from autolabel.training.model_file import ModelFileError
from labels import LabelSet
from labels.records import encode_cuboid, encode_track
from server.autolabel import propose_scene
from server.autolabel.model_files import hold_models
from server.autolabel.plan import plan_proposals
from server.errors import AlreadyRunningError, InvalidError, ModelFileDamagedError, NotFoundError
from server.jobs.context import JobCancelledError
from server.jobs.import_dataset import import_dataset
from server.store import models, proposed
from server.store.labels import read_changes
from tests.server.autolabel.stand_ins import StandIns, Town
from tests.server.conftest import cuboid_json

SOURCES = ("model:few-shot@1", "model:few-shot@2")


def states(town: Town) -> dict[int, str]:
    with town.database.read() as session:
        return {row.version: row.state for row in models.list_models(session, town.project_id)}


def of_people(labels: LabelSet) -> dict[str, object]:
    """Every record that is not a proposal."""
    cuboids = {key: each for key, each in labels.cuboids.items() if each.source == "human" or each.confirmed_by}
    tracks = {each.track_id: labels.tracks[each.track_id].category for each in cuboids.values()}
    return {**cuboids, **tracks, **labels.frame_states}


def test_a_first_run_learns_and_proposes_for_every_scene(town: Town, machine: StandIns) -> None:
    before = of_people(town.labels())
    result = town.run()
    assert machine.learned == [{"0000": [0]}]
    assert machine.proposed == [("0000", [0]), ("0001", [])]
    assert (result["model_version"], result["was_trained"], result["scenes"], result["scenes_kept"]) == (1, True, 2, 0)
    assert result["scene_ids"] == town.scene_ids
    assert result["box_counts"] == {"Car": 1}
    assert "Car: 1 labelled box, at least 10 are wanted" in result["warnings"]
    # The first frame of the first scene is closed: its car is carried on from there, and nothing is put into it.
    first, second = town.labels(0), town.labels(1)
    assert {each.frame_index for each in first.cuboids.values() if each.source == SOURCES[0]} == {1, 2}
    assert len(first.keys_of_track("hers")) == 3
    assert len(second.cuboids) == 5
    assert of_people(town.labels()) == before
    assert result["cuboids"] == 5 + 5
    assert result["bands"] == {"accept": 3, "redo": 2}
    assert (town.models_dir / town.project_id / "1.safetensors").is_file()
    assert not list(town.models_dir.rglob("*.checkpoint"))


def test_who_made_a_proposal_stands_in_the_log(town: Town, machine: StandIns) -> None:
    town.run()
    with town.database.read() as session:
        changes = read_changes(session, town.scene_ids[1], 0, 10)
    assert [each["change"]["author"] for each in changes] == ["model:few-shot@1"]
    assert len(machine.learned) == 1


def test_a_second_run_does_nothing_anew(town: Town, machine: StandIns) -> None:
    town.run()
    revisions = [town.labels(index).revision for index in (0, 1)]
    again = town.run()
    assert (again["was_trained"], again["scenes_kept"], again["scene_ids"]) == (False, 2, [])
    assert (len(machine.learned), len(machine.proposed)) == (1, 2)
    assert [town.labels(index).revision for index in (0, 1)] == revisions
    wider = town.run(wished_error=0.1)
    assert (wider["scenes_kept"], len(machine.learned), len(machine.proposed)) == (0, 1, 4)


def test_new_labels_teach_a_new_version_and_old_proposals_go(town: Town, machine: StandIns) -> None:
    town.run()
    old = set(town.labels(1).cuboids)
    town.close(1, 2)
    result = town.run()
    assert machine.learned[1] == {"0000": [0], "0001": [2]}
    assert states(town) == {2: "active", 1: "old"}
    assert (result["model_version"], result["removed_cuboids"]) == (2, 5 + 4)
    left = town.labels(1)
    kept = {key for key in old if key in left.cuboids}
    assert {left.cuboids[key].frame_index for key in kept} == {2}, "what lies in a closed frame stays"
    assert {each.source for key, each in left.cuboids.items() if key not in kept} == {SOURCES[1]}


def test_what_people_confirmed_corrected_or_closed_stays(town: Town, machine: StandIns) -> None:
    town.run()
    labels = town.labels(1)
    car = next(track for track in labels.tracks.values() if track.category == "Car")
    first, second, _ = labels.keys_of_track(car.id)
    stored = encode_cuboid(first)
    moved = cuboid_json(second.id, car.id, 1, source="human")
    walker = next(track for track in labels.tracks.values() if track.category == "Pedestrian")
    touched = encode_track(walker) | {"category": "Cyclist"}
    town.send(
        1,
        updated={
            "cuboids": [
                {"from": stored, "to": stored | {"confirmed_by": "human:eva"}},
                {"from": encode_cuboid(second), "to": moved},
            ],
            "tracks": [{"from": encode_track(walker), "to": touched}],
        },
    )
    town.draw_car(0, "another", 1)
    town.close(0, 1)
    before = [of_people(town.labels(index)) for index in (0, 1)]
    machine.found_at = (9.0, 9.0, 0.2)
    town.run()
    after = [town.labels(index) for index in (0, 1)]
    for was, now in zip(before, after, strict=True):
        assert {key: value for key, value in of_people(now).items() if key in was} == was
    assert after[1].tracks[walker.id].category == "Cyclist"
    assert len(after[1].keys_of_track(walker.id)) == 2, "nobody confirmed it, but somebody worked on it"
    assert len(after[1].keys_of_track(car.id)) == 3, "the new model misses it, but people agreed with it"


def test_a_run_after_the_confirmation_of_everything_changes_nothing_of_it(town: Town, machine: StandIns) -> None:
    town.run()
    keys = [encode_cuboid(each) for each in town.labels(1).cuboids.values()]
    pairs = [{"from": key, "to": key | {"confirmed_by": "human:eva"}} for key in keys]
    town.send(1, updated={"cuboids": pairs})
    confirmed = town.labels(1)
    town.run(retrain=True)
    assert town.labels(1) == confirmed
    assert len(machine.learned) == 2


def test_frames_with_own_boxes_count_where_nobody_closed_any(
    tmp_path: Path, make_dataset: Any, machine: StandIns
) -> None:
    town = Town.of(tmp_path, make_dataset(scenes=1).path)
    town.draw_car(0, "hers", 1)
    town.run()
    assert machine.learned == [{"0000": [1]}]
    assert machine.proposed == [("0000", [1])]
    labels = town.labels()
    walker = next(key for key, track in labels.tracks.items() if track.category == "Pedestrian")
    assert {each.frame_index for each in labels.keys_of_track(walker)} == {0}, "nothing is put into a labelled frame"
    confirm(town, 0, walker)
    # To confirm one object says nothing of those that still wait in its frame.
    assert town.run()["was_trained"] is False
    remove(town, 0, next(key for key in town.labels().tracks if key not in (walker, "hers")))
    confirm(town, 0, "hers")
    town.run()
    assert machine.learned[1] == {"0000": [0, 1, 2]}
    town.database.close()


# What goes wrong -----------------------------------------------------------------------------------------------------


def test_without_a_labelled_frame_there_is_one_clear_line(tmp_path: Path, make_dataset: Any, machine: StandIns) -> None:
    town = Town.of(tmp_path, make_dataset(scenes=1).path)
    with pytest.raises(NothingToLearnError, match="label about ten frames first"):
        town.run()
    town.close(0, 0, 1)
    with pytest.raises(NothingToLearnError):
        town.run()
    with pytest.raises(InvalidError, match="no model yet"):
        town.run(retrain=False)
    assert states(town) == {}
    assert machine.learned == []
    town.database.close()


def test_what_is_none_of_the_projects_is_refused(town: Town, machine: StandIns) -> None:
    with pytest.raises(InvalidError, match="no scene nowhere"):
        town.run(scene_ids=["nowhere"])
    with pytest.raises(NotFoundError, match="no model of version 7"):
        town.run(model_version=7)
    assert machine.learned == []


def test_only_the_scenes_asked_for_get_proposals(town: Town, machine: StandIns) -> None:
    result = town.run(scene_ids=[town.scene_ids[1]])
    assert [name for name, _ in machine.proposed] == ["0001"]
    assert result["scene_ids"] == [town.scene_ids[1]]
    assert machine.learned == [{"0000": [0]}], "labelled frames teach wherever they are"


def test_a_full_disk_leaves_the_old_model(town: Town, machine: StandIns, monkeypatch: pytest.MonkeyPatch) -> None:
    town.run()
    labels = [town.labels(index) for index in (0, 1)]

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(ModelFileError, match="No space left on device"):
            town.run(retrain=True)
    assert states(town) == {2: "failed", 1: "active"}
    assert [town.labels(index) for index in (0, 1)] == labels
    assert sorted(path.name for path in (town.models_dir / town.project_id).glob("*.safetensors*")) == ["1.safetensors"]
    assert town.run(retrain=False)["model_version"] == 1
    assert town.run(retrain=True)["model_version"] == 3
    assert len(machine.learned) == 3


@pytest.mark.parametrize("harm", ["cut", "foreign", "gone"])
def test_a_tampered_model_is_told_in_one_line_and_not_used(town: Town, machine: StandIns, harm: str) -> None:
    town.run()
    labels = [town.labels(index) for index in (0, 1)]
    path = town.models_dir / town.project_id / "1.safetensors"
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-9] if harm == "cut" else b"\x80\x04cposix\nsystem\n")
    with pytest.raises(ModelFileDamagedError, match=r"1\.safetensors: expected model 1") as caught:
        town.run(retrain=False, wished_error=0.1)
    assert "\n" not in str(caught.value)
    assert [town.labels(index) for index in (0, 1)] == labels
    # Where it is left open whether to train, what cannot be read is made anew.
    assert town.run(wished_error=0.1)["model_version"] == 2
    assert len(machine.learned) == 2


def test_a_scene_whose_folder_is_gone_does_not_stop_the_others(
    town: Town, machine: StandIns, make_dataset: Any
) -> None:
    other = make_dataset("other").path
    import_dataset(town.database, town.project_id, other, None, with_labels=False, report=lambda *_: None)
    shutil.rmtree(other)
    town.draw_car(1, "second", 1)
    result = town.run()
    assert (result["scenes"], result["scene_ids"]) == (2, town.scene_ids[:2])
    assert "is left out" in result["warnings"][-1]
    assert str(other) in result["warnings"][-1]
    with town.database.read() as session:
        assert "is left out" not in str(models.list_models(session, town.project_id)[0].warnings)
    assert len(machine.proposed) == 2


def test_scores_that_are_no_numbers_are_left_out(
    town: Town, machine: StandIns, monkeypatch: pytest.MonkeyPatch
) -> None:
    def learn(*told: Any, **options: Any) -> Any:
        return replace(machine.learn(*told, **options), scores={"ap": 0.5, "ap Truck": math.nan})

    monkeypatch.setattr("autolabel.learn.learn", learn)
    assert town.run()["scores"] == {"ap": 0.5}


def test_two_processes_do_not_label_one_project(town: Town, machine: StandIns) -> None:
    with hold_models(town.models_dir, town.project_id), pytest.raises(AlreadyRunningError, match="already"):
        town.run()
    assert machine.learned == []


def test_what_a_person_saves_meanwhile_stays(town: Town, machine: StandIns) -> None:
    town.run()
    is_saved: list[bool] = []

    def step(what: str) -> None:
        if what == "proposing 0001 2" and not is_saved:
            is_saved.append(True)
            car = next(key for key, track in town.labels(1).tracks.items() if track.category == "Car")
            confirm(town, 1, car)
            town.draw_car(1, "meanwhile", 2)

    machine.step = step
    machine.found_at = (30.0, 5.0, 0.2)
    town.run(retrain=True)
    left = town.labels(1)
    assert "meanwhile-2" in left.cuboids
    assert sum(each.confirmed_by == "human:eva" for each in left.cuboids.values()) == 3


def test_the_plan_is_made_anew_where_somebody_saves_at_the_last_moment(
    town: Town, machine: StandIns, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.run()
    revisions: list[int] = []

    def plan_slowly(labels: LabelSet, *more: Any) -> Any:
        made = plan_proposals(labels, *more)
        revisions.append(labels.revision)
        if len(revisions) == 1:
            confirm(town, 0, next(key for key, track in labels.tracks.items() if track.category == "Pedestrian"))
        return made

    monkeypatch.setattr(propose_scene, "plan_proposals", plan_slowly)
    town.run(retrain=True, scene_ids=[town.scene_ids[0]])
    assert len(revisions) == 2
    assert any(each.confirmed_by == "human:eva" for each in town.labels(0).cuboids.values())
    assert len(machine.learned) == 2


# Interruptions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", ["learning 1", "proposing 0000 1", "proposing 0001 0"])
def test_a_cancelled_run_goes_on_where_it_was(town: Town, machine: StandIns, at: str) -> None:
    asked = {"to_stop": False}

    def step(what: str) -> None:
        asked["to_stop"] |= what == at

    def report(_progress: float, _message: str) -> None:
        if asked["to_stop"]:
            raise JobCancelledError

    machine.step = step
    with pytest.raises(JobCancelledError):
        town.run(report=report, job_id="one")
    before = len(machine.proposed)
    asked["to_stop"], machine.step = False, lambda _what: None
    result = town.run(job_id="two")
    assert (result["model_version"], result["scenes"]) == (1, 2)
    assert machine.went_on == ([False, True] if at.startswith("learning") else [False])
    done = {"learning 1": 0, "proposing 0000 1": 0, "proposing 0001 0": 1}[at]
    assert len(machine.proposed) - before == 2 - done
    assert_labelled(town)


KILLED = """
import os, sys
from pathlib import Path
import pytest
from server.store.db import Database
from tests.server.autolabel.stand_ins import Town, use_stand_ins

machine = use_stand_ins(pytest.MonkeyPatch())
folder, project_id, at = sys.argv[1:]
machine.step = lambda what: os.kill(os.getpid(), 9) if what == at else None
database = Database(f"sqlite:///{folder}/truebox.sqlite")
Town(database, Path(folder) / "models", project_id).run(job_id="job")
"""


@pytest.mark.parametrize("at", ["learning 2", "proposing 0000 2", "proposing 0001 1"])
def test_a_killed_run_goes_on_where_it_was(
    town: Town, machine: StandIns, tmp_path: Path, repository: Path, at: str
) -> None:
    person = of_people(town.labels())
    arguments = [sys.executable, "-c", KILLED, str(tmp_path), town.project_id, at]
    killed = subprocess.run(arguments, cwd=repository, check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    result = town.run(job_id="job")
    assert (result["model_version"], result["was_trained"], result["scenes"]) == (1, True, 2)
    assert machine.went_on == ([True] if at.startswith("learning") else [])
    done = {"learning 2": 0, "proposing 0000 2": 0, "proposing 0001 1": 1}[at]
    assert (result["scenes_kept"], len(machine.proposed)) == (done, 2 - done)
    assert result["scene_ids"] == town.scene_ids
    assert of_people(town.labels()) == person
    assert_labelled(town)


def assert_labelled(town: Town) -> None:
    """Each scene has one model's proposals, once."""
    for index, count in ((0, 6), (1, 5)):
        labels = town.labels(index)
        assert len(labels.cuboids) == count
        assert sorted(track.category for track in labels.tracks.values()) == ["Car"] * (2 - index) + ["Pedestrian"]
    with town.database.read() as session:
        assert all(len(proposed.present_tracks(session, scene_id)) > 1 for scene_id in town.scene_ids)
    assert not list(town.models_dir.rglob("*.checkpoint"))


def confirm(town: Town, index: int, track_id: str) -> None:
    """A person confirms all cuboids of a track."""
    keys = [encode_cuboid(key) for key in town.labels(index).keys_of_track(track_id)]
    town.send(index, updated={"cuboids": [{"from": key, "to": key | {"confirmed_by": "human:eva"}} for key in keys]})


def remove(town: Town, index: int, track_id: str) -> None:
    """A person rejects a track."""
    labels = town.labels(index)
    keys = [encode_cuboid(key) for key in labels.keys_of_track(track_id)]
    town.send(index, removed={"tracks": [encode_track(labels.tracks[track_id])], "cuboids": keys})
