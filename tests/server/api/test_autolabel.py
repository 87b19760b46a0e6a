"""Auto-labeling over HTTP: the job, versions, the queue, what to label next."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.settings import Settings
from tests.server.autolabel.stand_ins import StandIns, use_stand_ins

JsonObject = dict[str, Any]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> StandIns:
    return use_stand_ins(monkeypatch)


class Project:
    """Two scenes of three frames on a server; a person labelled a car in the first and closed its frame."""

    def __init__(self, client: Any, project_id: str, dataset: Any, finish_job: Any, make: Any) -> None:
        self.client, self.finish, self.make = client, finish_job, make
        self.url = f"/api/projects/{project_id}"
        body = {"path": str(dataset.path), "with_labels": False}
        finish_job(client, client.post(f"{self.url}/import", json=body).json())
        self.scenes = [row["id"] for row in client.get(f"{self.url}/scenes").json()]

    def label(self, index: int = 0, frame: int = 0) -> None:
        state = {"id": str(frame), "frame_index": frame, "state": "done"}
        track = self.make.track("hers", first_frame=frame, last_frame=frame)
        added = {"tracks": [track], "cuboids": [self.make.cuboid("hers-key", "hers", frame)], "frame_states": [state]}
        self.send(index, added=added)

    def send(self, index: int, **tables: JsonObject) -> None:
        change = self.make.change(self.scenes[index], self.labels(index)["revision"], **tables)
        answer = self.client.post(f"/api/scenes/{self.scenes[index]}/changes", json=change)
        assert answer.status_code == 200, answer.text

    def labels(self, index: int) -> JsonObject:
        value: JsonObject = self.client.get(f"/api/scenes/{self.scenes[index]}/labels").json()
        return value

    def run(self, **body: Any) -> JsonObject:
        started = self.client.post(f"{self.url}/autolabel", json=body)
        assert started.status_code == 202, started.text
        job: JsonObject = self.finish(self.client, started.json())
        return job

    def get(self, path: str, status: int = 200, **query: Any) -> Any:
        answer = self.client.get(f"{self.url}/{path}", params=query)
        assert answer.status_code == status, answer.text
        return answer.json()

    def queue(self, index: int) -> JsonObject:
        value: JsonObject = self.client.get(f"/api/scenes/{self.scenes[index]}/proposed-tracks").json()
        return value


@pytest.fixture
def project(client: Any, project_id: str, make_dataset: Any, finish_job: Any, make: Any) -> Project:
    return Project(client, project_id, make_dataset(scenes=2), finish_job, make)


def test_before_anything_is_labelled(project: Project, machine: StandIns) -> None:
    ready = project.get("autolabel/readiness")
    assert (ready["can_learn"], ready["frame_count"], ready["wanted_frames"], ready["labelled"]) == (False, 0, 10, [])
    assert ready["active_version"] is None
    assert not ready["is_up_to_date"]
    assert "label about ten frames" in ready["warnings"][0]
    assert {each["scene_id"] for each in ready["next"]} == set(project.scenes)
    assert project.get("models") == []
    assert project.queue(0) == {
        "model_version": None, "revision": 0, "wished_error": None,
        "bands": {"accept": 0, "check": 0, "redo": 0}, "tracks": [],
    }  # fmt: skip
    job = project.run()
    assert job["state"] == "failed"
    assert "label about ten frames first" in job["error"]
    assert project.get("models") == []
    assert machine.learned == []


def test_from_labels_to_proposals(project: Project, machine: StandIns) -> None:
    project.label()
    ready = project.get("autolabel/readiness")
    assert (ready["can_learn"], ready["rule"], ready["frame_count"]) == (True, "closed_frames", 1)
    assert ready["categories"] == [{"category": "Car", "boxes": 1, "tracks": 1, "wanted": 10}]
    assert ready["labelled"][0]["frames"] == [0]
    assert len(ready["warnings"]) == 2
    assert project.scenes[0] not in {each["scene_id"] for each in ready["next"] if each["frame_index"] == 0}

    job = project.run(wished_error=0.05)
    assert (job["kind"], job["state"], job["error"]) == ("autolabel", "done", None)
    assert job["result"]["scene_ids"] == project.scenes
    assert job["result"]["bands"] == {"accept": 3, "check": 0, "redo": 2}
    assert job["result"]["self_training"] is None
    (model,) = project.get("models")
    assert (model["version"], model["state"], model["error"]) == (1, "active", None)
    assert model["learned_from"][0]["frames"] == [0]
    assert model["learned_from"][0]["scene_name"] == "0000"
    assert (model["scene_count"], model["track_count"], model["cuboid_count"]) == (2, 5, 10)
    ready = project.get("autolabel/readiness")
    assert (ready["active_version"], ready["is_up_to_date"]) == (1, True)
    assert machine.learned == [{"0000": [0]}]

    queue = project.queue(1)
    assert (queue["model_version"], queue["wished_error"], queue["revision"]) == (1, 0.05, 1)
    assert queue["bands"] == {"accept": 1, "check": 0, "redo": 1}
    assert [(each["category"], each["band"]) for each in queue["tracks"]] == [("Pedestrian", "redo"), ("Car", "accept")]
    walker, car = queue["tracks"]
    assert (walker["reasons"], walker["frame_count"], walker["unconfirmed_count"]) == (["few_points"], 2, 2)
    assert walker["faces"] is None
    assert [face for face, doubt in car["faces"].items() if doubt["is_unsure"]] == ["rear"]
    assert car["faces"]["rear"]["sigma_m"] == pytest.approx(0.6)
    assert (
        walker["expected_corrections"] / walker["expected_seconds"]
        > car["expected_corrections"] / car["expected_seconds"]
    )


def test_what_people_did_with_proposals_shows_in_the_queue(project: Project, machine: StandIns) -> None:
    project.label()
    project.run()
    walker, car = project.queue(1)["tracks"]
    labels = project.labels(1)
    keys = [key for key in labels["cuboids"] if key["track_id"] == car["track_id"]]
    project.send(1, updated={"cuboids": [{"from": key, "to": key | {"confirmed_by": "human:eva"}} for key in keys]})
    queue = project.queue(1)
    assert [(each["track_id"], each["unconfirmed_count"]) for each in queue["tracks"]] == [
        (walker["track_id"], 2),
        (car["track_id"], 0),
    ]
    assert queue["bands"] == {"accept": 0, "check": 0, "redo": 1}
    track = next(each for each in labels["tracks"] if each["id"] == walker["track_id"])
    keys = [key for key in labels["cuboids"] if key["track_id"] == walker["track_id"]]
    project.send(1, removed={"tracks": [track], "cuboids": keys})
    assert [each["track_id"] for each in project.queue(1)["tracks"]] == [car["track_id"]]
    assert len(machine.proposed) == 2


def test_versions_are_compared_and_rolled_back(project: Project, machine: StandIns) -> None:
    project.label()
    project.run()
    assert project.get("models/compare", 404)["error"]["code"] == "not_found"
    project.label(1, 2)
    project.run(scene_ids=[project.scenes[1]])
    assert [(each["version"], each["state"]) for each in project.get("models")] == [(2, "active"), (1, "old")]
    both = project.get("models/compare")
    assert (both["a"]["version"], both["b"]["version"]) == (1, 2)
    assert both["scores"] == [{"name": "ap", "a": pytest.approx(0.6), "b": pytest.approx(0.7)}]
    assert both["box_counts"] == [{"name": "Car", "a": 1.0, "b": 3.0}], "what lay in a frame when it was closed counts"
    assert [(each["a"] is None, each["b"] is None) for each in both["scenes"]] == [(False, True), (False, False)]
    assert project.get("models/compare", a=2, b=1)["a"]["version"] == 2

    url = f"{project.url}/models/1/activate"
    back = project.client.post(url, json={}).json()
    assert (back["model"]["version"], back["model"]["state"], back["job"]) == (1, "active", None)
    # Nobody labelled anything since: what proposes is what people chose.
    assert project.run(scene_ids=[project.scenes[0]])["result"]["model_version"] == 1
    again = project.client.post(url, json={"propose": True}).json()
    job = project.finish(project.client, again["job"])
    assert (job["state"], job["result"]["model_version"]) == ("done", 1)
    sources = {key["source"] for key in project.labels(1)["cuboids"] if key["frame_index"] != 2}
    assert sources == {"model:few-shot@1"}
    assert len(machine.learned) == 2


def test_a_damaged_model_cannot_come_back(project: Project, machine: StandIns, settings: Settings) -> None:
    project.label()
    project.run()
    project.run(retrain=True)
    (path,) = settings.models_dir.rglob("1.safetensors")
    path.write_bytes(b"something else")
    answer = project.client.post(f"{project.url}/models/1/activate", json={})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "model_damaged")
    assert "1.safetensors" in answer.json()["error"]["message"]
    assert project.get("models")[0]["state"] == "active"
    assert project.client.post(f"{project.url}/models/9/activate", json={}).status_code == 404
    assert len(machine.learned) == 2


BAD = [
    ({"wished_error": 0}, "wished_error"),
    ({"wished_error": 0.9}, "wished_error"),
    ({"scene_ids": []}, "scene_ids"),
    ({"scene_ids": ["nowhere"]}, "no scene nowhere"),
    ({"scene_ids": ["x"] * 10_001}, "scene_ids"),
    ({"retrain": "perhaps"}, "retrain"),
    ({"steps": 5}, "steps"),
]


@pytest.mark.parametrize(("body", "words"), BAD)
def test_bad_requests_get_one_clear_line(project: Project, body: JsonObject, words: str) -> None:
    answer = project.client.post(f"{project.url}/autolabel", json=body)
    assert answer.status_code == 422
    assert words in answer.json()["error"]["message"]
    assert project.client.get("/api/jobs").json()[0]["kind"] == "import"


def test_a_job_is_watched_cancelled_and_alone(project: Project, machine: StandIns) -> None:
    project.label()
    reached: list[JsonObject] = []

    def step(what: str) -> None:
        if what == "proposing 0001 1" and not reached:
            reached.extend(project.client.get("/api/jobs").json()[:1])
            project.client.post(f"/api/jobs/{reached[0]['id']}/cancel")
            second = project.client.post(f"{project.url}/autolabel", json={})
            assert (second.status_code, second.json()["error"]["code"]) == (409, "already_running")
            time.sleep(0.3)  # a job looks at its row four times a second

    machine.step = step
    job = project.run()
    assert (job["state"], job["error"]) == ("cancelled", None)
    # What is done by then is told while the job runs, and stays told.
    for told in (reached[0], job):
        assert told["result"]["scene_ids"] == project.scenes[:1]
    assert len(project.labels(0)["cuboids"]) == 6
    assert project.labels(1)["cuboids"] == []
    assert project.run()["result"]["scenes_kept"] == 1


def test_browsers_hear_of_each_scene_once(project: Project, machine: StandIns) -> None:
    project.label()
    with project.client.websocket_connect("ws://127.0.0.1:8642/api/ws") as socket:
        assert socket.receive_json()["type"] == "hello"
        socket.send_json({"type": "watch", "scene_id": project.scenes[1]})
        started = project.client.post(f"{project.url}/autolabel", json={}).json()
        heard = list(until_done(socket, started["id"]))
    jobs = [message["job"] for message in heard if message["type"] == "job"]
    assert jobs[-1]["state"] == "done"
    revisions = [message for message in heard if message["type"] == "revision"]
    assert [(each["revision"], each["change"]["author"]) for each in revisions] == [(1, "model:few-shot@1")]
    assert len(machine.learned) == 1


def until_done(socket: Any, job_id: str) -> Iterator[JsonObject]:
    while True:
        message: JsonObject = socket.receive_json()
        yield message
        if (
            message["type"] == "job"
            and message["job"]["id"] == job_id
            and message["job"]["state"] not in ("queued", "running")
        ):
            return


def test_a_stopped_servers_job_goes_on_in_the_next(
    settings: Settings, serve: Any, make_dataset: Any, finish_job: Any, make: Any, machine: StandIns, tmp_path: Path
) -> None:
    assert tmp_path in settings.data_dir.parents
    with serve(settings) as client:
        project_id = client.post("/api/projects", json={"name": "p"}).json()["id"]
        project = Project(client, project_id, make_dataset(scenes=2), finish_job, make)
        project.label()
        waiting = {"stop": False}

        def step(what: str) -> None:
            if what == "proposing 0001 0":
                waiting["stop"] = True
                time.sleep(0.3)

        machine.step = step
        job = client.post(f"{project.url}/autolabel", json={}).json()
        give_up = time.monotonic() + 30
        while not waiting["stop"]:
            assert time.monotonic() < give_up
            time.sleep(0.01)
    machine.step = lambda _what: None
    with serve(settings) as client:
        done = finish_job(client, job)
        assert (done["state"], done["result"]["was_trained"]) == ("done", True)
        assert done["result"]["scene_ids"] == project.scenes
    assert len(machine.learned) == 1
