"""Long work: import and export, done, failed, cancelled, resumed, and workers that die."""

from __future__ import annotations

import io
import os
import signal
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formats import LabelReading
from geometry import SE3
from labels import Cuboid, LabelSet
from server.jobs import runner, worker
from server.jobs.context import JobContext
from server.jobs.export_labels import unique_names
from server.jobs.runner import process_pool
from server.settings import Settings
from server.store import jobs as job_store
from server.store.db import Database

JsonObject = dict[str, Any]


def test_an_import_adds_scenes_once(client: Any, project_id: str, make_dataset: Any, finish_job: Any) -> None:
    dataset = make_dataset(scenes=2)
    url = f"/api/projects/{project_id}/import"
    started = client.post(url, json={"path": str(dataset.path)})
    assert started.status_code == 202
    job = finish_job(client, started.json())
    assert (job["state"], job["progress"], job["error"]) == ("done", 1.0, None)
    assert job["started_at"] <= job["finished_at"]
    result = job["result"]
    assert (result["scenes_added"], result["scenes_known"], result["cuboids"]) == (2, 0, 8)
    again = finish_job(client, client.post(url, json={"path": str(dataset.training)}).json())["result"]
    assert (again["scenes_added"], again["scenes_known"], again["scene_ids"]) == (0, 2, result["scene_ids"])
    assert client.get(f"/api/projects/{project_id}").json()["scene_count"] == 2
    assert len(client.get("/api/jobs", params={"project_id": project_id}).json()) == 2
    assert client.get("/api/jobs", params={"project_id": "other"}).json() == []


def test_an_import_without_labels(client: Any, project_id: str, dataset: Any, finish_job: Any) -> None:
    body = {"path": str(dataset.path), "with_labels": False}
    job = finish_job(client, client.post(f"/api/projects/{project_id}/import", json=body).json())
    assert job["result"]["cuboids"] == 0
    assert client.get(f"/api/projects/{project_id}/scenes").json()[0]["revision"] == 0


def test_bad_rows_are_problems_and_the_rest_is_imported(
    client: Any, project_id: str, dataset: Any, finish_job: Any
) -> None:
    labels = dataset.training / "label_02" / "0000.txt"
    labels.write_text(labels.read_text() + "2 9 Car 0 0 1 2 3\n2 8 Car 0 0 nan 1 1 2 2 1 1 1 1 1 1 1\n")
    job = finish_job(client, client.post(f"/api/projects/{project_id}/import", json={"path": str(dataset.path)}).json())
    assert (job["state"], job["result"]["cuboids"], job["result"]["problems"]) == ("done", 4, 2)
    scene_id = job["result"]["scene_ids"][0]
    messages = [problem["message"] for problem in client.get(f"/api/scenes/{scene_id}").json()["problems"]]
    assert len(messages) == 2


def test_a_broken_calibration_costs_its_own_scene_only(
    client: Any, project_id: str, make_dataset: Any, finish_job: Any
) -> None:
    dataset = make_dataset(scenes=2)
    calib = dataset.training / "calib" / "0000.txt"
    calib.write_text("".join(line for line in calib.read_text().splitlines(True) if not line.startswith("P2")))
    job = finish_job(client, client.post(f"/api/projects/{project_id}/import", json={"path": str(dataset.path)}).json())
    assert (job["state"], job["result"]["scenes_added"]) == ("done", 2)
    first, second = (client.get(f"/api/scenes/{scene_id}").json() for scene_id in job["result"]["scene_ids"])
    assert "expected the key P2" in first["problems"][0]["message"]
    assert (first["cameras"], len(second["cameras"])) == ([], 1)
    assert all(client.get(scene["frames"][0]["points_url"]).status_code == 200 for scene in (first, second))


def test_labels_that_contradict_each_other_are_left_out(
    client: Any, project_id: str, make_dataset: Any, finish_job: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def contradict(_self: object, scene: Any) -> LabelReading:
        if scene.name == "0001":
            return LabelReading(LabelSet())
        cuboid = Cuboid("c", "nobody", 0, SE3.identity(), np.ones(3))
        return LabelReading(LabelSet(cuboids={"c": cuboid}))

    monkeypatch.setattr("formats.kitti.KittiTracking.read_labels", contradict)
    path = str(make_dataset(scenes=2).path)
    job = finish_job(client, client.post(f"/api/projects/{project_id}/import", json={"path": path}).json())
    assert (job["state"], job["result"]["scenes_added"], job["result"]["cuboids"]) == ("done", 2, 0)
    problems = client.get(f"/api/scenes/{job['result']['scene_ids'][0]}").json()["problems"]
    assert "cuboid c names track nobody" in problems[-1]["message"]


def test_unknown_categories_join_the_taxonomy(client: Any, project_id: str, dataset: Any, finish_job: Any) -> None:
    labels = dataset.training / "label_02" / "0000.txt"
    labels.write_text(labels.read_text().replace("Pedestrian", "Unicycle"))
    finish_job(client, client.post(f"/api/projects/{project_id}/import", json={"path": str(dataset.path)}).json())
    taxonomy = client.get(f"/api/projects/{project_id}").json()["taxonomy"]
    assert taxonomy["version"] == 2
    assert taxonomy["categories"][-1]["name"] == "Unicycle"


def test_a_folder_that_is_no_dataset_fails_with_one_line(
    client: Any, project_id: str, tmp_path: Path, finish_job: Any
) -> None:
    job = finish_job(client, client.post(f"/api/projects/{project_id}/import", json={"path": str(tmp_path)}).json())
    assert (job["state"], job["result"]) == ("failed", None)
    assert "expected a dataset, found none" in job["error"]
    assert "\n" not in job["error"]


@pytest.mark.usefixtures("imported")
def test_what_comes_back_is_what_was_imported(
    client: Any, project_id: str, dataset: Any, finish_job: Any, tmp_path: Path
) -> None:
    body = {"format": "kitti-tracking", "include_unconfirmed": True}
    check = client.post(f"/api/projects/{project_id}/export/check", json=body).json()
    assert (check["scenes"], check["cuboids"], check["unconfirmed"]) == (1, 4, 0)
    job = finish_job(client, client.post(f"/api/projects/{project_id}/export", json=body).json())
    assert job["state"] == "done", job
    assert (job["result"]["scenes"], job["result"]["rows"]) == (1, 5)
    answer = client.get(job["result"]["download_url"])
    assert answer.headers["content-type"] == "application/zip"
    assert job["result"]["file_name"] in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert sorted(archive.namelist()) == ["calib/0000.txt", "label_02/0000.txt"]
        archive.extractall(tmp_path / "out")
    before, after = (numbers(folder / "label_02" / "0000.txt") for folder in (dataset.training, tmp_path / "out"))
    assert [row[0] for row in after] == [row[0] for row in before]
    for row, expected in zip(after, before, strict=True):
        assert row[1] == pytest.approx(expected[1], abs=2e-6)


def numbers(path: Path) -> list[tuple[str, list[float]]]:
    """Each row's category, and its numbers."""
    rows = [line.split() for line in path.read_text().splitlines()]
    return [(row[2], [float(word) for word in row[:2] + row[3:]]) for row in rows]


def test_an_export_takes_what_is_asked_for(
    client: Any, project_id: str, imported: JsonObject, make: Any, finish_job: Any
) -> None:
    scene_id = imported["id"]
    guess = make.cuboid("guess", "t1", 0, source="model:m@1", score=0.5)
    added = {"tracks": [make.track()], "cuboids": [guess, make.cuboid("own", "t1", 2)]}
    client.post(f"/api/scenes/{scene_id}/changes", json=make.change(scene_id, 1, added=added))
    url = f"/api/projects/{project_id}/export/check"

    def cuboids(**options: Any) -> tuple[int, int]:
        check = client.post(url, json={"format": "kitti-tracking"} | options).json()
        return check["cuboids"], check["unconfirmed"]

    assert cuboids() == (7, 2)
    assert cuboids(include_unconfirmed=False) == (5, 2)
    assert cuboids(sources=["human"]) == (1, 0)
    assert cuboids(sources=["imported"], categories=["Pedestrian"]) == (1, 0)
    assert cuboids(scene_ids=[scene_id]) == (7, 2)
    refused = client.post(url, json={"format": "kitti-tracking", "scene_ids": ["other"]})
    assert "no scene other" in refused.json()["error"]["message"]
    assert client.post(url, json={"format": "vhs"}).status_code == 422
    missing = client.get(f"/api/jobs/{finish_job(client, client.get('/api/jobs').json()[-1])['id']}/download")
    assert missing.status_code == 404


def test_scenes_of_one_name_are_kept_apart(client: Any, project_id: str, make_dataset: Any, finish_job: Any) -> None:
    for name in ("a", "b"):
        path = str(make_dataset(name).path)
        finish_job(client, client.post(f"/api/projects/{project_id}/import", json={"path": path}).json())
    job = finish_job(
        client, client.post(f"/api/projects/{project_id}/export", json={"format": "kitti-tracking"}).json()
    )
    with zipfile.ZipFile(io.BytesIO(client.get(job["result"]["download_url"]).content)) as archive:
        assert {"label_02/0000.txt", "label_02/0000~2.txt"} <= set(archive.namelist())
    assert "0000~2" in job["result"]["losses"][-1]["message"]
    assert unique_names(["a", "b", "a", "a"]) == ["a", "b", "a~2", "a~3"]


# How jobs end otherwise ---------------------------------------------------------------------------------------------


class Gate:
    """A job body that waits at its first report until it is let through."""

    def __init__(self) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()

    def __call__(self, context: JobContext, _arguments: JsonObject) -> JsonObject:
        self.reached.set()
        while True:
            context.report(0.5, "at the gate")
            if self.opened.wait(0.02):
                return {"scenes_added": 0, "scenes_known": 0, "cuboids": 0, "problems": 0, "scene_ids": []}


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    made = Gate()
    monkeypatch.setattr(worker, "JOB_BODIES", {"import": made})
    return made


def start_import(client: Any, project_id: str) -> JsonObject:
    job: JsonObject = client.post(f"/api/projects/{project_id}/import", json={"path": "/"}).json()
    return job


def test_running_and_waiting_jobs_can_be_cancelled(client: Any, project_id: str, gate: Gate, finish_job: Any) -> None:
    running, waiting = start_import(client, project_id), start_import(client, project_id)
    assert gate.reached.wait(10)
    assert client.post(f"/api/jobs/{waiting['id']}/cancel").json()["state"] == "cancelled"
    finish_job(client, running, "running")
    client.post(f"/api/jobs/{running['id']}/cancel")
    job = finish_job(client, running)
    assert (job["state"], job["error"], job["result"]) == ("cancelled", None, None)
    assert client.post(f"/api/jobs/{running['id']}/cancel").json()["state"] == "cancelled"


def test_a_fault_in_a_body_is_told_in_one_line(
    client: Any, project_id: str, monkeypatch: pytest.MonkeyPatch, finish_job: Any
) -> None:
    def fail(_context: JobContext, _arguments: JsonObject) -> JsonObject:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr(worker, "JOB_BODIES", {"import": fail})
    job = finish_job(client, start_import(client, project_id))
    assert job["state"] == "failed"
    assert job["error"] == "failed unexpectedly (RuntimeError: two lines); see the log"


def test_a_stopped_server_leaves_its_jobs_to_the_next(
    settings: Settings, serve: Any, gate: Gate, finish_job: Any
) -> None:
    with serve(settings) as client:
        project_id = client.post("/api/projects", json={"name": "p"}).json()["id"]
        job = start_import(client, project_id)
        assert gate.reached.wait(10)
    with serve(settings) as client:
        gate.opened.set()
        assert finish_job(client, job)["state"] == "done"


def test_a_killed_servers_jobs_are_resumed(settings: Settings, serve: Any, dataset: Any, finish_job: Any) -> None:
    with serve(settings) as client:
        project_id = client.post("/api/projects", json={"name": "p"}).json()["id"]
    database = Database(settings.sqlalchemy_url)
    with database.write() as session:
        arguments = {"path": str(dataset.path), "format": None, "with_labels": True}
        running, waiting = (job_store.create_job(session, "import", project_id, arguments) for _ in range(2))
        job_store.start(session, running.id)
    database.close()
    with serve(settings) as client:
        done = [finish_job(client, {"id": row.id, "state": "queued"}) for row in (running, waiting)]
        assert [job["state"] for job in done] == ["done", "done"]
        assert [job["result"]["scenes_added"] for job in done] == [1, 0]


def test_jobs_run_in_worker_processes_and_a_dead_one_is_noticed(
    settings: Settings, dataset: Any, finish_job: Any, serve: Any
) -> None:
    """A worker that is killed fails its job with a clear line; the next job gets a new worker."""
    with serve(settings, make_executor=lambda: process_pool(1)) as client:
        stuck = stopped_in_the_middle(client, dataset)
        os.kill(worker_pid(client.app), signal.SIGKILL)
        job = finish_job(client, stuck)
        assert job["state"] == "failed"
        assert "worker process died" in job["error"]
        url = f"/api/projects/{stuck['project_id']}/import"
        assert finish_job(client, client.post(url, json={"path": str(dataset.path)}).json())["state"] == "done"


def test_a_job_that_goes_on_where_it_was_is_begun_again_when_its_worker_dies(
    settings: Settings, dataset: Any, finish_job: Any, serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "GO_ON", frozenset({"import"}))
    with serve(settings, make_executor=lambda: process_pool(1)) as client:
        stuck = stopped_in_the_middle(client, dataset)
        os.kill(worker_pid(client.app), signal.SIGKILL)
        job = finish_job(client, stuck)
        assert job["started_at"] > stuck["started_at"]
        assert (job["state"], job["result"]["scenes_added"]) == ("done", 1)


def stopped_in_the_middle(client: Any, dataset: Any) -> dict[str, Any]:
    """An import that is running, and stays so because its worker is stopped."""
    for attempt in range(20):
        project_id = client.post("/api/projects", json={"name": f"p{attempt}"}).json()["id"]
        job = client.post(f"/api/projects/{project_id}/import", json={"path": str(dataset.path)}).json()
        give_up = time.monotonic() + 60
        while job["state"] == "queued":
            assert time.monotonic() < give_up
            job = client.get(f"/api/jobs/{job['id']}").json()
        os.kill(worker_pid(client.app), signal.SIGSTOP)
        job = client.get(f"/api/jobs/{job['id']}").json()
        if job["state"] == "running":
            return dict(job)
        # It was over before it could be stopped.
        os.kill(worker_pid(client.app), signal.SIGCONT)
    raise AssertionError("no import was caught in the middle")


def worker_pid(app: Any) -> int:
    executor = app.state.services.jobs._executor
    return int(next(iter(executor._processes)))
