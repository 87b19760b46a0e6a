"""What an import asks and is told: answers to what a format leaves open, and what becomes of categories."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formats import Guess, Question, get_format, open_dataset
from formats.format import NO_ANSWERS
from formats.kitti import KittiTracking
from fusion import RegisteredTrajectory, RegistrationError
from geometry import SE3, Trajectory

JsonObject = dict[str, Any]
QUESTION = Question("intensity", "What is full intensity?", ("1", "255"))


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[JsonObject]]:
    """KITTI with a question; the answers that scenes were opened with."""
    seen: list[JsonObject] = []
    open_plain, open_one = KittiTracking.open_dataset, KittiTracking.open_scene

    def open_asking(self: Any, path: Path, assume: Any = NO_ANSWERS) -> Any:
        told = assume.get("intensity")
        guess = Guess("intensity", told or "1", "as told" if told else "none of 600 is above 1", is_sure=bool(told))
        dataset = open_plain(self, path)
        scenes = tuple(replace(scene, assume=dict(assume)) for scene in dataset.scenes)
        return replace(dataset, scenes=scenes, guesses=(guess,))

    def open_scene(self: Any, path: Path, name: str, assume: Any = NO_ANSWERS) -> Any:
        seen.append(dict(assume))
        return open_one(self, path, name)

    monkeypatch.setattr(KittiTracking, "open_dataset", open_asking)
    monkeypatch.setattr(KittiTracking, "open_scene", open_scene)
    item = get_format("kitti-tracking")
    object.__setattr__(item, "questions", (QUESTION,))  # frozen
    yield seen
    object.__setattr__(item, "questions", ())


@pytest.mark.usefixtures("asking")
def test_a_guess_is_shown_with_its_reason(client: Any, dataset: Any) -> None:
    guess = client.post("/api/inspect", json={"path": str(dataset.path)}).json()["guesses"][0]
    assert guess == {
        "question": "intensity",
        "text": "What is full intensity?",
        "choices": ["1", "255"],
        "answer": "1",
        "why": "none of 600 is above 1",
        "is_sure": False,
    }
    told = client.post("/api/inspect", json={"path": str(dataset.path), "assume": {"intensity": "255"}}).json()
    assert (told["guesses"][0]["answer"], told["guesses"][0]["is_sure"]) == ("255", True)


@pytest.mark.usefixtures("asking")
def test_an_answer_that_is_none_is_refused(client: Any, dataset: Any) -> None:
    for assume, message in (({"intensity": "7"}, "one of 1, 255"), ({"colour": "1"}, "got colour")):
        body = {"path": str(dataset.path), "assume": assume}
        answer = client.post("/api/inspect", json=body)
        assert answer.status_code == 422
        assert message in answer.json()["error"]["message"]


def test_an_answer_stays_with_the_scene(
    client: Any, dataset: Any, project_id: str, asking: list[JsonObject], finish_job: Any
) -> None:
    body = {"path": str(dataset.path), "assume": {"intensity": "255"}}
    job = finish_job(client, client.post(f"/api/projects/{project_id}/import", json=body).json())
    asking.clear()
    detail = client.get(f"/api/scenes/{job['result']['scene_ids'][0]}").json()
    assert detail["assume"] == {"intensity": "255"}
    assert asking == [{"intensity": "255"}]


@pytest.mark.usefixtures("imported")
def test_what_the_project_has_and_lacks(client: Any, project_id: str, make_dataset: Any, dataset: Any) -> None:
    body = {"path": str(dataset.path), "project_id": project_id}
    report = client.post("/api/inspect", json=body).json()
    assert report["scenes"][0]["is_known"] is True
    assert report["scenes"][0]["poses"] is True
    other = make_dataset("other")
    labels = other.training / "label_02" / "0000.txt"
    labels.write_text(labels.read_text().replace("Pedestrian", "unicycle").replace("Car", "vehicle.car"))
    report = client.post("/api/inspect", json={"path": str(other.path), "project_id": project_id}).json()
    assert report["scenes"][0]["is_known"] is False
    assert [(row["name"], row["tracks"], row["is_known"]) for row in report["categories"]] == [
        ("unicycle", 1, False),
        ("vehicle.car", 1, False),
    ]
    assert "Car" in report["project_categories"]
    assert client.post("/api/inspect", json=body | {"project_id": "nobody"}).status_code == 404


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {"Car", "unicycle"}),
        ({"mapping": {"unicycle": "Cyclist"}}, {"Car", "Cyclist"}),
        ({"mapping": {"unicycle": None}}, {"Car"}),
        ({"unknown": "drop"}, {"Car"}),
        ({"mapping": {"unicycle": "unicycle"}, "unknown": "drop"}, {"Car", "unicycle"}),
    ],
)
def test_categories_become_what_was_chosen(
    client: Any, project_id: str, dataset: Any, finish_job: Any, body: JsonObject, expected: set[str]
) -> None:
    labels = dataset.training / "label_02" / "0000.txt"
    labels.write_text(labels.read_text().replace("Pedestrian", "unicycle"))
    url = f"/api/projects/{project_id}"
    job = finish_job(client, client.post(f"{url}/import", json={"path": str(dataset.path), **body}).json())
    assert job["state"] == "done", job
    tracks = client.get(f"/api/scenes/{job['result']['scene_ids'][0]}/labels").json()["tracks"]
    assert {track["category"] for track in tracks} == expected
    names = {category["name"] for category in client.get(url).json()["taxonomy"]["categories"]}
    assert expected <= names
    assert ("unicycle" in names) == ("unicycle" in expected)


def test_an_export_names_what_the_format_lacks_and_maps_it(
    client: Any, project_id: str, dataset: Any, finish_job: Any, tmp_path: Path
) -> None:
    labels = dataset.training / "label_02" / "0000.txt"
    labels.write_text(labels.read_text().replace("Pedestrian", "unicycle"))
    url = f"/api/projects/{project_id}"
    finish_job(client, client.post(f"{url}/import", json={"path": str(dataset.path)}).json())
    body = {"format": "kitti-tracking", "categories": ["unicycle"], "mapping": {"unicycle": "Cyclist"}}
    check = client.post(f"{url}/export/check", json=body).json()
    unknown = [row for row in check["categories"] if not row["is_known"]]
    assert [(row["name"], row["tracks"]) for row in unknown] == [("unicycle", 1)]
    assert "Cyclist" in check["format_categories"]
    assert check["cuboids"] == 1
    job = finish_job(client, client.post(f"{url}/export", json=body).json())
    archive = tmp_path / "out.zip"
    archive.write_bytes(client.get(job["result"]["download_url"]).content)
    assert b" Cyclist " in _only_row(archive)
    dropped = client.post(f"{url}/export/check", json=body | {"mapping": {"unicycle": None}}).json()
    assert dropped["cuboids"] == 0


def test_poses_can_be_left_out(client: Any, project_id: str, dataset: Any, finish_job: Any) -> None:
    body = {"path": str(dataset.path), "trajectory": "none"}
    job = finish_job(client, client.post(f"/api/projects/{project_id}/import", json=body).json())
    detail = client.get(f"/api/scenes/{job['result']['scene_ids'][0]}").json()
    assert detail["trajectory"] == {"source": "none", "quality": None}
    assert all(frame["world_from_ego"] is None for frame in detail["frames"])
    assert open_dataset(dataset.path).scenes[0].trajectory is not None


def _only_row(archive: Path) -> bytes:
    import zipfile

    with zipfile.ZipFile(archive) as packed:
        (name,) = [name for name in packed.namelist() if name.startswith("label_02/")]
        rows = packed.read(name).splitlines()
    (row,) = [row for row in rows if b"DontCare" not in row]
    return b" " + row


def test_poses_by_registration_come_with_their_quality(
    client: Any, project_id: str, dataset: Any, finish_job: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the registration itself replaced: it is tested beside its code, and is an extra."""
    for pose in dataset.training.glob("oxts/*"):
        pose.unlink()

    def register(scene: Any, report: Any) -> RegisteredTrajectory:
        report(0.5, "registering")
        poses = [SE3.from_yaw(0.0, [2.0 * i, 0.0, 0.0]) for i in range(len(scene.frames))]
        ones = np.ones(len(poses))
        return RegisteredTrajectory(Trajectory.from_poses(scene.frame_times_ns, poses), "velodyne", ones, 0 * ones, 0.1)

    monkeypatch.setattr("fusion.why_no_registration", lambda: None)
    monkeypatch.setattr("fusion.trajectory_by_registration", register)
    body = {"path": str(dataset.path), "trajectory": "registration"}
    job = finish_job(client, client.post(f"/api/projects/{project_id}/import", json=body).json())
    detail = client.get(f"/api/scenes/{job['result']['scene_ids'][0]}").json()
    assert detail["trajectory"]["source"] == "registration"
    assert "3 clouds of velodyne over 4.0 m" in detail["trajectory"]["quality"]["summary"]
    assert detail["trajectory"]["quality"]["figures"]["drift_m"] == 0.1
    assert detail["frames"][2]["world_from_ego"]["translation_m"] == [4.0, 0.0, 0.0]


def test_registration_is_refused_where_it_is_not_installed(
    client: Any, project_id: str, dataset: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fusion.why_no_registration", lambda: "not here")
    monkeypatch.setattr("server.inspection.why_no_registration", lambda: "not here")
    body = {"path": str(dataset.path), "trajectory": "registration"}
    answer = client.post(f"/api/projects/{project_id}/import", json=body)
    assert (answer.status_code, answer.json()["error"]["message"]) == (422, "trajectory: not here")
    assert client.post("/api/inspect", json={"path": str(dataset.path)}).json()["registration"] == "not here"


def test_a_scene_that_cannot_be_registered_says_so(
    client: Any, project_id: str, dataset: Any, finish_job: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for pose in dataset.training.glob("oxts/*"):
        pose.unlink()

    def fail(_scene: Any, _report: Any) -> None:
        raise RegistrationError("expected clouds to register, found none")

    monkeypatch.setattr("fusion.why_no_registration", lambda: None)
    monkeypatch.setattr("fusion.trajectory_by_registration", fail)
    body = {"path": str(dataset.path), "trajectory": "registration"}
    job = finish_job(client, client.post(f"/api/projects/{project_id}/import", json=body).json())
    detail = client.get(f"/api/scenes/{job['result']['scene_ids'][0]}").json()
    assert detail["trajectory"] == {"source": "given", "quality": None}
    assert any("none could be made by registration" in problem["message"] for problem in detail["problems"])
