"""Labels into scenes that exist, as the browser asks for them."""

from __future__ import annotations

from typing import Any

import pytest

JsonObject = dict[str, Any]
URL = "ws://127.0.0.1:8642/api/ws"


@pytest.fixture
def predictions(make_dataset: Any) -> Any:
    """The same drive with its car a little elsewhere, and a bus that the project does not know."""
    dataset = make_dataset("predictions")
    labels = dataset.training / "label_02" / "0000.txt"
    labels.write_text(labels.read_text().replace("-1.0 1.6 1", "-0.9 1.6 1").replace("Pedestrian", "Bus"))
    return dataset


def test_a_merge_is_shown_before_it_happens(
    client: Any, imported: JsonObject, project_id: str, predictions: Any, finish_job: Any
) -> None:
    url, body = f"/api/projects/{project_id}/merge-labels", {"path": str(predictions.path), "mapping": {}}
    check = client.post(f"{url}/check", json=body).json()
    assert (check["scenes"], check["unmatched_frames"]) == (1, 0)
    assert check["counts"]["cuboids_updated"] == 3
    assert [(row["name"], row["is_known"]) for row in check["categories"]] == [("Bus", False), ("Car", True)]
    assert client.get(f"/api/scenes/{imported['id']}/labels").json()["revision"] == 1
    job = finish_job(client, client.post(url, json=body).json())
    assert (job["kind"], job["state"]) == ("merge", "done"), job
    assert job["result"]["counts"] == check["counts"]
    labels = client.get(f"/api/scenes/{imported['id']}/labels").json()
    assert labels["revision"] == 2
    assert {"Bus", "Car"} <= {track["category"] for track in labels["tracks"]}


def test_people_who_watch_see_merged_labels(
    client: Any, imported: JsonObject, project_id: str, predictions: Any, finish_job: Any
) -> None:
    with client.websocket_connect(URL) as socket:
        assert socket.receive_json()["type"] == "hello"
        socket.send_json({"type": "watch", "scene_id": imported["id"]})
        assert socket.receive_json()["type"] == "presence"
        url = f"/api/projects/{project_id}/merge-labels"
        finish_job(client, client.post(url, json={"path": str(predictions.path)}).json())
        while (message := socket.receive_json())["type"] != "revision":
            assert message["type"] == "job"
        assert (message["scene_id"], message["revision"]) == (imported["id"], 2)
        assert message["change"]["author"] == "import:kitti-tracking"


def test_predictions_are_known_as_their_models(
    client: Any, imported: JsonObject, project_id: str, predictions: Any, finish_job: Any
) -> None:
    url = f"/api/projects/{project_id}/merge-labels"
    body = {"path": str(predictions.path), "source": "model:pillar@3", "policy": "add"}
    finish_job(client, client.post(url, json=body).json())
    cuboids = client.get(f"/api/scenes/{imported['id']}/labels").json()["cuboids"]
    assert {cuboid["source"] for cuboid in cuboids} == {"imported:kitti-tracking", "model:pillar@3"}
    assert client.post(url, json=body | {"source": "human"}).status_code == 422


@pytest.mark.usefixtures("imported")
def test_a_merge_of_nonsense_says_so(client: Any, project_id: str, tmp_path: Any, predictions: Any) -> None:
    url = f"/api/projects/{project_id}/merge-labels/check"
    missing = client.post(url, json={"path": str(tmp_path / "missing")})
    assert (missing.status_code, "missing" in missing.json()["error"]["message"]) == (422, True)
    path = str(predictions.path)
    assert client.post(url, json={"path": path, "scene_ids": ["nowhere"]}).status_code == 404
    assert client.post(url, json={"path": path, "policy": "hope"}).status_code == 422
    assert client.post(url, json={"path": path, "min_iou": 0}).status_code == 422
    assert client.post(url, json={"path": path, "assume": {"colour": "1"}}).status_code == 422
