"""Labels into what a project has: planned, made, and nothing of a person lost."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import formats
from formats.mapping_file import read_mapping
from labels import LabelSet
from labels.records import encode_cuboid
from server.default_taxonomy import default_taxonomy
from server.errors import InvalidError, NotFoundError
from server.jobs import merge_labels as job
from server.jobs.import_dataset import import_dataset
from server.jobs.merge_labels import merge_labels
from server.store import projects, scenes
from server.store.db import Database
from server.store.labels import append_change, load_label_set

JsonObject = dict[str, Any]


class Town:
    """A project with the scenes of a tiny dataset."""

    def __init__(self, database: Database, dataset: Any) -> None:
        self.database = database
        with database.write() as session:
            self.project_id = projects.create_project(session, "town", default_taxonomy()).id
        import_dataset(database, self.project_id, dataset.path, None, with_labels=True, report=lambda *_: None)

    @property
    def scene_ids(self) -> list[str]:
        with self.database.read() as session:
            return [row.id for row in scenes.list_scenes(session, self.project_id)]

    def labels(self, index: int = 0) -> LabelSet:
        with self.database.read() as session:
            return load_label_set(session, self.scene_ids[index])

    def merge(self, path: Path, policy: str = "match", **options: Any) -> JsonObject:
        return merge_labels(self.database, self.project_id, path, None, policy=policy, **options)  # type: ignore[arg-type]

    def send(self, change: JsonObject) -> None:
        with self.database.write() as session:
            append_change(session, change["scene_id"], change, "human:eva")

    def categories(self) -> list[str]:
        with self.database.read() as session:
            return [row["name"] for row in projects.get_project(session, self.project_id).taxonomy["categories"]]


@pytest.fixture
def town(tmp_path: Path, dataset: Any) -> Any:
    database = Database(f"sqlite:///{tmp_path / 'truebox.sqlite'}")
    database.migrate()
    yield Town(database, dataset)
    database.close()


@pytest.fixture
def predictions(make_dataset: Any) -> Path:
    """The same drive, where the car is half a metre further and a new van appears."""
    made = make_dataset("predictions")
    path = made.training / "label_02" / "0000.txt"
    rows = path.read_text().replace(" 12.0 -1.6", " 12.5 -1.6")
    path.write_text(rows + "2 7 Van 0 0 0 10 10 20 20 2 2 5 8.0 1.6 20.0 0.1\n")
    return Path(made.path)


def places(labels: LabelSet) -> dict[tuple[str, int], tuple[str, list[float]]]:
    return {
        (labels.tracks[c.track_id].category, c.frame_index): (c.source, c.ego_from_object.translation.round(3).tolist())
        for c in labels.cuboids.values()
    }


def test_what_matches_keeps_its_ids_and_the_rest_is_added(town: Town, predictions: Path) -> None:
    before = town.labels()
    result = town.merge(predictions)
    after = town.labels()
    assert before.cuboids.keys() < after.cuboids.keys()
    assert result["counts"]["cuboids_updated"] == 1
    assert (result["counts"]["cuboids_added"], result["counts"]["tracks_added"]) == (1, 1)
    assert (result["scenes"], result["scene_ids"], result["unmatched_frames"]) == (1, town.scene_ids, 0)
    assert town.merge(predictions)["counts"]["cuboids_updated"] == 0
    assert town.labels().revision == after.revision, "nothing to say, nothing said"


def test_a_dry_run_says_the_same_and_writes_nothing(town: Town, predictions: Path) -> None:
    before = town.labels()
    told = town.merge(predictions, dry_run=True)
    assert town.labels() == before
    assert told["counts"] == town.merge(predictions)["counts"]
    assert [row["name"] for row in told["categories"]] == ["Car", "Pedestrian", "Van"]
    assert told["problems"] == []
    assert told["project_categories"] == town.categories()


def test_what_a_person_changed_stands(town: Town, predictions: Path, make: Any) -> None:
    labels = town.labels()
    car = next(c for c in labels.cuboids.values() if c.frame_index == 0 and labels.tracks[c.track_id].category == "Car")
    scene_id = town.scene_ids[0]
    mine = encode_cuboid(car) | {"source": "human", "confirmed_by": "human:eva"}
    pair = {"from": encode_cuboid(car), "to": mine}
    town.send(make.change(scene_id, labels.revision, updated={"cuboids": [pair]}))
    counts = town.merge(predictions)["counts"]
    assert (counts["cuboids_kept"], counts["cuboids_updated"]) == (1, 0)
    assert town.labels().cuboids[car.id].source == "human"


def test_predictions_known_as_a_model_s_come_beside_and_are_replaced_by_the_next(town: Town, predictions: Path) -> None:
    before = town.labels()
    town.merge(predictions, "add", source="model:pillar@3")
    both = town.labels()
    models = [c for c in both.cuboids.values() if c.source == "model:pillar@3"]
    assert len(both.cuboids) == len(before.cuboids) + len(models)
    assert {c.confirmed_by for c in models} == {None}
    again = town.merge(predictions, "replace_source", source="model:pillar@3")
    assert again["counts"]["cuboids_same"] == len(models)
    assert town.labels() == both


def test_categories_are_mapped_and_new_ones_come_to_the_project(town: Town, predictions: Path, tmp_path: Path) -> None:
    file = tmp_path / "map.yaml"
    file.write_text("categories:\n  Van: Lorry\n  Pedestrian: null\n")
    mapping = read_mapping(file)
    town.merge(predictions, mapping=mapping.to, unknown=mapping.unknown)
    assert "Lorry" in town.categories()
    assert ("Lorry", 2) in places(town.labels())


def test_only_chosen_scenes_get_labels(tmp_path: Path, make_dataset: Any) -> None:
    database = Database(f"sqlite:///{tmp_path / 'two.sqlite'}")
    database.migrate()
    town = Town(database, make_dataset(scenes=2))
    other = make_dataset("other", scenes=2)
    for path in (other.training / "label_02").iterdir():
        path.write_text(path.read_text().replace(" 12.0 -1.6", " 12.5 -1.6"))
    first, second = town.scene_ids
    assert town.merge(other.path, onto=[second])["scenes"] == 1
    assert town.merge(other.path, onto=[second])["counts"]["cuboids_updated"] == 0
    assert town.merge(other.path)["scene_ids"] == [first]
    with pytest.raises(NotFoundError, match="no scene nobody"):
        town.merge(other.path, onto=["nobody"])
    database.close()


def test_a_scene_that_nobody_knows_is_said(tmp_path: Path, make_dataset: Any) -> None:
    database = Database(f"sqlite:///{tmp_path / 'two.sqlite'}")
    database.migrate()
    town = Town(database, make_dataset(scenes=1))
    told = town.merge(make_dataset("other", scenes=2).path, dry_run=True)
    assert told["scenes"] == 1
    assert ["no scene is called so" in problem["message"] for problem in told["problems"]] == [True]
    database.close()


def test_a_save_meanwhile_is_planned_with(
    town: Town, predictions: Path, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan: Any = vars(job)["plan_merge"]
    calls: list[Any] = []
    labels = town.labels()
    track = next(track for track in labels.tracks.values() if track.category == "Car")

    def plan_while_somebody_saves(*arguments: Any) -> Any:
        planned = plan(*arguments)
        if not calls:
            car = next(c for c in labels.keys_of_track(track.id))
            moved = encode_cuboid(car) | {
                "ego_from_object": encode_cuboid(car)["ego_from_object"] | {"translation_m": [1, 2, 3]}
            }
            pair = {"from": encode_cuboid(car), "to": moved | {"source": "human"}}
            town.send(make.change(town.scene_ids[0], labels.revision, updated={"cuboids": [pair]}))
        calls.append(planned)
        return planned

    monkeypatch.setattr(job, "plan_merge", plan_while_somebody_saves)
    town.merge(predictions)
    assert len(calls) == 2
    assert [1.0, 2.0, 3.0] in [c.ego_from_object.translation.tolist() for c in town.labels().cuboids.values()]


def test_formats_without_labels_are_refused(town: Town, monkeypatch: pytest.MonkeyPatch, predictions: Path) -> None:
    monkeypatch.setattr(formats, "get_format", lambda _name: SimpleNamespace(can_read_labels=False, name="made"))
    with pytest.raises(InvalidError, match="holds no labels"):
        town.merge(predictions)
