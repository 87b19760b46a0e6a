"""Quick stand-ins for learning and proposing, and a project to label."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from autolabel.classes import ObjectClass
from autolabel.labeled_scene import LabeledScene, count_boxes, warnings_of
from autolabel.learn import Learned, NothingToLearnError
from autolabel.network.bev_net import BevNet
from autolabel.network.grid import GridSpec
from autolabel.proposal import Proposal
from autolabel.stopping import Stopped
from autolabel.training.model_file import Model
from fusion import Scene
from geometry import Box
from labels import LabelSet, Taxonomy
from server.default_taxonomy import default_taxonomy
from server.jobs.autolabel import AutolabelOptions, autolabel_project
from server.jobs.import_dataset import import_dataset
from server.store import projects, scenes
from server.store.db import Database
from server.store.labels import append_change, load_label_set
from tests.server.conftest import change_json, cuboid_json, track_json

JsonObject = dict[str, Any]
CAR = ObjectClass("Car", (4.0, 1.8, 1.6), is_rigid=True)
SIGMAS_M = (0.1, 0.6, 0.05, 0.05, 0.04, 0.04)
"""The car's rear was never seen."""
FOUND_AT, WALKER_AT = (-8.0, -4.0, 0.2), (-6.0, 6.0, 0.2)


@dataclass
class StandIns:
    """What was asked of the machine, and what it is to do next.

    Attributes:
        learned: The frames of each training, by scene name.
        proposed: The scenes that were asked for, with the frames known.
        steps: Called with what is done at each step; may stop the work.
        found_at: Where the machine finds a car.
    """

    learned: list[dict[str, list[int]]] = field(default_factory=list)
    proposed: list[tuple[str, list[int]]] = field(default_factory=list)
    step: Callable[[str], None] = lambda _what: None
    found_at: tuple[float, float, float] = FOUND_AT
    went_on: list[bool] = field(default_factory=list)

    def learn(self, told: Any, taxonomy: Taxonomy, *, progress: Any, should_stop: Any, **options: Any) -> Learned:
        """As ``autolabel.learn.learn``."""
        assert taxonomy.categories
        checkpoint: Path = options["checkpoint"]
        counts = count_boxes(told)
        if not counts:
            raise NothingToLearnError
        self.learned.append({each.scene.name: list(each.frames) for each in told})
        self.went_on.append(checkpoint.exists())
        for number in range(3):
            progress(number / 3, f"step {number}")
            checkpoint.write_text("so far")
            self.step(f"learning {number}")
            if should_stop():
                raise Stopped
        checkpoint.unlink()
        return Learned(tiny_model(), counts, warnings_of(counts), {"ap": 0.5 + 0.1 * len(self.learned)}, 1.5)

    def propose(
        self, scene: Scene, recording: Any, model: Model, known: LabeledScene, *, options: Any, **work: Any
    ) -> list[Proposal]:
        """As ``autolabel.propose.propose``: a car, a doubtful walker, and what people began carried on."""
        assert model.classes == (CAR,)
        assert len(recording) == len(scene.frames)
        assert 0 < options.wished_error < 1
        self.proposed.append((scene.name, list(known.frames)))
        frames = range(len(scene.frames))
        for frame in frames:
            work["progress"](frame / len(frames), f"frame {frame}")
            self.step(f"proposing {scene.name} {frame}")
            if work["should_stop"]():
                raise Stopped
        x, y, z = self.found_at
        # To and fro, so that no key follows from the others.
        cars = {frame: Box.from_yaw((x + 0.1 * (frame % 2), y, z), (4.0, 1.8, 1.6), 0.0) for frame in frames}
        walker = Box.from_yaw(WALKER_AT, (0.8, 0.6, 1.7), 0.0)
        found = [
            Proposal(None, "Car", True, True, 0.9, cars, {}, "accept", face_sigmas_m=SIGMAS_M),
            Proposal(None, "Pedestrian", False, False, 0.2, {0: walker, 1: walker}, {}, "redo", ("few_points",)),
        ]
        for track_id, (category, boxes) in known.tracks().items():
            box = next(iter(boxes.values()))
            found.append(Proposal(track_id, category, True, False, 0.99, dict.fromkeys(frames, box), {}, "accept"))
        return found


def tiny_model() -> Model:
    """A network that was never trained."""
    return Model(
        (CAR,), GridSpec(), BevNet(1).state_dict(), {"region": {"only_in_images": False, "most_range_m": 50.0}}
    )


@dataclass
class Town:
    """A project with the scenes of a tiny dataset, without labels."""

    database: Database
    models_dir: Path
    project_id: str

    @classmethod
    def of(cls, folder: Path, dataset: Path, *, with_labels: bool = False) -> Town:
        """Imported into a store below a folder."""
        database = Database(f"sqlite:///{folder / 'truebox.sqlite'}")
        database.migrate()
        with database.write() as session:
            project_id = projects.create_project(session, "town", default_taxonomy()).id
        import_dataset(database, project_id, dataset, None, with_labels=with_labels, report=lambda *_: None)
        return cls(database, folder / "models", project_id)

    @property
    def scene_ids(self) -> list[str]:
        with self.database.read() as session:
            return [row.id for row in scenes.list_scenes(session, self.project_id)]

    def labels(self, index: int = 0) -> LabelSet:
        with self.database.read() as session:
            return load_label_set(session, self.scene_ids[index])

    def send(self, index: int = 0, author: str = "human:eva", **tables: JsonObject) -> None:
        """A person's change."""
        scene_id = self.scene_ids[index]
        change = change_json(scene_id, self.labels(index).revision, **tables)
        with self.database.write() as session:
            append_change(session, scene_id, change, author)

    def draw_car(self, index: int = 0, name: str = "hers", frame: int = 0, **fields: Any) -> None:
        """A person's cuboid."""
        track = track_json(name, first_frame=frame, last_frame=frame, **fields)
        self.send(index, added={"tracks": [track], "cuboids": [cuboid_json(f"{name}-{frame}", name, frame)]})

    def close(self, index: int, *frames: int) -> None:
        """A person closes frames as done."""
        states = [{"id": str(frame), "frame_index": frame, "state": "done"} for frame in frames]
        self.send(index, added={"frame_states": states})

    def run(self, report: Any = lambda *_: None, job_id: str | None = None, **options: Any) -> JsonObject:
        """Auto-label it in this process."""
        wanted = AutolabelOptions(**options)
        return autolabel_project(self.database, self.models_dir, self.project_id, wanted, report=report, job_id=job_id)


def use_stand_ins(monkeypatch: pytest.MonkeyPatch) -> StandIns:
    """Put them where the job finds them."""
    machine = StandIns()
    monkeypatch.setattr("autolabel.learn.learn", machine.learn)
    monkeypatch.setattr("autolabel.propose.propose", machine.propose)
    monkeypatch.setattr("server.autolabel.training._initial_model", lambda: None)
    return machine
