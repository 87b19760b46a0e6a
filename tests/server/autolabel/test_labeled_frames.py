"""Which frames teach, and when what they teach is another lesson."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from labels.records import encode_cuboid
from server.autolabel.labeled_frames import LabeledProject, read_lessons
from tests.server.autolabel.stand_ins import Town
from tests.server.conftest import cuboid_json, track_json


def lessons(town: Town) -> LabeledProject:
    with town.database.read() as session:
        return read_lessons(session, town.project_id)


def test_closed_frames_count_with_all_that_is_in_them(town: Town) -> None:
    town.draw_car(1, "between", 0)
    keys = [cuboid_json("between-2", "between", 2)]
    town.send(1, added={"cuboids": keys})
    town.close(1, 1)
    found = lessons(town)
    assert found.rule == "closed_frames"
    assert [lesson.frames for lesson in found.lessons.values()] == [(0,), (1,)]
    assert (found.boxes, found.frame_count) == ({"Car": 1}, 2), "outside of its life a track is nowhere"
    assert list(found.lessons) == town.scene_ids


def test_a_derived_cuboid_of_a_closed_frame_counts(tmp_path: Path, make_dataset: Any) -> None:
    town = Town.of(tmp_path, make_dataset(scenes=1).path)
    keys = [cuboid_json(f"k{frame}", "t", frame) for frame in (0, 2)]
    town.send(added={"tracks": [track_json("t", first_frame=0, last_frame=2)], "cuboids": keys})
    town.close(0, 1)
    found = lessons(town)
    assert found.boxes == {"Car": 1}
    digest = found.digest
    town.send(updated={"cuboids": [{"from": keys[1], "to": keys[1] | {"size_lwh_m": [4.5, 1.7, 1.5]}}]})
    assert lessons(town).digest != digest, "what is derived follows its keys"
    town.database.close()


def test_imported_labels_teach_and_imported_predictions_do_not(tmp_path: Path, make_dataset: Any) -> None:
    town = Town.of(tmp_path, make_dataset(scenes=1).path, with_labels=True)
    assert lessons(town).boxes == {"Car": 3, "Pedestrian": 1}
    keys = [encode_cuboid(each) for each in town.labels().cuboids.values()]
    predicted = [key | {"source": "model:pillar@3", "confirmed_by": None} for key in keys]
    town.send(updated={"cuboids": [{"from": key, "to": to} for key, to in zip(keys, predicted, strict=True)]})
    assert lessons(town).lessons == {}
    town.close(0, 1)
    assert lessons(town).boxes == {"Car": 1, "Pedestrian": 1}
    town.database.close()


def test_proposals_teach_nothing_until_somebody_agrees(tmp_path: Path, make_dataset: Any) -> None:
    town = Town.of(tmp_path, make_dataset(scenes=1).path)
    town.draw_car(0, "hers", 0)
    digest = lessons(town).digest
    proposed = cuboid_json("p1", "p", 1, source="model:few-shot@1", score=0.5)
    town.send(author="model:few-shot@1", added={"tracks": [track_json("p")], "cuboids": [proposed]})
    assert lessons(town).digest == digest
    assert lessons(town).rule == "frames_with_own_boxes"
    town.send(updated={"cuboids": [{"from": proposed, "to": proposed | {"confirmed_by": "human:eva"}}]})
    assert next(iter(lessons(town).lessons.values())).frames == (0, 1)
    town.database.close()


def test_another_order_of_the_same_labels_is_the_same_lesson(tmp_path: Path, make_dataset: Any) -> None:
    digests = set()
    dataset = make_dataset(scenes=1).path
    towns = [Town.of(tmp_path / name, dataset) for name in "ab"]
    for town, order in zip(towns, (("x", "y"), ("y", "x")), strict=True):
        for name in order:
            town.draw_car(0, name, 0)
        digests.add(next(iter(lessons(town).lessons.values())).digest)
        town.database.close()
    assert len(digests) == 1


def test_an_empty_closed_frame_is_a_labelled_one(tmp_path: Path, make_dataset: Any) -> None:
    town = Town.of(tmp_path, make_dataset(scenes=1).path)
    town.close(0, 2)
    found = lessons(town)
    assert (found.frame_count, found.boxes) == (1, {})
    town.database.close()
